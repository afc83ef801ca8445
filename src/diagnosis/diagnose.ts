// In: the errors of a run (or of its folds or seeds) on train, train-dev and dev rows, its curve, and what the user
// calls optimal and tolerable. Out: the gaps with their intervals, the verdicts, the actions to try, and how the
// verdicts depend on the optimal error. Plain JSON, made without training anything.

import type { Metric } from '../record/record.ts';
import { type DataCurve, dataCurveOf } from './data-curve.ts';
import { checkEvidence, type Evidence, type Repeats } from './evidence.ts';
import { type Gap, gapsOf } from './gaps.ts';
import { type Note, notesOf } from './notes.ts';
import type { Finding, Rule } from './rule.ts';
import { rules, type VerdictId, verdictIds } from './rules/index.ts';
import { inUnit, scaleOf, scoreInterval, tidy, type Unit } from './scale.ts';
import { type SensitivityRange, sensitivityOf } from './sensitivity.ts';
import { type DiagnoseOptions, settingsOf } from './settings.ts';
import { contradicts, type Suggestion, suggestOptimalErrors } from './suggestions.ts';

/** One thing that the evidence says about a run. */
export type Verdict = Finding<VerdictId>;

/** One measured error, in the unit of the diagnosis. */
export interface DiagnosedError {
  readonly set: 'train' | 'train-dev' | 'dev';
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly count: number | null;
  /** As the metric has it: a share of rows, nats, or the target's unit. */
  readonly measured: number;
}

/** What `fettle diagnose --json` prints. All numbers are in `unit` unless a field has its own. */
export interface Diagnosis {
  /** What is wrong with the data, then broken training, then gaps by size, then `cannot-tell`; never empty. */
  readonly verdicts: readonly Verdict[];
  readonly gaps: readonly Gap[];
  readonly errors: readonly DiagnosedError[];
  readonly metric: Metric;
  /** Of how many folds or seeds the scores are means; null for one run. */
  readonly repeats: { readonly kind: Repeats['kind']; readonly count: number } | null;
  readonly unit: Unit;
  readonly optimalError: number;
  readonly tolerance: number;
  readonly confidence: number;
  readonly sensitivity: readonly SensitivityRange[];
  /** What the optimal error may be; empty where it was given and can be true. */
  readonly suggestions: readonly Suggestion[];
  /** What more rows would bring; null without a curve of data sizes. */
  readonly dataCurve: DataCurve | null;
  readonly notes: readonly Note[];
}

/** Larger gaps first; what cannot be told comes last; equal sizes stay in the order of the rules. */
function bySize(a: Verdict, b: Verdict): number {
  const last = ({ id }: Verdict): number => (id === 'cannot-tell' ? 1 : 0);
  return last(a) - last(b) || (b.value ?? 0) - (a.value ?? 0);
}

function errorsOf(evidence: Evidence, confidence: number): readonly DiagnosedError[] {
  const sets = [
    ['train', evidence.train],
    ['train-dev', evidence.trainDev],
    ['dev', evidence.dev],
  ] as const;
  return sets.flatMap(([set, score]) => {
    if (score === null) return [];
    const value = inUnit(score, evidence.metric);
    const interval = scoreInterval(score, evidence.metric, confidence);
    return {
      set,
      value: value === null ? null : tidy(value),
      low: interval && tidy(interval.low),
      high: interval && tidy(interval.high),
      count: score.count,
      measured: score.value,
    };
  });
}

/**
 * Judges a run by its errors: avoidable bias, variance and mismatch against the tolerance (recipe, step 1).
 * Throws a `data` error for scores that cannot be and a `usage` error for options out of range.
 *
 * @example
 * const score = (value: number) => ({ value, count: 10_000, standardError: null, share: null });
 * const evidence = {
 *   task: 'classification', metric: 'error', train: score(0.15), trainDev: null, dev: score(0.3),
 * } as const;
 * diagnose(evidence).verdicts.map(({ id }) => id); // ['high-bias', 'high-variance']
 * diagnose(evidence, { optimalError: 0.14 }).verdicts.map(({ id }) => id); // ['high-variance']
 */
export function diagnose(evidence: Evidence, options: DiagnoseOptions = {}): Diagnosis {
  checkEvidence(evidence);
  const settings = settingsOf(evidence, options);
  const gaps = gapsOf(evidence, settings);
  const found = (kind: Rule['kind']): readonly Verdict[] =>
    verdictIds
      .map((id) => rules[id])
      .filter((rule) => rule.kind === kind)
      .flatMap((rule) => rule.judge({ evidence, gaps, settings }) ?? []);
  const suggestions = suggestOptimalErrors(evidence, settings.confidence);
  return {
    verdicts: [...found('data'), ...found('training'), ...[...found('gap')].sort(bySize)],
    gaps,
    errors: errorsOf(evidence, settings.confidence),
    metric: evidence.metric,
    repeats:
      evidence.repeats === undefined ? null : { kind: evidence.repeats.kind, count: evidence.repeats.parts.length },
    unit: scaleOf(evidence.metric).unit,
    ...settings,
    sensitivity: sensitivityOf(evidence, gaps, settings),
    suggestions: options.optimalError === undefined || contradicts(suggestions, settings) ? suggestions : [],
    dataCurve: dataCurveOf(evidence, settings),
    notes: notesOf(evidence, gaps, settings, options),
  };
}
