// Table of contents of the layers, closed by type: a layer whose file or line is missing does not compile.

import type { Layer } from '../layer.ts';
import { type ActivationOptions, activation } from './activation.ts';
import { type BatchNormalizationOptions, batchNormalization } from './batch-normalization.ts';
import { type DenseOptions, dense } from './dense.ts';
import { type DropoutOptions, dropout } from './dropout.ts';
import { type EmbeddingOptions, embedding } from './embedding.ts';
import { type InputScaleOptions, inputScale } from './input-scale.ts';
import { type JoinOptions, join } from './join.ts';
import { type LayerNormalizationOptions, layerNormalization } from './layer-normalization.ts';
import { type PeriodicOptions, periodic } from './periodic.ts';
import { type PiecewiseLinearOptions, piecewiseLinear } from './piecewise-linear.ts';
import { type ResidualOptions, residual } from './residual.ts';
import { type SelectOptions, select } from './select.ts';

/** The options of each layer. */
export interface LayerOptions {
  select: SelectOptions;
  join: JoinOptions;
  embedding: EmbeddingOptions;
  'piecewise-linear': PiecewiseLinearOptions;
  periodic: PeriodicOptions;
  'input-scale': InputScaleOptions;
  dense: DenseOptions;
  'batch-normalization': BatchNormalizationOptions;
  'layer-normalization': LayerNormalizationOptions;
  activation: ActivationOptions;
  dropout: DropoutOptions;
  residual: ResidualOptions;
}

/** The id of a layer. */
export type LayerId = keyof LayerOptions;

/** All layers, in the order in which a network may use them. */
export const layers: { readonly [K in LayerId]: Layer<K, LayerOptions[K]> } = {
  select,
  join,
  embedding,
  'piecewise-linear': piecewiseLinear,
  periodic,
  'input-scale': inputScale,
  dense,
  'batch-normalization': batchNormalization,
  'layer-normalization': layerNormalization,
  activation,
  dropout,
  residual,
};
