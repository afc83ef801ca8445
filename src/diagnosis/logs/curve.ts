// In: the series of one run with their roles. Out: the points of its curve, one per position, in order.

import type { CurvePoint } from '../../record/record.ts';
import { type Mapped, type Role, transformed } from './mapping.ts';
import type { LoggedPoint } from './series.ts';

/** What the positions of a run count. */
export type Axis = 'epoch' | 'step' | 'entry';

/** One series on the run's axis, after its transforms, in order of position. */
export interface RoleSeries {
  readonly role: Role;
  readonly name: string;
  /** As logged, several values at one position included. */
  readonly logged: readonly number[];
  /** One value per position, in order of position. */
  readonly values: ReadonlyMap<number, number>;
}

/** All series of a run on one axis. */
export interface RunSeries {
  readonly axis: Axis;
  readonly series: readonly RoleSeries[];
  /** Steps and seconds by position, where the log says them. */
  readonly steps: ReadonlyMap<number, number>;
  readonly seconds: ReadonlyMap<number, number>;
}

/** Epochs if all values have one, else steps, else the order of the entries. */
function axisOf(all: readonly (readonly LoggedPoint[])[]): Axis {
  const has = (key: 'epoch' | 'step'): boolean => {
    if (!all.every((points) => points.every((point) => point[key] !== null))) return false;
    // A step that is always 0 counts nothing.
    const first = all[0]?.[0]?.[key];
    return key === 'epoch' || all.every(({ length }) => length < 2) || all.flat().some((point) => point[key] !== first);
  };
  if (has('epoch')) return 'epoch';
  return has('step') ? 'step' : 'entry';
}

/** Puts the mapped series on one axis; `shift` is added to epochs. */
export function alignSeries(
  mapped: readonly Mapped[],
  points: ReadonlyMap<string, readonly LoggedPoint[]>,
  shift: number,
): RunSeries {
  const of = (name: string): readonly LoggedPoint[] => points.get(name) ?? [];
  const axis = axisOf(mapped.filter(({ role }) => role !== 'learning_rate').map(({ name }) => of(name)));
  const xOf = (point: LoggedPoint, i: number): number | null =>
    axis === 'entry' ? i + 1 : axis === 'step' ? point.step : point.epoch === null ? null : point.epoch + shift;
  const steps = new Map<number, number>();
  const seconds = new Map<number, number>();
  const series = mapped.map(({ role, name, transforms }) => {
    const entries: Entry[] = [];
    of(name).forEach((point, i) => {
      const x = xOf(point, i);
      if (x === null) return;
      if (point.step !== null) steps.set(x, point.step);
      if (point.seconds !== null) seconds.set(x, point.seconds);
      entries.push({ x, value: transformed(point.value, transforms) });
    });
    entries.sort((a, b) => a.x - b.x);
    const ofBatches = axis === 'epoch' && role.startsWith('train_');
    return { role, name, logged: entries.map(({ value }) => value), values: valuesAt(entries, ofBatches) };
  });
  return { axis, series, steps, seconds };
}

interface Entry {
  readonly x: number;
  readonly value: number;
}

/** One value per position: the mean over the batches of an epoch for training rows, the last word for all else. */
function valuesAt(entries: readonly Entry[], ofBatches: boolean): ReadonlyMap<number, number> {
  const values = new Map<number, number>();
  let at = Number.NaN;
  let sum = 0;
  let count = 0;
  for (const { x, value } of entries) {
    const same = ofBatches && x === at;
    sum = same ? sum + value : value;
    count = same ? count + 1 : 1;
    at = x;
    values.set(x, count === 1 ? value : sum / count);
  }
  return values;
}

/** The points of the curve from the series that speak for loss and error of training and dev rows. */
export function curveOf(
  run: RunSeries,
  roles: {
    readonly trainError: RoleSeries | null;
    readonly devError: RoleSeries | null;
    readonly trainLoss: RoleSeries | null;
    readonly devLoss: RoleSeries | null;
    readonly learningRate: RoleSeries | null;
  },
): readonly CurvePoint[] {
  const at = {
    trainError: valuesAtOrNone(roles.trainError),
    devError: valuesAtOrNone(roles.devError),
    trainLoss: valuesAtOrNone(roles.trainLoss),
    devLoss: valuesAtOrNone(roles.devLoss),
  };
  const rates = valuesAtOrNone(roles.learningRate);
  const all = new Set(Object.values(at).flatMap((values) => [...values.keys()]));
  return [...all]
    .sort((a, b) => a - b)
    .map((x) => ({
      epoch: x,
      step: run.steps.get(x) ?? x,
      seconds: run.seconds.get(x) ?? 0,
      learningRate: rates.get(x) ?? null,
      trainLoss: at.trainLoss.get(x) ?? null,
      trainError: at.trainError.get(x) ?? null,
      devError: at.devError.get(x) ?? null,
      devLoss: at.devLoss.get(x) ?? null,
      layers: null,
    }));
}

const valuesAtOrNone = (series: RoleSeries | null): ReadonlyMap<number, number> => series?.values ?? new Map();
