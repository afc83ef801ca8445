import { FettleError } from '../base/error.ts';
import type { Plan, Task } from '../plan/plan.ts';
import type { DataFacts } from '../record/data-facts.ts';
import type { Probes } from '../record/probes.ts';
import type { CurvePoint, LossSegment, Metric, RunStart, RunStatus } from '../record/record.ts';

/** A score of which the rows may be unknown, as when somebody types two percentages; a record's `Score` is one. */
export interface EvidenceScore {
  /** error: a share of rows in [0, 1]; log-loss: nats; rmse, mae: in the target's unit. */
  readonly value: number;
  /** Rows it was measured on; null if unknown. */
  readonly count: number | null;
  /** Of the mean of the per-row terms; null if unknown. The error needs none: its count says it all. */
  readonly standardError: number | null;
  /** Regression only: value / standard deviation of the training target; null if unknown. */
  readonly share: number | null;
}

/** The three scores of one run; null is unknown. Train-dev rows are like the training rows but not trained on. */
export interface ScoreSet {
  readonly train: EvidenceScore | null;
  readonly trainDev: EvidenceScore | null;
  readonly dev: EvidenceScore | null;
}

/** Several runs of one plan: on overlapping folds or splits of one table, or on one split with several seeds. */
export interface Repeats {
  readonly kind: 'folds' | 'seeds';
  readonly parts: readonly ScoreSet[];
  /** Held-out rows per training row of one part: what corrects the variance for folds that overlap. */
  readonly devPerTrainRow: number;
}

/** What the rules about broken training look at, one per run. */
export interface RunTrace {
  readonly status: RunStatus;
  readonly curve: readonly CurvePoint[];
  readonly bestEpoch: number | null;
  readonly plan: Plan | null;
  readonly start: RunStart | null;
  readonly losses: readonly LossSegment[] | null;
  readonly parameters: number | null;
  readonly nonzero: number | null;
}

/** All that is known about how a plan trains. The scores are means over the repeats where there are several runs. */
export interface Evidence extends ScoreSet {
  readonly task: Task;
  readonly metric: Metric;
  /** Classification: how many classes; null or absent if unknown. */
  readonly classes?: number | null;
  /**
   * The training error of knowing nothing: of always the commonest class (error), of the class shares (log-loss), of
   * the mean (rmse, as a share of the standard deviation). Null or absent if unknown: then its upper bound is used.
   */
  readonly baseline?: number | null;
  readonly repeats?: Repeats;
  readonly runs?: readonly RunTrace[];
  /** What a look at the rows said; of the first run where there are several. */
  readonly data?: DataFacts | null;
  readonly probes?: Probes | null;
}

const NAMES = { train: 'train', trainDev: 'train-dev', dev: 'dev' } as const;

function checkScore(name: string, score: EvidenceScore, metric: Metric): void {
  const { value, count, standardError, share } = score;
  if (!(Number.isFinite(value) && value >= 0)) {
    throw new FettleError('data', `Expected the ${name} error as a finite number of 0 or more, received ${value}.`);
  }
  if (metric === 'error' && value > 1) {
    throw new FettleError(
      'data',
      `Expected the ${name} error as a share of rows between 0 and 1, received ${value}. Divide a percentage by 100.`,
    );
  }
  if (count !== null && !(Number.isFinite(count) && count >= 1)) {
    throw new FettleError('data', `Expected at least 1 row behind the ${name} error, received ${count}.`);
  }
  for (const [what, x] of [
    ['standard error', standardError],
    ['share', share],
  ] as const) {
    if (x !== null && !(Number.isFinite(x) && x >= 0)) {
      throw new FettleError('data', `Expected the ${what} of the ${name} error as 0 or more, received ${x}.`);
    }
  }
}

/** Throws a `data` error when a score is not a number of its kind, or nothing at all is known. */
export function checkEvidence(evidence: Evidence): void {
  for (const set of [evidence, ...(evidence.repeats?.parts ?? [])]) {
    for (const key of ['train', 'trainDev', 'dev'] as const) {
      const score = set[key];
      if (score !== null) checkScore(NAMES[key], score, evidence.metric);
    }
  }
  const regression = evidence.metric === 'rmse' || evidence.metric === 'mae';
  if (regression !== (evidence.task === 'regression')) {
    throw new FettleError('data', `Expected a metric for ${evidence.task}, received \`${evidence.metric}\`.`);
  }
  if (evidence.repeats !== undefined && evidence.repeats.parts.length < 2) {
    throw new FettleError('data', `Expected at least 2 repeats, received ${evidence.repeats.parts.length}.`);
  }
}
