// In: the traces of a case's runs. Out: what several rules about broken training ask of them.

import { median } from '../base/statistics.ts';
import type { ActivationHealth, CurvePoint, LayerHealth, StartLayer } from '../record/record.ts';
import type { RunTrace } from './evidence.ts';

/** What `look` finds in more than half of the runs; empty where fewer show it. */
export function shownByMost<T>(runs: readonly RunTrace[], look: (run: RunTrace) => T | null): readonly T[] {
  const found = runs.flatMap((run) => {
    const one = look(run);
    return one === null ? [] : [one];
  });
  return found.length * 2 > runs.length ? found : [];
}

/** The finding that stands for several: the one whose value is their median, the lower of two in the middle. */
export function middleOf<T>(found: readonly [T, ...T[]], value: (one: T) => number): T {
  const sorted = [...found].sort((a, b) => value(a) - value(b));
  return sorted[Math.ceil(sorted.length / 2) - 1] ?? found[0];
}

/** How many runs a sentence is about: nothing for one run, else `In 3 of 5 runs: `. */
export function whoText(found: number, runs: number): string {
  return runs === 1 ? '' : `In ${found} of ${runs} runs: `;
}

/** Layers made of units, from the input to the output, at one point: in the order of the start where there is one. */
export function unitLayers({ start }: RunTrace, { layers }: CurvePoint): readonly LayerHealth[] {
  if (layers === null) return [];
  if (start === null || start.layers.length === 0) return layers;
  return start.layers.flatMap(({ layer }) => layers.find((health) => health.layer === layer) ?? []);
}

/** The points of a run that say something about its layers, each with its layers of units. */
export function layerPoints(run: RunTrace): readonly (readonly LayerHealth[])[] {
  return run.curve.map((point) => unitLayers(run, point)).filter((layers) => layers.length > 0);
}

/** Root mean square of a layer's gradients. */
export function gradientSize({ gradientNorm, weights }: LayerHealth): number {
  return gradientNorm / Math.sqrt(weights);
}

/** Root mean square of a layer's first weights. */
export function weightSize({ mean, deviation }: StartLayer): number {
  return Math.hypot(mean, deviation);
}

/** How far a step goes, as a share of the weights; infinite from weights that are all zero. */
export function stepShare({ updateNorm, weightNorm }: LayerHealth): number {
  return updateNorm === 0 ? 0 : updateNorm / weightNorm;
}

/** The median of the known numbers; null without any. */
export function medianOf(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null && Number.isFinite(value));
  return known.length === 0 ? null : median(known as readonly number[]);
}

/** A hidden layer with what comes out of it. */
export interface HiddenActivations {
  readonly layer: string;
  readonly activations: ActivationHealth;
}

/** The hidden layers whose activations were measured, before the first step or at the last point; the output is left out. */
export function hiddenActivations(run: RunTrace, when: 'start' | 'end'): readonly HiddenActivations[] {
  const all: readonly { readonly layer: string; readonly activations: ActivationHealth | null }[] =
    when === 'start' ? (run.start?.layers ?? []) : (layerPoints(run).at(-1) ?? []);
  return all.slice(0, -1).flatMap(({ layer, activations }) => (activations === null ? [] : [{ layer, activations }]));
}
