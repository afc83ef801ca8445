// In: JSON as Python writes it, with NaN and Infinity. Out: the values, and the numbers in an entry by their names.

import { loggedNumber } from './csv-rows.ts';
import { axisOf } from './names.ts';
import type { LogSeries } from './series.ts';

/** A JSON text; NaN and the infinities, which JSON lacks, become texts. Undefined for what is no JSON. */
export function parseLoggedJson(text: string): unknown {
  for (const attempt of [text, text.replace(/([:,[]\s*)(NaN|-?Infinity)(?=\s*[,}\]])/g, '$1"$2"')]) {
    try {
      return JSON.parse(attempt);
    } catch {
      // What Python wrote is tried next.
    }
  }
  return undefined;
}

/** Whether a value is an object, neither a list nor null. */
export function isEntry(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const DEEPEST = 3;

/** The numbers of an entry, those of inner objects as `val/acc`; a text counts where it is NaN or infinite. */
export function numbersIn(
  entry: Readonly<Record<string, unknown>>,
  prefix = '',
  depth = 0,
  found: [string, number][] = [],
): [string, number][] {
  for (const [key, value] of Object.entries(entry)) {
    const name = prefix === '' ? key : `${prefix}/${key}`;
    if (typeof value === 'number') found.push([name, value]);
    else if (typeof value === 'string' && /^-?(nan|inf(inity)?)$/i.test(value)) {
      found.push([name, loggedNumber(value) ?? Number.NaN]);
    } else if (isEntry(value) && depth < DEEPEST) numbersIn(value, name, depth + 1, found);
  }
  return found;
}

type Entry = Readonly<Record<string, unknown>>;

/** Adds the numbers of each entry at the position that the entry itself says. */
export function entryAdder(series: LogSeries): (entry: Entry) => void {
  // The names repeat in every entry, and looking at one takes longer than reading its number.
  const axes = new Map<string, ReturnType<typeof axisOf>>();
  const axisFor = (name: string): ReturnType<typeof axisOf> => {
    const known = axes.get(name);
    if (known !== undefined) return known;
    const axis = axisOf(name);
    if (axes.size < 10_000) axes.set(name, axis);
    return axis;
  };
  return (entry) => {
    const position: Record<'epoch' | 'step' | 'seconds', number | null> = { epoch: null, step: null, seconds: null };
    const values: [string, number][] = [];
    for (const pair of numbersIn(entry)) {
      const axis = axisFor(pair[0]);
      if (axis === null) values.push(pair);
      else if (Number.isFinite(pair[1])) position[axis] ??= pair[1];
    }
    for (const [name, value] of values) series.add(name, position, value);
  };
}
