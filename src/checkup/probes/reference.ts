// In: rows. Out: what a plan that is healthy on most data comes to on them, in about the given time: what could be had without
// any tuning. Nothing of the plan under test goes into it.

import { batchCount } from '../../data/batches.ts';
import { defaultImagePlan, defaultPlan } from '../../plan/defaults.ts';
import { imageLadder } from '../../plan/image-ladder.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Reference } from '../../record/probes.ts';
import { type ProbeRows, prepareRows, trainPrepared } from './probe-rows.ts';
import { openShortRuns } from './short-runs.ts';

/** What a reference is made with. */
export interface ReferenceOptions extends ProbeRows {
  /** About how long it may take: fewer epochs fit into less time. Null trains the usual number. */
  readonly seconds: number | null;
  readonly seed: number;
  readonly signal?: AbortSignal;
  /** The share that is done. */
  readonly onProgress?: (share: number) => void;
  /** Seconds of a monotonous clock. Default `performance.now() / 1000`. */
  readonly clock?: () => number;
}

/** Most epochs, and so few that a schedule makes no sense of them. */
const epochs = { most: 128, least: 6 };

/** Evaluations of the run: each costs a forward pass over the rows it looks at. */
const evaluations = 16;

/** Of the time, what steps may take; the rest is for evaluations and for what a machine does beside. */
const stepShare = 0.5;

/** Plans to take the first of that fits into the time. Two layers of 128 with batches of 64 learn most in a second or two. */
function candidates({ roles, table, metric, seed }: ReferenceOptions): readonly Plan[] {
  const facts = { task: roles.task, minimizesError: metric === 'error', seed };
  const { images } = table;
  if (images === null) {
    const plan = defaultPlan(facts);
    const network = { ...plan.network, hidden: [128, 128] };
    return [{ ...plan, network, training: { ...plan.training, batchSize: 64 } }];
  }
  const plan = defaultImagePlan({ ...facts, image: images });
  const smallest = imageLadder(images).find(({ block }) => block === 'plain');
  return smallest === undefined ? [plan] : [plan, { ...plan, network: smallest }];
}

/** Trains the reference; null where not even a few epochs fit into the time, where it was stopped, and where it diverged. */
export async function trainReference(options: ReferenceOptions): Promise<Reference | null> {
  const { runtime, seconds, seed, signal, onProgress, metric } = options;
  const clock = options.clock ?? (() => performance.now() / 1000);
  const begin = clock();
  for (const plan of candidates(options)) {
    const data = prepareRows(options, plan);
    const runs = await openShortRuns({ plan, train: data.train, runtime, seed, clock });
    await runs.release();
    const batches = batchCount(data.train.rows, Math.min(plan.training.batchSize, data.train.rows));
    const left = seconds === null ? Number.POSITIVE_INFINITY : seconds - (clock() - begin);
    const fit = Math.min(epochs.most, Math.floor((stepShare * left) / (batches * runs.secondsPerStep)));
    if (fit < epochs.least) continue;
    const sized = { ...plan, training: { ...plan.training, epochs: fit } };
    const { record } = await trainPrepared({ metric, runtime }, sized, data, {
      evaluations,
      ...(signal === undefined ? {} : { signal }),
      onPoint: ({ epoch }) => onProgress?.(epoch / fit),
    });
    if (signal?.aborted === true || record.status === 'diverged' || record.train === null) return null;
    const { train, dev, bestEpoch } = record;
    return { plan: sized, train, dev, bestEpoch, seconds: record.seconds ?? 0 };
  }
  return null;
}
