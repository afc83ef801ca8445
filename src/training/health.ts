// In: sums of squares of the parts of a network, step by step. Out: the health figures of its layers.

import type { LayerHealth } from '../record/record.ts';

/** Parameters whose sums come together; parts of the same layer share one line of health figures. */
export interface HealthPart {
  readonly layer: string;
  /** Numbers in it. */
  readonly length: number;
}

/** Sums of squares of a step's parts, and what they come to. */
export interface Health {
  /** Takes the sums of a part's squares: new weights, gradients, updates; the gradients were multiplied by `scale`. */
  add(part: number, sums: ArrayLike<number>, scale: number): void;
  endStep(): void;
  /** Means over the steps since the last reset by layer, null without any; `zeros` counts each part's zeros now. */
  read(zeros: readonly number[]): readonly LayerHealth[] | null;
  /** Starts the means again. */
  reset(): void;
}

/** Sums up the by-products of an update: per part into its layer, per step into means of norms. */
export function createHealth(slots: readonly HealthPart[]): Health {
  const layers = [...new Set(slots.map(({ layer }) => layer))];
  const layerOf = slots.map(({ layer }) => layers.indexOf(layer));
  const step = new Float64Array(layers.length * 3); // squares of weights, gradients, updates
  const norms = new Float64Array(layers.length * 3); // sums over steps
  let steps = 0;
  return {
    add(slot, sums, scale) {
      const at = (layerOf[slot] as number) * 3;
      step[at] = (step[at] as number) + (sums[0] as number);
      step[at + 1] = (step[at + 1] as number) + (sums[1] as number) / (scale * scale);
      step[at + 2] = (step[at + 2] as number) + (sums[2] as number);
    },
    endStep() {
      for (let i = 0; i < step.length; i++) norms[i] = (norms[i] as number) + Math.sqrt(step[i] as number);
      step.fill(0);
      steps++;
    },
    read(zeros) {
      if (steps === 0) return null;
      const mean = (i: number): number => (norms[i] as number) / steps;
      const total = (layer: number, counts: readonly number[]): number =>
        counts.reduce((sum, count, slot) => (layerOf[slot] === layer ? sum + count : sum), 0);
      const lengths = slots.map(({ length }) => length);
      return layers.map((layer, l) => ({
        layer,
        weightNorm: mean(3 * l),
        gradientNorm: mean(3 * l + 1),
        updateNorm: mean(3 * l + 2),
        zeros: total(l, zeros),
        weights: total(l, lengths),
        activations: null,
      }));
    },
    reset() {
      norms.fill(0);
      steps = 0;
    },
  };
}
