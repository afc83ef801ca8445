// In: a diagnosis, and the verdicts that must not hold. Out: each of its verdicts as passed or failed.

import { FettleError } from '../base/error.ts';
import { nearestNames } from '../base/nearest-name.ts';
import type { Diagnosis, Verdict } from './diagnose.ts';
import { type VerdictId, verdictIds } from './rules/index.ts';

/** Verdicts that name no weakness: nothing is wrong, nothing is known, or what would help. */
const neverWrong: readonly VerdictId[] = ['fit', 'cannot-tell', 'more-data-helps'];

/** The verdicts that fail a check when nobody says which: all that name a weakness. */
export const usualFailures: readonly VerdictId[] = verdictIds.filter((id) => !neverWrong.includes(id));

/** A verdict of a checked run. */
export interface CheckedVerdict {
  readonly verdict: Verdict;
  readonly failed: boolean;
}

/** Reads `high-variance,diverged`. Throws `usage` for a name that is no verdict, with the nearest ones. */
export function parseVerdicts(text: string): readonly VerdictId[] {
  return text.split(',').map((part) => {
    const name = part.trim();
    const found = verdictIds.find((id) => id === name);
    if (found !== undefined) return found;
    const near = nearestNames(name, verdictIds);
    const advice = near.length > 0 ? `Did you mean ${near.join(' or ')}?` : `Verdicts are ${verdictIds.join(', ')}.`;
    throw new FettleError('usage', `Expected names of verdicts, separated by commas, received "${name}". ${advice}`);
  });
}

/** Marks the verdicts of a diagnosis that must not hold. */
export function checkDiagnosis(diagnosis: Diagnosis, failOn: readonly VerdictId[]): readonly CheckedVerdict[] {
  return diagnosis.verdicts.map((verdict) => ({ verdict, failed: failOn.includes(verdict.id) }));
}
