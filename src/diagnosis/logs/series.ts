/** Where in the run a value was logged; null is not said. */
export interface Position {
  readonly epoch: number | null;
  readonly step: number | null;
  readonly seconds: number | null;
}

/** A logged value; it may be NaN or infinite. */
export interface LoggedPoint extends Position {
  readonly value: number;
}

/** What was not read, and why. */
export interface Skipped {
  readonly reason: string;
  readonly count: number;
}

/** The values of one run under the names of its log, in the order in which they were written. */
export interface LogSeries {
  /** Adds a value. */
  add(name: string, position: Position, value: number): void;
  /** Counts something that could not be read: `lines that are no JSON`. */
  skip(reason: string, count?: number): void;
  /** Keeps a sentence for the reader of the diagnosis, once. */
  remark(text: string): void;
  /** Forgets all values: the training was started anew in the same file. */
  restart(): void;
  readonly points: ReadonlyMap<string, readonly LoggedPoint[]>;
  readonly skipped: readonly Skipped[];
  readonly remarks: readonly string[];
  /** How many values were added since the start. */
  readonly count: number;
}

/** Above this many values a series keeps every second one, so that memory is bounded whatever the file's size. */
const MOST_POINTS = 50_000;
const MOST_NAMES = 10_000;

interface Kept {
  points: LoggedPoint[];
  /** Every so many values one is kept. */
  stride: number;
  seen: number;
}

/** Empty series of one run. */
export function createSeries(): LogSeries {
  const kept = new Map<string, Kept>();
  const skipped = new Map<string, number>();
  const remarks = new Set<string>();
  let count = 0;
  const skip = (reason: string, n = 1): void => void skipped.set(reason, (skipped.get(reason) ?? 0) + n);
  return {
    add(name, position, value) {
      let series = kept.get(name);
      if (series === undefined) {
        if (kept.size >= MOST_NAMES) return skip(`values under more than ${MOST_NAMES} names`);
        series = { points: [], stride: 1, seen: 0 };
        kept.set(name, series);
      }
      count++;
      if (series.seen++ % series.stride !== 0) return;
      series.points.push({ ...position, value });
      if (series.points.length <= MOST_POINTS) return;
      series.points = series.points.filter((_, i) => i % 2 === 0);
      series.stride *= 2;
      remarks.add(`Series of more than ${MOST_POINTS.toLocaleString('en-US')} values were thinned out evenly.`);
    },
    skip,
    remark: (text) => void remarks.add(text),
    restart: () => kept.clear(),
    get points() {
      return new Map([...kept].map(([name, { points }]) => [name, points]));
    },
    get skipped() {
      return [...skipped].map(([reason, n]) => ({ reason, count: n }));
    },
    get remarks() {
      return [...remarks];
    },
    get count() {
      return count;
    },
  };
}
