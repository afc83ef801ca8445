// In: the errors of a plan on parts of its rows. Out: how many rows it would need for the error that is aimed at, with an
// interval; or that no number of rows will do; or why that cannot be told.
// A forecast is made by two families of curves (curves/families.ts) and counts only where they agree.

import { formatCount, plural } from '../base/format.ts';
import { normalQuantile } from '../base/statistics.ts';
import { type CurveFit, type Forecast, fitCurves } from './curves/forecast.ts';
import { risingPair, type SizePoint, sizePoints } from './curves/points.ts';
import type { Evidence } from './evidence.ts';
import { scaleOf, scoreInterval, tidy } from './scale.ts';
import type { Settings } from './settings.ts';
import { errorText } from './words.ts';

/** A measured point, errors in the unit of the diagnosis. */
export interface DataCurvePoint {
  readonly rows: number;
  readonly train: number | null;
  readonly dev: number;
  /** Limits of the dev error, noise of rows and of trainings. */
  readonly low: number;
  readonly high: number;
}

/** Both families at a number of rows, and the limits of the forecast there. */
export interface FittedPoint {
  readonly rows: number;
  readonly power: number;
  readonly exponential: number;
  readonly low: number;
  readonly high: number;
}

/** What more rows would bring. */
export interface DataCurve {
  /** `rows-needed` also where fewer rows than there are would have done. */
  readonly answer: 'rows-needed' | 'no-amount' | 'cannot-tell';
  /** The optimal error with the tolerance, in the unit of the diagnosis. */
  readonly target: number;
  /** Training rows for the target; `high` null is without limit. Null for the other answers. */
  readonly rows: { readonly value: number; readonly low: number; readonly high: number | null } | null;
  /** The dev error with twice as many rows; null where no curve was fitted. */
  readonly twice: Forecast | null;
  readonly points: readonly DataCurvePoint[];
  /** For drawing, at log-spaced numbers of rows; empty where no curve was fitted. */
  readonly fitted: readonly FittedPoint[];
  /** The answer in one or two sentences with its numbers. */
  readonly because: string;
}

/** Sizes below which three parameters are no forecast. */
const fewestPoints = 4;

/** A target that is not reached with so many times the rows is never reached. */
const reach = 1000;

/** Families whose numbers of rows differ by more than this factor disagree ... */
const disagreement = 10;

/** ... if the less likely one has at least this weight. */
const leastWeight = 0.1;

/** Points for drawing, up to so many times the rows. */
const drawn = { points: 25, beyond: 10 };

type Answer = Pick<DataCurve, 'answer' | 'rows' | 'because'>;

const refuse = (because: string): Answer => ({ answer: 'cannot-tell', rows: null, because });

/** Two digits: a forecast has no more. */
const rough = (rows: number): number => (rows < 100 ? Math.round(rows) : Number(rows.toPrecision(2)));

const rowsText = (rows: number): string => formatCount(rough(rows));

/** Above the target already on the rows that are trained on: their error does not fall with more of them. */
function fromTrainError(evidence: Evidence, settings: Settings, target: number): Answer | null {
  const { metric } = evidence;
  const { unit } = scaleOf(metric);
  const full = evidence.probes?.dataSizes?.reduce((most, point) => (point.rows > most.rows ? point : most));
  const train = full === undefined ? null : scoreInterval(full.train, metric, settings.confidence);
  if (full === undefined || train === null || !(train.low > target)) return null;
  return {
    answer: 'no-amount',
    rows: null,
    because:
      `No amount of data helps this plan: the train error on all ${plural(full.rows, 'row')} is ` +
      `${errorText(train.value, unit, train.low, train.high)}, above the target of ${errorText(target, unit)}, and ` +
      'training errors do not fall with more rows.',
  };
}

/** What the forecast says about the target. */
function fromForecast(fit: CurveFit, points: readonly SizePoint[], target: number, targetText: string): Answer {
  const now = points.at(-1)?.rows ?? 1;
  const most = reach * now;
  const chance = fit.reaches(target, most);
  if (chance < 0.025) {
    const because = `No amount of data helps this plan: both curves stay above ${targetText}, up to ${formatCount(reach)} times the rows.`;
    return { answer: 'no-amount', rows: null, because };
  }
  const { power, exponential } = fit.crossings(target, most);
  const apart = Math.max(power, exponential) > disagreement * Math.min(power, exponential);
  if (apart && Math.min(fit.weights.power, fit.weights.exponential) >= leastWeight) {
    const say = (rows: number): string => (Number.isFinite(rows) ? `with about ${rowsText(rows)} rows` : 'never');
    return refuse(
      `Rows for ${targetText} cannot be told: a power law reaches it ${say(power)}, a stretched exponential ` +
        `${say(exponential)}, and the points fit both.`,
    );
  }
  const { value, low, high } = fit.rowsFor(target, most);
  if (!Number.isFinite(value)) {
    return refuse(
      `Rows for ${targetText} cannot be told: at least ${rowsText(low)}, if any number will do (now ${formatCount(now)}).`,
    );
  }
  const limit = Number.isFinite(high) ? `${rowsText(low)} – ${rowsText(high)}` : `${rowsText(low)} or more`;
  const because =
    value <= now
      ? `About ${rowsText(value)} rows (${limit}) reach ${targetText}; there are ${formatCount(now)}.`
      : `About ${rowsText(value)} rows (${limit}) would reach ${targetText}; now there are ${formatCount(now)}.`;
  const rows = {
    value: Math.round(value),
    low: Math.round(low),
    high: Number.isFinite(high) ? Math.round(high) : null,
  };
  return { answer: 'rows-needed', rows, because };
}

/** Why no curve may be laid through the points; null if one may. */
function refusal(points: readonly SizePoint[], evidence: Evidence, confidence: number): Answer | null {
  const { unit } = scaleOf(evidence.metric);
  const sizes = new Set(points.map(({ rows }) => rows)).size;
  if (sizes < fewestPoints) {
    return refuse(
      `What more rows would bring cannot be told from ${plural(sizes, 'size')}: at least ${fewestPoints} are needed.`,
    );
  }
  const rising = risingPair(points, confidence);
  if (rising === null) return null;
  const [small, large] = rising;
  return refuse(
    `What more rows would bring cannot be told: the dev error rises from ${errorText(small.error, unit)} with ` +
      `${formatCount(small.rows)} rows to ${errorText(large.error, unit)} with ${formatCount(large.rows)}, more than noise.`,
  );
}

const short = (x: number): number => Number(x.toPrecision(6));

const shortForecast = ({ value, low, high }: Forecast): Forecast => ({
  value: short(value),
  low: short(low),
  high: short(high),
});

function drawnCurves(fit: CurveFit, points: readonly SizePoint[]): readonly FittedPoint[] {
  const first = points[0]?.rows ?? 1;
  const last = drawn.beyond * (points.at(-1)?.rows ?? 1);
  return Array.from({ length: drawn.points }, (_, i) => {
    const rows = Math.round(first * (last / first) ** (i / (drawn.points - 1)));
    const { low, high } = shortForecast(fit.errorAt(rows));
    const { power, exponential } = fit.curves;
    return { rows, power: short(power.errorAt(rows)), exponential: short(exponential.errorAt(rows)), low, high };
  });
}

/** What more rows would bring, from the probe of data sizes; null without it, or where its errors or noise are not known. */
export function dataCurveOf(evidence: Evidence, settings: Settings): DataCurve | null {
  const points = sizePoints(evidence);
  const [first] = points ?? [];
  if (points === null || first === undefined) return null;
  const { unit } = scaleOf(evidence.metric);
  const target = tidy(settings.optimalError + settings.tolerance);
  const targetText = `a dev error of ${errorText(target, unit)}`;
  const refused = refusal(points, evidence, settings.confidence);
  const fit = refused === null ? fitCurves(points, settings.confidence) : null;
  const biased = fromTrainError(evidence, settings, target);
  const answer = biased ?? refused ?? (fit === null ? null : fromForecast(fit, points, target, targetText));
  if (answer === null) return null;
  const errors = normalQuantile((1 + settings.confidence) / 2);
  return {
    ...answer,
    target,
    twice: fit && shortForecast(fit.errorAt(2 * (points.at(-1)?.rows ?? 1))),
    points: points.map(({ rows, trainError, error, noise }) => ({
      rows,
      train: trainError,
      dev: error,
      low: short(Math.max(0, error - errors * noise)),
      high: short(error + errors * noise),
    })),
    fitted: fit === null ? [] : drawnCurves(fit, points),
  };
}
