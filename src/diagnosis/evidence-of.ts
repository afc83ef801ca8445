import { FettleError } from '../base/error.ts';
import { mean } from '../base/statistics.ts';
import type { RunRecord } from '../record/record.ts';
import {
  checkEvidence,
  type Evidence,
  type EvidenceScore,
  type Repeats,
  type RunTrace,
  type ScoreSet,
} from './evidence.ts';

/** What a record does not say by itself. */
export interface EvidenceOptions {
  /** What several records are: `folds` (or random splits) of one table, the default, or `seeds` on one split. */
  readonly repeats?: 'folds' | 'seeds';
  /** See `Evidence.baseline`. */
  readonly baseline?: number;
  /** How many classes there are, for records that do not say it. */
  readonly classes?: number;
}

const traceOf = (record: RunRecord): RunTrace => ({
  status: record.status,
  curve: record.curve,
  bestEpoch: record.bestEpoch,
  plan: record.plan,
  start: record.start,
  losses: record.losses,
  parameters: record.parameters,
  nonzero: record.nonzero,
});

const setOf = (record: RunRecord): ScoreSet => ({ train: record.train, trainDev: record.trainDev, dev: record.dev });

/**
 * One score over all repeats: the mean value, and the row noise of the rows that were looked at in all.
 * `most` is how many different rows there are; seeds look at the same rows again, folds at others.
 */
function pool(scores: readonly (EvidenceScore | null)[], most: number): EvidenceScore | null {
  const known = scores.filter((score) => score !== null);
  // A run without the score (a fold that diverged) leaves the mean unknown rather than too good.
  if (known.length < scores.length || known.length === 0) return null;
  const counts = known.map((score) => score.count);
  const seen = counts.reduce<number | null>((sum, n) => (sum === null || n === null ? null : sum + n), 0);
  const count = seen === null ? null : Math.min(seen, most);
  const perRow = known.map((score) =>
    score.standardError === null || score.count === null ? null : score.standardError ** 2 * score.count,
  );
  const shares = known.map((score) => score.share);
  return {
    value: mean(known.map((score) => score.value)),
    count,
    standardError:
      count === null || perRow.some((x) => x === null) ? null : Math.sqrt(mean(perRow.map((x) => x ?? 0)) / count),
    share: shares.some((share) => share === null) ? null : mean(shares.map((share) => share ?? 0)),
  };
}

function sameKind(records: readonly RunRecord[], first: RunRecord): void {
  for (const record of records) {
    if (record.task !== first.task || record.metric !== first.metric) {
      throw new FettleError(
        'data',
        `Expected records of one task and metric, received ${first.task} by ${first.metric} and ${record.task} by ` +
          `${record.metric}. Diagnose them one by one.`,
      );
    }
  }
}

function repeatsOf(records: readonly RunRecord[], first: RunRecord, kind: Repeats['kind']): Repeats {
  const train = first.rows.train ?? first.train?.count ?? null;
  const dev = first.rows.dev ?? first.dev?.count ?? null;
  if (train === null || dev === null) {
    throw new FettleError(
      'data',
      'Expected the numbers of training and dev rows in the records of repeated runs, received records without them. ' +
        'Diagnose the records one by one.',
    );
  }
  return { kind, parts: records.map(setOf), devPerTrainRow: dev / train };
}

/** A record's own classes go before what anybody says, and must agree with it. */
function classesOf(record: RunRecord, said: number | undefined): number | null {
  const own = record.classes?.length ?? null;
  if (said === undefined) return own;
  if (own !== null && own !== said) {
    throw new FettleError(
      'usage',
      `Expected ${own} classes, as the record names them, received ${said}. Leave it out.`,
    );
  }
  if (record.task !== 'classification') {
    throw new FettleError(
      'usage',
      `Expected no number of classes for a ${record.task}, received ${said}. Leave it out.`,
    );
  }
  return said;
}

/**
 * What records say: one record as it is, several as repeats of one plan with mean scores.
 * Throws a `data` error for no record, records that do not belong together, or scores that cannot be, and a `usage` error
 * for a number of classes that contradicts a record.
 */
export function evidenceOf(recordOrRecords: RunRecord | readonly RunRecord[], options: EvidenceOptions = {}): Evidence {
  const records: readonly RunRecord[] = 'version' in recordOrRecords ? [recordOrRecords] : recordOrRecords;
  const [first] = records;
  if (first === undefined) throw new FettleError('data', 'Expected at least one record, received none.');
  sameKind(records, first);
  const common = {
    task: first.task,
    metric: first.metric,
    classes: classesOf(first, options.classes),
    runs: records.map(traceOf),
    data: first.data,
    probes: first.probes,
    ...(options.baseline === undefined ? {} : { baseline: options.baseline }),
  };
  if (records.length === 1) {
    const evidence = { ...common, ...setOf(first) };
    checkEvidence(evidence);
    return evidence;
  }
  const kind = options.repeats ?? 'folds';
  const repeats = repeatsOf(records, first, kind);
  const rowsOf = (key: 'train' | 'trainDev' | 'dev'): number => first[key]?.count ?? 0;
  const all = rowsOf('train') + rowsOf('trainDev') + rowsOf('dev');
  const most = (key: 'train' | 'trainDev' | 'dev'): number => (kind === 'seeds' ? rowsOf(key) : all);
  const scores = (key: 'train' | 'trainDev' | 'dev') => records.map((record) => record[key]);
  const evidence = {
    ...common,
    train: pool(scores('train'), most('train')),
    trainDev: pool(scores('trainDev'), most('trainDev')),
    dev: pool(scores('dev'), most('dev')),
    repeats,
  };
  checkEvidence(evidence);
  return evidence;
}
