// In: a plan's optimizer and an arena with parameters and gradients. Out: steps on them, and the layers' health.
// One fused pass per slot: decoupled decay, update, proximal L1 step and the norms; all that goes on from step
// to step lies in the arena, so saving its regions and the step number resumes exactly.

import { FettleError } from '../base/error.ts';
import type { Arena, Region } from '../engine/kernels/arena.ts';
import type { OptimizerPlan, TrainingPlan } from '../plan/plan.ts';
import type { LayerHealth } from '../record/record.ts';
import { createHealth } from './health.ts';
import type { SlotPlace } from './optimizers/rule.ts';
import { updateRule } from './optimizers/table.ts';

/** One parameter tensor inside the flat regions. */
export interface ParameterSlot {
  readonly name: string;
  /** Slots of the same layer share one line of health figures. */
  readonly layer: string;
  /** Floats from the start of the region, a multiple of 16. */
  readonly offset: number;
  readonly length: number;
  /** Multiplies the learning rate of this slot, and so its decay and its L1 step. */
  readonly learningRateFactor: number;
  /** True when L1 and L2 apply; usually weights, not biases. */
  readonly penalized: boolean;
}

/** What one step is made with. */
export interface StepStrengths {
  readonly learningRate: number;
  readonly l2: number;
  readonly l1: number;
}

/** Options of the plan's training part. */
export type OptimizerOptions = Pick<TrainingPlan, 'averaging' | 'clipNorm'>;

/** Changes the region `parameters` by the region `gradients`. */
export interface Optimizer {
  /** Makes step t = 1, 2, ...; the plan's own learning rate is not used, the step brings its. */
  step(t: number, strengths: StepStrengths): void;
  /**
   * Health of each layer over the steps since the last reset, in the order of the slots, or null when there was none:
   * means over steps of the norms of the weights after a step, of the gradients before clipping and of the updates
   * (new minus old weights, decay and L1 included); `zeros` are the exact zeros among the weights now.
   */
  statistics(): readonly LayerHealth[] | null;
  /** Starts the means again. */
  reset(): void;
}

/** Floats of the region `statistics`: the three f64 that a kernel leaves there. */
const STATISTICS_FLOATS = 16;

/**
 * Arithmetic on subnormal float32 (below 1.2e-38) is up to a hundred times slower, and the moments of a dead unit or of
 * a rare category decay into that range and stay there. So every 128 steps what is below 1e-30 becomes zero: at a
 * decay of 0.9 a moment falls by 1e-6 in that time. It is a function of the step alone, so resuming stays exact.
 */
export const FLUSH_EVERY = 128; // steps
/** See FLUSH_EVERY. */
export const FLUSH_BELOW = 1e-30;

/** The regions that an optimizer needs, each with `floats` numbers but the small `statistics`. */
export function optimizerRegions(plan: OptimizerPlan, floats: number, options: OptimizerOptions): readonly Region[] {
  const names = ['parameters', 'gradients', ...updateRule(plan).moments];
  if (options.averaging > 0) names.push('average');
  return [...names.map((name) => ({ name, floats })), { name: 'statistics', floats: STATISTICS_FLOATS }];
}

/** An optimizer over an arena that has the regions of `optimizerRegions`, all zeros but the parameters. */
export function createOptimizer(
  plan: OptimizerPlan,
  arena: Arena,
  slots: readonly ParameterSlot[],
  options: OptimizerOptions,
): Optimizer {
  const rule = updateRule(plan);
  const { kernels } = arena;
  const floats = arena.float32('parameters').length;
  checkSlots(slots, floats);
  const places = slots.map((slot) => placeOf(arena, slot, rule.moments));
  const sums = arena.float64('statistics');
  const average = options.averaging > 0 ? arena.offset('average') : null;
  const kept = ['parameters', ...rule.moments].map((name) => arena.offset(name));
  if (average !== null) kept.push(average);
  const health = createHealth(slots);

  return {
    step(t, { learningRate, l2, l1 }) {
      const scale = options.clipNorm === null ? 1 : clipScale(arena, places, options.clipNorm);
      slots.forEach((slot, i) => {
        const rate = learningRate * slot.learningRateFactor;
        const decay = slot.penalized ? 1 - rate * l2 : 1;
        const threshold = slot.penalized ? rate * l1 : 0;
        rule.update(kernels, places[i] as SlotPlace, { t, scale, learningRate: rate, decay, threshold });
        health.add(i, sums, scale);
      });
      health.endStep();
      if (average !== null) {
        kernels.average(average, arena.offset('parameters'), floats, averageShare(options.averaging, t));
      }
      if (t % FLUSH_EVERY === 0) for (const offset of kept) kernels.flush(offset, floats, FLUSH_BELOW);
    },
    statistics: () => health.read(places.map((place) => kernels.zeros(place.parameters, place.length))),
    reset: health.reset,
  };
}

/**
 * The share of the newest weights in the moving average at step t = 1, 2, ...: (1 - decay) / (1 - decay^t).
 * average <- average + share * (weights - average) is then the bias-corrected average
 * (1 - decay) sum decay^(t-i) w_i / (1 - decay^t) (Kingma and Ba, 2015, section 7.2): the first step copies the
 * weights, and no warm-up constant is needed.
 */
export function averageShare(decay: number, t: number): number {
  return (1 - decay) / (1 - decay ** t);
}

/** min(1, limit / (norm + 1e-6)) over all gradients (Pascanu et al., ICML 2013; PyTorch's clip_grad_norm_). */
function clipScale(arena: Arena, places: readonly SlotPlace[], limit: number): number {
  let total = 0;
  for (const { gradients, length } of places) total += arena.kernels.squaredNorm(gradients, length);
  return Math.min(1, limit / (Math.sqrt(total) + 1e-6));
}

function placeOf(arena: Arena, slot: ParameterSlot, moments: readonly string[]): SlotPlace {
  const bytes = slot.offset * 4;
  const moment = (name: string): number => (moments.includes(name) ? arena.offset(name) + bytes : 0);
  return {
    parameters: arena.offset('parameters') + bytes,
    gradients: arena.offset('gradients') + bytes,
    firstMoment: moment('first-moment'),
    secondMoment: moment('second-moment'),
    sums: arena.offset('statistics'),
    length: slot.length,
  };
}

/** The kernels write whole groups of four floats, so slots must be aligned, apart and inside the region. */
function checkSlots(slots: readonly ParameterSlot[], floats: number): void {
  const sorted = [...slots].sort((a, b) => a.offset - b.offset);
  let end = 0;
  for (const { name, offset, length } of sorted) {
    if (offset % 16 !== 0 || offset < end || offset + length > floats) {
      throw new FettleError(
        'internal',
        `Slot "${name}" must start at a multiple of 16 floats from ${end} on and end by ${floats}, but covers ${offset} to ${offset + length}.`,
      );
    }
    end = offset + length;
  }
}
