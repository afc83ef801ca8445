// In: one row of a W&B history. Out: its values at their position. The position is kept under W&B's own names, and by the
// integrations of Keras, Lightning and Transformers also under theirs.

import { isEntry, numbersIn } from './json-values.ts';
import type { LogSeries } from './series.ts';

/** What else names a position, and what is added to it: an epoch is counted when it is completed. */
const POSITIONS: Readonly<Record<string, { readonly key: 'epoch' | 'step'; readonly add: number }>> = {
  epoch: { key: 'epoch', add: 0 },
  // Keras' WandbMetricsLogger counts epochs from 0.
  'epoch/epoch': { key: 'epoch', add: 1 },
  // Transformers' Trainer writes the completed part of the epochs.
  'train/epoch': { key: 'epoch', add: 0 },
  'train/global_step': { key: 'step', add: 0 },
  'trainer/global_step': { key: 'step', add: 0 },
  'batch/batch_step': { key: 'step', add: 0 },
};

/** Without histograms, pictures and tables, which W&B marks by `_type`. */
function plain(entry: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(entry).filter(([, value]) => !(isEntry(value) && '_type' in value)));
}

/** Adds the rows of a history, each at the position that it says itself. */
export function wandbAdder(series: LogSeries): (entry: Readonly<Record<string, unknown>>) => void {
  let first: number | null = null;
  return (entry) => {
    const numbers = numbersIn(plain(entry));
    const own = new Map(numbers);
    const finite = (name: string): number | null => {
      const value = own.get(name);
      return value === undefined || !Number.isFinite(value) ? null : value;
    };
    // Lightning counts its epochs from 0.
    const shift = own.has('trainer/global_step') ? 1 : 0;
    const position = { epoch: null as number | null, step: finite('_step'), seconds: finite('_runtime') };
    const time = finite('_timestamp');
    if (time !== null) first ??= time;
    if (position.seconds === null && time !== null && first !== null) position.seconds = time - first;
    for (const [name, { key, add }] of Object.entries(POSITIONS)) {
      const value = finite(name);
      if (value === null) continue;
      if (key === 'epoch') position.epoch ??= value + (name === 'epoch' ? shift : add);
      else position.step ??= value;
    }
    for (const [name, value] of numbers) {
      if (name.startsWith('_') || Object.hasOwn(POSITIONS, name)) continue;
      series.add(name, position, value);
    }
  };
}
