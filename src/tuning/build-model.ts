// In: trained networks, flat. Out: the bytes of model.onnx.

import type { Dataset } from '../data/dataset.ts';
import type { Preprocessing } from '../data/preprocessing.ts';
import type { ColumnRange } from '../model/columns.ts';
import { type ExportedModel, exportModel, type NetworkWeights } from '../model/export.ts';
import { createNetwork } from '../network/index.ts';
import type { Plan } from '../plan/plan.ts';
import { createLayout } from '../training/layout.ts';
import type { TrainedWeights } from '../training/train.ts';
import { networkInputs } from '../training/trainer.ts';

/** What a model is built from. */
export interface BuildOptions {
  readonly plan: Plan;
  /** Rows as the networks saw them; only their shape counts. */
  readonly data: Dataset;
  readonly preprocessing: Preprocessing;
  readonly weights: readonly TrainedWeights[];
  readonly versions: Readonly<Record<string, string>>;
  readonly ranges: Readonly<Record<string, ColumnRange>>;
}

/** Cuts the flat parameters by the layout and writes the model. */
export function buildModel({ plan, data, preprocessing, weights, versions, ranges }: BuildOptions): ExportedModel {
  const inputs = networkInputs(plan, data);
  const { parameters } = createLayout(createNetwork(plan.network, inputs).parameters);
  const networks = weights.map(
    (trained): NetworkWeights => ({
      parameters: new Map(
        parameters.map(({ spec, slot }) => [
          spec.name,
          trained.parameters.subarray(slot.offset, slot.offset + slot.length),
        ]),
      ),
      buffers: trained.buffers,
    }),
  );
  return exportModel({ plan, networkInputs: inputs, preprocessing, networks, versions, ranges });
}
