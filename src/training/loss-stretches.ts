// In: the losses of the batches, one by one. Out: the run in at most 64 stretches of equally many steps, wherever it ends.

import type { LossSegment } from '../record/record.ts';

/** Stretches at most; an even number. */
export const mostStretches = 64;

/** Consecutive steps: their last one, how many, and of their losses mean and sum of squared differences from it. */
interface Stretch {
  readonly step: number;
  readonly count: number;
  readonly mean: number;
  readonly squares: number;
}

/** The losses of a run so far. Plain data: a checkpoint holds it, and JSON brings every number back as it was. */
export interface LossStretches {
  /** Steps of each stretch but the last, which may be shorter; a power of 2. */
  readonly length: number;
  readonly stretches: readonly Stretch[];
}

/** A run without steps. */
export const noLosses: LossStretches = { length: 1, stretches: [] };

/** Both as one: Chan, Golub and LeVeque (1983), which keeps its digits where sums of squares would lose them. */
function joined(a: Stretch, b: Stretch): Stretch {
  const count = a.count + b.count;
  const difference = b.mean - a.mean;
  return {
    step: b.step,
    count,
    mean: a.mean + (difference * b.count) / count,
    squares: a.squares + b.squares + (difference ** 2 * a.count * b.count) / count,
  };
}

/** With the loss of one more step. When all stretches are full, neighbours become one and the length doubles. */
export function addLoss({ length, stretches }: LossStretches, step: number, loss: number): LossStretches {
  const one = { step, count: 1, mean: loss, squares: 0 };
  const last = stretches.at(-1);
  if (last !== undefined && last.count < length) return { length, stretches: stretches.with(-1, joined(last, one)) };
  if (stretches.length < mostStretches) return { length, stretches: [...stretches, one] };
  const halved = stretches.flatMap((stretch, i) => (i % 2 === 0 ? [joined(stretch, stretches[i + 1] as Stretch)] : []));
  return addLoss({ length: 2 * length, stretches: halved }, step, loss);
}

/** As the record has it: the standard deviation divides by the batches less one. */
export function lossSegments({ stretches }: LossStretches): readonly LossSegment[] {
  return stretches.map(({ step, count, mean, squares }) => ({
    step,
    mean,
    deviation: count > 1 ? Math.sqrt(squares / (count - 1)) : null,
  }));
}
