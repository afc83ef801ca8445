// In: the series that a reader took from a log. Out: the run as a record, which series were taken for what, and what the
// log does not tell. The scores are those of the best dev epoch, or of the last if there are no dev rows.

import type { Metric, RunRecord, RunStatus, Score } from '../../record/record.ts';
import type { Note } from '../notes.ts';
import { alignSeries, curveOf, type RoleSeries } from './curve.ts';
import { logNotes } from './log-notes.ts';
import { type Mapped, mapSeries } from './mapping.ts';
import type { LogReader } from './reader.ts';
import type { LogSeries, Skipped } from './series.ts';

/** What the user says about logs. */
export interface LogOptions {
  /** From `parseMapping`; goes before any convention. */
  readonly mappings?: readonly Mapped[];
  /** Rows that the errors were measured on; without them there are no intervals. */
  readonly trainRows?: number;
  readonly devRows?: number;
  /** Regression: the standard deviation of the training target, in whose shares the errors are judged. */
  readonly targetDeviation?: number;
}

/** One run of a foreign log. */
export interface ForeignRun {
  /** Below the searched folder; the file's name for a single file. */
  readonly name: string;
  readonly reader: string;
  readonly record: RunRecord;
  readonly mapped: readonly Mapped[];
  /** Names of the log that were not used. */
  readonly unused: readonly string[];
  readonly skipped: readonly Skipped[];
  /** What the reader of the diagnosis must know about this log, most important first. */
  readonly notes: readonly Note[];
}

type Picked = { readonly metric: Metric; readonly set: 'dev' | 'test' };

/** The error if there is one, else the RMSE, else the MAE; dev rows, or test rows if no dev rows were looked at. */
function pick(series: readonly RoleSeries[]): Picked {
  const has = (role: string): boolean => series.some((one) => one.role === role && one.logged.some(Number.isFinite));
  const set = ['error', 'rmse', 'mae', 'loss'].some((kind) => has(`dev_${kind}`)) ? 'dev' : 'test';
  const metrics = ['error', 'rmse', 'mae'] as const;
  const both = metrics.find((metric) => has(`train_${metric}`) && has(`${set}_${metric}`));
  const any = metrics.find((metric) => has(`train_${metric}`) || has(`${set}_${metric}`));
  return { metric: both ?? any ?? 'error', set };
}

/** Where the series is lowest, the first of equals; null without a finite value. */
function lowest(series: RoleSeries | null): number | null {
  let best: number | null = null;
  let least = Number.POSITIVE_INFINITY;
  for (const [x, value] of series?.values ?? []) {
    if (!(value < least)) continue;
    least = value;
    best = x;
  }
  return best;
}

/**
 * The value that belongs to a position: the mean since the last position of the dev series for training rows, which are
 * often logged more densely; where there is none, the last one before it. Null at null means the last.
 */
function valueFor(series: RoleSeries | null, at: number | null, others: RoleSeries | null): number | null {
  if (series === null) return null;
  const finite = [...series.values].filter(([, value]) => Number.isFinite(value));
  if (at === null) return finite.at(-1)?.[1] ?? null;
  const since = [...(others?.values.keys() ?? [])].filter((x) => x < at).at(-1) ?? Number.NEGATIVE_INFINITY;
  const before = finite.filter(([x]) => x <= at);
  const within = series === others ? [] : before.filter(([x]) => x > since);
  if (within.length > 0 && since > Number.NEGATIVE_INFINITY) {
    return within.reduce((sum, [, value]) => sum + value, 0) / within.length;
  }
  return before.at(-1)?.[1] ?? finite[0]?.[1] ?? null;
}

function scoreOf(value: number | null, rows: number | undefined, deviation: number | undefined): Score | null {
  if (value === null || value < 0 || !Number.isFinite(value)) return null;
  return { value, count: rows ?? null, standardError: null, share: deviation === undefined ? null : value / deviation };
}

function statusOf(series: readonly (RoleSeries | null)[], trainLoss: RoleSeries | null): RunStatus {
  const lost = series.some((one) => one?.logged.some((value) => !Number.isFinite(value)));
  const first = Math.abs(trainLoss?.logged[0] ?? 0);
  const last = Math.abs(trainLoss?.logged.at(-1) ?? 0);
  return lost || (first > 0 && last > 1e6 * first) ? 'diverged' : 'finished';
}

/** Makes a run of the series of one log. Throws a `usage` error for a mapping that names what the log does not have. */
export function foreignRun(name: string, reader: LogReader, read: LogSeries, options: LogOptions): ForeignRun {
  const values = new Map([...read.points].map(([key, points]) => [key, points.map(({ value }) => value)]));
  const mapped = mapSeries(values, options.mappings ?? []);
  const run = alignSeries(mapped, read.points, reader.firstEpoch === 0 ? 1 : 0);
  const { metric, set } = pick(run.series);
  const of = (role: string): RoleSeries | null => run.series.find((one) => one.role === role) ?? null;
  const roles = {
    trainError: of(`train_${metric}`),
    devError: of(`${set}_${metric}`),
    trainLoss: of('train_loss'),
    devLoss: of(`${set}_loss`),
    learningRate: of('learning_rate'),
  };
  const looked = lowest(roles.devError) === null ? roles.devLoss : roles.devError;
  const best = lowest(looked);
  const used = new Set(
    Object.values(roles)
      .filter((one) => one !== null)
      .map(({ role }) => role),
  );
  const deviation = metric === 'error' ? undefined : options.targetDeviation;
  const train = scoreOf(valueFor(roles.trainError, best, looked), options.trainRows, deviation);
  const dev = scoreOf(valueFor(roles.devError, best, looked), options.devRows, deviation);
  const shown = mapped.filter(({ role }) => used.has(role));
  const unused = [...values.keys()].filter((key) => !shown.some((one) => one.name === key));
  const record: RunRecord = {
    version: 1,
    source: reader.id,
    plan: null,
    task: metric === 'error' ? 'classification' : 'regression',
    metric,
    classes: null,
    rows: { train: options.trainRows ?? null, dev: options.devRows ?? null },
    status: statusOf([roles.trainError, roles.devError, roles.trainLoss, roles.devLoss], roles.trainLoss),
    curve: curveOf(run, roles),
    bestEpoch: best,
    train,
    trainDev: null,
    dev,
    parameters: null,
    nonzero: null,
    seconds: null,
    start: null,
    losses: null,
    data: null,
    probes: null,
    analysis: null,
  };
  const notes = logNotes({ record, reader, read, axis: run.axis, set, mapped: shown, unused });
  return { name, reader: reader.id, record, mapped: shown, unused, skipped: read.skipped, notes };
}
