// In: cases with their outcomes. Out: what the rules say of each, and how often that is right.

import { wilsonInterval } from '../../src/base/statistics.ts';
import { diagnose } from '../../src/diagnosis/diagnose.ts';
import { evidenceOf } from '../../src/diagnosis/evidence-of.ts';
import type { CaseSpec } from './cases.ts';
import { known } from './known.ts';
import type { Outcome } from './outcomes.ts';

/** One verdict with its sentence. */
export interface Said {
  readonly id: string;
  readonly because: string;
}

/**
 * What became of a case. `found`, `missed`: a fault that does harm. `silent`, `alarm`: a healthy case. `harmless`: a fault
 * that does no harm, which is not counted.
 */
export interface Judged {
  readonly spec: CaseSpec;
  readonly outcome: Outcome;
  readonly said: readonly Said[];
  readonly result: 'found' | 'missed' | 'silent' | 'alarm' | 'harmless';
  /** Verdicts that neither name the fault nor follow from it; on a healthy case, the false alarms. */
  readonly wrong: readonly Said[];
}

/** No alarms: in order, or not to be told on so few rows. */
const calm: readonly string[] = ['fit', 'cannot-tell'];

function saidOf({ set }: CaseSpec, { record, refused }: Outcome): readonly Said[] {
  if (record === null) return [{ id: 'refused', because: refused ?? '' }];
  const { verdicts } = diagnose(evidenceOf(record), known[set]);
  return verdicts.map(({ id, because }) => ({ id, because }));
}

/** What the rules say of a case, and whether that is right. */
export function judgeCase(spec: CaseSpec, outcome: Outcome): Judged {
  const said = saidOf(spec, outcome);
  if (spec.fault === null) {
    const wrong = said.filter(({ id }) => !calm.includes(id));
    return { spec, outcome, said, wrong, result: wrong.length > 0 ? 'alarm' : 'silent' };
  }
  const { accepted, follows } = spec.fault.fault;
  // To refuse a case with an error that says why is as good as a verdict.
  const named = [...accepted, 'refused'];
  const expected = [...named, ...follows, ...calm];
  const wrong = said.filter(({ id }) => !expected.includes(id));
  const found = said.some(({ id }) => named.includes(id));
  const harmful = outcome.harm?.harmful ?? false;
  return { spec, outcome, said, wrong, result: harmful ? (found ? 'found' : 'missed') : 'harmless' };
}

/** A share with the limits of its 95 % interval. */
export interface Share {
  readonly part: number;
  readonly of: number;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/** `part` of `of`; no share of nothing. */
export function shareOf(part: number, of: number): Share {
  if (of === 0) return { part, of, value: null, low: null, high: null };
  const { value, low, high } = wilsonInterval(part / of, of, 0.95);
  return { part, of, value, low, high };
}

/** The counts of some cases. */
export interface Score {
  readonly recall: Share;
  readonly falseAlarms: Share;
  /** Faulty cases with a verdict that neither names the fault nor follows from it. */
  readonly besides: Share;
  readonly harmless: number;
}

/** Counts the results of cases. */
export function scoreOf(all: readonly Judged[]): Score {
  const count = (...results: readonly Judged['result'][]): number =>
    all.filter(({ result }) => results.includes(result)).length;
  const harmful = all.filter(({ result }) => result === 'found' || result === 'missed');
  return {
    recall: shareOf(count('found'), harmful.length),
    falseAlarms: shareOf(count('alarm'), count('alarm', 'silent')),
    besides: shareOf(harmful.filter(({ wrong }) => wrong.length > 0).length, harmful.length),
    harmless: count('harmless'),
  };
}
