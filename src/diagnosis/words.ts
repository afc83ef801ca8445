import { enumerate, formatCount, formatNumber, plural } from '../base/format.ts';
import type { Gap } from './gaps.ts';
import type { Unit } from './scale.ts';
import type { Need } from './settle.ts';

/** Of a list, so that a sentence stays short. */
const mostNames = 5;

const decimalsOf = (unit: Unit): number => (unit === 'percentage points' ? 1 : 3);

/** Decimals that keep a small number from reading as nothing. */
function decimals(value: number, unit: Unit): number {
  const least = decimalsOf(unit);
  const size = Math.abs(value);
  return size > 0 && size < 0.95 * 10 ** -least * 10 ? least + 1 : least;
}

const UNITS: { readonly [K in Unit]: string } = {
  'percentage points': 'percentage points',
  nats: 'nats',
  'standard deviations of the target': 'sd',
};

/** Plain up to a million; a diverged run's errors are not spelled out. */
function numberText(value: number, places: number): string {
  return Math.abs(value) < 1e6 ? formatNumber(value, places) : value.toExponential(2);
}

const limitsText = (low: number | null, high: number | null, places: number): string =>
  low === null || high === null ? '' : ` (${numberText(low, places)} – ${numberText(high, places)})`;

/** An error on the diagnosis' scale: `20.0 % (19.2 – 20.8)`, `0.310 nats`; sd is the target's standard deviation. */
export function errorText(value: number, unit: Unit, low: number | null = null, high: number | null = null): string {
  const places = value === 0 && low === null ? 0 : decimals(value, unit);
  const sign = unit === 'percentage points' ? '%' : UNITS[unit];
  return `${numberText(value, places)} ${sign}${limitsText(low, high, places)}`;
}

/** A gap: `15.0 percentage points (14.1 – 15.9)`. */
export function gapText(value: number, unit: Unit, low: number | null = null, high: number | null = null): string {
  const places = decimals(value, unit);
  return `${numberText(value, places)} ${UNITS[unit]}${limitsText(low, high, places)}`;
}

/** The gap of a diagnosis in words with its limits; what is known about its noise. */
export function measuredGapText(gap: Gap): string {
  if (gap.value === null) return 'unknown';
  const text = gapText(gap.value, gap.unit, gap.low, gap.high);
  return gap.noise === 'none' ? `${text}, without an interval since the rows are not known` : text;
}

/** A tolerance or a limit without its unit: `2.0`. */
export function plainText(value: number, unit: Unit): string {
  return numberText(value, decimals(value, unit));
}

const SETS: { readonly [K in Need['set']]: string } = {
  train: 'train',
  'train-dev': 'train-dev',
  dev: 'dev',
  all: '',
};

/** What would settle a straddling gap: `about 5,400 dev rows (1,000 now)`. */
export function needText(needs: readonly Need[]): string {
  const parts = needs.map(({ set, have, need }) => {
    const what = set === 'all' ? 'row' : `${SETS[set]} row`;
    return `about ${plural(roundUp(need), what)} (${formatCount(have)} now)`;
  });
  return enumerate(parts);
}

/** Two significant digits, upwards: a forecast from noisy errors has no more. */
function roundUp(n: number): number {
  if (n < 100) return Math.ceil(n);
  const step = 10 ** (Math.floor(Math.log10(n)) - 1);
  return Math.ceil(n / step) * step;
}

/** At most five of some texts, and how many more there are: `a, b, c, d, e and 3 more`. */
export function listSome(texts: readonly string[]): string {
  const more = texts.length - mostNames;
  return enumerate(more > 0 ? [...texts.slice(0, mostNames), `${formatCount(more)} more`] : texts);
}

/** The same of names in quotes. */
export function nameSome(names: readonly string[]): string {
  return listSome(names.map((name) => `"${name}"`));
}
