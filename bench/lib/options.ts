// In: the command line. Out: its options, each a text with a default; an unknown one is an error.

import { spawnSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import { note } from './output.ts';

/** Reads `--name value`; what is left over are the positional arguments. */
export function readOptions<T extends Readonly<Record<string, string>>>(
  defaults: T,
): { readonly options: { readonly [K in keyof T]: string }; readonly positionals: readonly string[] } {
  const names = Object.keys(defaults);
  const options = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  return { options: { ...defaults, ...(values as Partial<T>) }, positionals };
}

/** A whole number from an option. */
export function count(text: string, name: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new Error(`--${name}: expected a whole number, received "${text}".`);
  return value;
}

/** The core to pin to, or null for `none` and where there is no `taskset`: then the results say so. */
export function pinnedCore(text: string): number | null {
  if (text === 'none') return null;
  if (spawnSync('taskset', ['--version']).status === 0) return count(text, 'core');
  note('There is no taskset here: nothing is pinned to a core.');
  return null;
}

/** The Python that has the peers: FETTLE_PYTHON, or `python3`. */
export const python = process.env.FETTLE_PYTHON ?? 'python3';
