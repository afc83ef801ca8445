// In: a trainer before its first step. Out: what a record says about it: its loss beside that of knowing nothing, its
// layers, its outputs.

import type { Dataset } from '../data/dataset.ts';
import type { LossPlan, Plan } from '../plan/plan.ts';
import type { RunStart } from '../record/record.ts';
import { planLoss } from './evaluate.ts';
import { startLayers } from './start-layers.ts';
import type { Trainer } from './trainer.ts';

/** What comes out of the network, by the loss that reads it. */
const outputActivations: { readonly [K in LossPlan['kind']]: string } = {
  'cross-entropy': 'softmax',
  'binary-cross-entropy': 'sigmoid',
  mse: 'linear',
  huber: 'linear',
};

/** The loss of equal probabilities, or of always predicting the middle of the trained target, 0. */
function expectedLoss(plan: Plan, rows: Dataset): number {
  if (rows.classes !== null) return Math.log(rows.classes.length);
  const zero = new Float32Array(rows.rows).fill(rows.targetMean);
  return planLoss(plan.loss, { rows: rows.rows, outputs: 1, values: zero }, rows);
}

const finite = (x: number): number | null => (Number.isFinite(x) ? x : null);

/**
 * Describes a trainer that has made no step, on the given training rows. A moving average, which has nothing in it yet,
 * holds the parameters meanwhile.
 */
export async function describeStart(trainer: Trainer, plan: Plan, rows: Dataset): Promise<RunStart> {
  const { evaluated, layout } = trainer;
  const parameters = trainer.state.parameters ?? evaluated;
  const averages = plan.training.averaging > 0;
  if (averages) evaluated.set(parameters);
  const predictions = await trainer.predict(rows);
  const activations = await trainer.activations(rows);
  if (averages) evaluated.fill(0);
  const { kind } = plan.loss;
  const units = kind === 'cross-entropy' ? predictions.outputs : 1;
  return {
    loss: finite(planLoss(plan.loss, predictions, rows)),
    expectedLoss: finite(expectedLoss(plan, rows)),
    layers: startLayers(layout, parameters, activations),
    outputs: { units, activation: outputActivations[kind], loss: kind },
  };
}
