// In: a folder. Out: what the cases that were examined left behind, one file a case, so that a run can be stopped and goes on
// later, and so that rules can be judged anew without training anything.

import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { RunRecord } from '../../src/record/record.ts';
import type { CaseSpec } from './cases.ts';
import type { Harm } from './harm.ts';

/** What an examination of a case left behind. */
export interface Outcome {
  /** Null for a healthy case. */
  readonly harm: Harm | null;
  /** Null if fettle refused the case. */
  readonly record: RunRecord | null;
  /** The error with which fettle refused it. */
  readonly refused: string | null;
  /** Of the checkup, the plan's own training included. */
  readonly seconds: number;
}

const pathOf = (folder: string, { id }: CaseSpec): string => join(folder, `${id}.json`);

/** The outcome of a case, or null if it was not examined yet. */
export function loadOutcome(folder: string, spec: CaseSpec): Outcome | null {
  const path = pathOf(folder, spec);
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Outcome) : null;
}

/** Seven digits are more than any rule looks at, and a third of the bytes. */
const short = (_: string, value: unknown): unknown =>
  typeof value === 'number' && !Number.isInteger(value) ? Number(value.toPrecision(7)) : value;

/** Keeps an outcome; a run that is killed leaves no half file. */
export function saveOutcome(folder: string, spec: CaseSpec, outcome: Outcome): void {
  mkdirSync(folder, { recursive: true });
  const path = pathOf(folder, spec);
  writeFileSync(`${path}.part`, JSON.stringify(outcome, short));
  renameSync(`${path}.part`, path);
}
