import { differenceInterval, type Interval } from '../base/statistics.ts';
import type { Score } from '../record/record.ts';
import type { Evidence, EvidenceScore } from './evidence.ts';
import type { Case } from './rule.ts';
import { inUnit, scoreInterval } from './scale.ts';
import type { Settings } from './settings.ts';

/** How far a plan's errors are above those of the reference run, in the unit of the diagnosis; null where unknown. */
export interface Behind {
  readonly train: Interval | null;
  readonly dev: Interval | null;
}

/** Own error - reference's; without rows both limits are the value. */
function difference(
  own: EvidenceScore | null,
  reference: Score | null,
  { metric }: Evidence,
  { confidence }: Settings,
): Interval | null {
  const a = inUnit(own, metric);
  const b = inUnit(reference, metric);
  if (own === null || reference === null || a === null || b === null) return null;
  const exact = (value: number): Interval => ({ value, low: value, high: value });
  return differenceInterval(
    scoreInterval(own, metric, confidence) ?? exact(a),
    scoreInterval(reference, metric, confidence) ?? exact(b),
  );
}

/**
 * The errors of a run beside those of the reference, a healthy plan on the same rows. The rows are the same, so these
 * intervals of independent errors are too wide; null without a reference.
 */
export function behindReference(evidence: Evidence, settings: Settings): Behind | null {
  const reference = evidence.probes?.reference ?? null;
  if (reference === null) return null;
  return {
    train: difference(evidence.train, reference.train, evidence, settings),
    dev: difference(evidence.trainDev ?? evidence.dev, reference.dev, evidence, settings),
  };
}

/**
 * Whether a sign of broken training may have cost anything: a usual plan on the same rows is better by more than noise, or
 * (where it is at least not worse, or nobody trained one) some gap is not inside the tolerance.
 */
export function mayMatter({ evidence, gaps, settings }: Case): boolean {
  const dev = behindReference(evidence, settings)?.dev ?? null;
  if (dev !== null && dev.low > 0) return true;
  if (dev !== null && dev.value <= 0) return false;
  const known = gaps.filter(({ state }) => state !== 'unknown');
  return known.length === 0 || known.some(({ state }) => state !== 'inside');
}

/**
 * Whether the training rows are not fitted as they could be: the bias counts or is not known; or it may count, and a usual
 * plan on the same rows, if there is one, has less train error; or that plan has less error on both sides. Never where the
 * usual plan is no better on held-out rows.
 */
export function mayUnderfit({ evidence, gaps, settings }: Case): boolean {
  const behind = behindReference(evidence, settings);
  const dev = behind?.dev ?? null;
  if (dev !== null && dev.value <= 0) return false;
  const state = gaps.find(({ id }) => id === 'bias')?.state ?? 'unknown';
  const trainBehind = behind?.train == null ? null : behind.train.low > 0;
  if (state === 'straddles') return trainBehind ?? true;
  return state !== 'inside' || (dev !== null && dev.low > 0 && trainBehind === true);
}
