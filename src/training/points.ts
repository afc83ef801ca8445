// In: what is trained and on how much. Out: when the run is evaluated, so that looking costs little beside training.

import type { Dataset } from '../data/dataset.ts';
import type { TrainOptions } from './train-options.ts';

/** When a run is evaluated. */
export interface PointSchedule {
  /** Epochs between two evaluations that choose the kept weights. */
  readonly epochs: number;
  /** Points of the curve per epoch, the one at its end included. */
  readonly perEpoch: number;
  /** Activations are looked at at every so many-th point, and at the last one. */
  readonly activations: number;
}

/** What is trained, and how often it is to be evaluated at most. */
export type EvaluatedTraining = Pick<TrainOptions, 'plan' | 'evaluations'> & {
  readonly train: Pick<Dataset, 'images'>;
};

/** What a schedule depends on besides. */
export interface PointCosts {
  /** Steps of an epoch. */
  readonly steps: number;
  readonly batchSize: number;
  /** Rows that a point of the curve is measured on. */
  readonly pointRows: number;
  /** Rows whose activations are looked at. */
  readonly activationRows: number;
}

/** Evaluations that a run gets where nobody says how many. */
const usualEvaluations = 64;

/** A curve of fewer points says little: runs with fewer epochs get points inside of them. */
const fewPoints = 8;

/** Rows that points inside of epochs may be measured on: what costs a fraction of a second on a table ... */
const freeRows = 16_000;

/** ... or this share of the rows that are trained on, each of which costs three times as much. */
const pointShare = 0.09;

/** Steps that looking at activations may cost, as a share of those of the run. */
const activationShare = 0.005;

/** Steps that one look costs, by the rows of both; measured at .3 (convolutions) to 1 (small layers) times this. */
const lookSteps = ({ activationRows, batchSize }: PointCosts): number => 1 + activationRows / (2 * batchSize);

/** The schedule of a training. */
export function pointSchedule({ plan, train, evaluations }: EvaluatedTraining, costs: PointCosts): PointSchedule {
  const { epochs } = plan.training;
  const most = Math.max(1, evaluations ?? usualEvaluations);
  const every = Math.ceil(epochs / most);
  const perEpoch = most < fewPoints ? 1 : pointsInside(epochs, train.images === null, costs);
  const points = Math.ceil(epochs / every) * perEpoch;
  const looks = (activationShare * epochs * costs.steps) / lookSteps(costs);
  return { epochs: every, perEpoch, activations: Math.ceil(points / Math.max(1, Math.min(looks, points))) };
}

/** Points per epoch of a run with few epochs. */
function pointsInside(epochs: number, table: boolean, { steps, batchSize, pointRows }: PointCosts): number {
  const wanted = Math.min(steps, Math.max(1, Math.floor(fewPoints / epochs)));
  const affordable = Math.max(table ? freeRows : 0, pointShare * epochs * steps * batchSize);
  return Math.min(wanted, 1 + Math.floor(affordable / (epochs * pointRows)));
}

/** Whether there is a point after step 1, 2, ... of an epoch, before its end; they lie evenly. */
export function isInnerPoint({ perEpoch }: PointSchedule, step: number, steps: number): boolean {
  return step < steps && Math.floor((step * perEpoch) / steps) > Math.floor(((step - 1) * perEpoch) / steps);
}
