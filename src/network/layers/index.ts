// Table of contents of the layers, closed by type: a layer whose file or line is missing does not compile.

import type { Layer } from '../layer.ts';
import type { PoolingOptions } from '../pooling.ts';
import { type ActivationOptions, activation } from './activation.ts';
import { averagePooling } from './average-pooling.ts';
import { type BatchNormalizationOptions, batchNormalization } from './batch-normalization.ts';
import { type ChannelDropoutOptions, channelDropout } from './channel-dropout.ts';
import { type ConvolutionOptions, convolution } from './convolution.ts';
import { type DenseOptions, dense } from './dense.ts';
import { type DropoutOptions, dropout } from './dropout.ts';
import { type EmbeddingOptions, embedding } from './embedding.ts';
import { type FlattenOptions, flatten } from './flatten.ts';
import { type GlobalAveragePoolingOptions, globalAveragePooling } from './global-average-pooling.ts';
import { type ImageBatchNormalizationOptions, imageBatchNormalization } from './image-batch-normalization.ts';
import { type ImageScaleOptions, imageScale } from './image-scale.ts';
import { type InputScaleOptions, inputScale } from './input-scale.ts';
import { type JoinOptions, join } from './join.ts';
import { type LayerNormalizationOptions, layerNormalization } from './layer-normalization.ts';
import { maxPooling } from './max-pooling.ts';
import { type PaddingOptions, padding } from './padding.ts';
import { type PeriodicOptions, periodic } from './periodic.ts';
import { type PiecewiseLinearOptions, piecewiseLinear } from './piecewise-linear.ts';
import { type ResidualOptions, residual } from './residual.ts';
import { type ResizeOptions, resize } from './resize.ts';
import { type SelectOptions, select } from './select.ts';
import { type SqueezeExcitationOptions, squeezeExcitation } from './squeeze-excitation.ts';
import { type TransposedConvolutionOptions, transposedConvolution } from './transposed-convolution.ts';

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
  'image-scale': ImageScaleOptions;
  flatten: FlattenOptions;
  convolution: ConvolutionOptions;
  'transposed-convolution': TransposedConvolutionOptions;
  'max-pooling': PoolingOptions;
  'average-pooling': PoolingOptions;
  'global-average-pooling': GlobalAveragePoolingOptions;
  padding: PaddingOptions;
  resize: ResizeOptions;
  'image-batch-normalization': ImageBatchNormalizationOptions;
  'squeeze-excitation': SqueezeExcitationOptions;
  'channel-dropout': ChannelDropoutOptions;
}

/** The id of a layer. */
export type LayerId = keyof LayerOptions;

/** All layers, in the order in which a network may use them; those for images at the end. */
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
  'image-scale': imageScale,
  flatten,
  convolution,
  'transposed-convolution': transposedConvolution,
  'max-pooling': maxPooling,
  'average-pooling': averagePooling,
  'global-average-pooling': globalAveragePooling,
  padding,
  resize,
  'image-batch-normalization': imageBatchNormalization,
  'squeeze-excitation': squeezeExcitation,
  'channel-dropout': channelDropout,
};
