// In: what a training is made with. Out: a text that is another one as soon as anything of it is.

import { bytesOf, checksum } from '../base/checksum.ts';
import { hash32 } from '../base/random.ts';
import type { Dataset } from '../data/dataset.ts';
import { type Plan, printPlan } from '../plan/plan.ts';
import type { Metric } from '../record/record.ts';
import type { TrainedWeights } from './train-options.ts';

/** Changes with what a checkpoint holds, so that those of another version are not continued. */
const checkpointVersion = 2;

/** Everything that decides which weights a training ends with, but the machine. */
export interface TrainingIdentity {
  readonly plan: Plan;
  readonly train: Dataset;
  readonly dev: Dataset | null;
  readonly metric: Metric;
  readonly runtime: { readonly name: string };
  readonly evaluations?: number;
  readonly start?: TrainedWeights | null;
}

function ofImages({ images }: Dataset): string {
  if (images === null) return 'none';
  const { channels, height, width, center, factor, pixels, index } = images;
  return [channels, height, width, ...center, ...factor, checksum(pixels), checksum(bytesOf(index))].join(' ');
}

function ofData(data: Dataset | null): string {
  if (data === null) return 'none';
  const { rows, width, numeric, categories, cardinalities, target, targetMean, targetDeviation } = data;
  const sums = [numeric, categories, target].map((array) => checksum(bytesOf(array)));
  return [rows, width, cardinalities.join(' '), targetMean, targetDeviation, ...sums, ofImages(data)].join(',');
}

function ofWeights(start: TrainedWeights | null): string {
  if (start === null) return 'random';
  const { parameters, buffers } = start;
  const others = Object.entries(buffers).map(([name, values]) => `${name} ${checksum(bytesOf(values))}`);
  return [checksum(bytesOf(parameters)), ...others.toSorted()].join(',');
}

/** What a checkpoint belongs to: another plan, other rows or cells, or another engine would not continue the same run. */
export function fingerprint(identity: TrainingIdentity): string {
  const { plan, train, dev, metric, runtime, evaluations, start = null } = identity;
  return [
    checkpointVersion,
    hash32(printPlan(plan)),
    checksum(new TextEncoder().encode(printPlan(plan))),
    ofData(train),
    ofData(dev),
    metric,
    runtime.name,
    evaluations ?? 'default',
    ofWeights(start),
  ].join('|');
}
