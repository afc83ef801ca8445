// In: numbers and names. Out: the text that a person reads in a terminal, an error or a report.
// Only for people: machines get the numbers themselves.

const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');

/** A number with a fixed count of decimals, thousands separated: `-1,234.50`. */
export function formatNumber(value: number, decimals: number): string {
  if (!Number.isFinite(value)) return String(value);
  const [whole = '', fraction] = Math.abs(value).toFixed(decimals).split('.');
  const text = fraction === undefined ? grouped(whole) : `${grouped(whole)}.${fraction}`;
  // What rounds to zero has no sign.
  return value < 0 && /[1-9]/.test(text) ? `-${text}` : text;
}

/** A whole number with thousands separated: `1,234,567`. */
export function formatCount(count: number): string {
  return formatNumber(count, 0);
}

/** Epochs, with two decimals where an epoch is not over: `12`, `0.38`. */
export function formatEpoch(epoch: number): string {
  return Number.isInteger(epoch) ? String(epoch) : epoch.toFixed(2);
}

/** A number in a measured unit, to three significant digits, thousands separated: `53,700`, `5.84`, `0.00123`. */
export function formatSignificant(value: number, digits = 3): string {
  if (!Number.isFinite(value) || value === 0) return String(value);
  const rounded = Number(value.toPrecision(digits));
  if (Math.abs(rounded) < 1e-4) return rounded.toExponential(digits - 1);
  return formatNumber(rounded, Math.max(0, digits - 1 - Math.floor(Math.log10(Math.abs(rounded)))));
}

/** Decimals of a percentage: one, and two below one percent and above 99, where the first would hide what differs. */
function percentDecimals(percent: number): number {
  const size = Math.abs(percent);
  if (size === 0 || size === 100) return 0;
  return size < 1 || (size > 99 && size < 100) ? 2 : 1;
}

function percentText(share: number, decimals?: number): string {
  const percent = Number((share * 100).toPrecision(12));
  const places = decimals ?? percentDecimals(percent);
  // A small error is not none: what would round to zero says so.
  if (percent !== 0 && Math.abs(percent) < 0.5 * 10 ** -places) return `< ${(10 ** -places).toFixed(places)}`;
  return formatNumber(percent, places);
}

/** A share as a percentage: .123 is `12.3 %`, .0012 is `0.12 %`, 0 is `0 %`, .00001 is `< 0.01 %`. */
export function formatPercent(share: number, decimals?: number): string {
  return `${percentText(share, decimals)} %`;
}

/** A share with its limits: `12.3 % (10.1 – 14.9)`; without limits the share alone. */
export function formatPercentInterval(share: number, low: number | null, high: number | null): string {
  if (low === null || high === null) return formatPercent(share);
  const decimals = Math.max(1, percentDecimals(Number((share * 100).toPrecision(12))));
  const limit = (x: number): string => formatNumber(x * 100, decimals);
  return `${formatPercent(share, decimals)} (${limit(low)} – ${limit(high)})`;
}

/** A value with its limits and equally many decimals: `5.84 (5.21 – 6.40)`; without limits the value alone. */
export function formatInterval(value: number, low: number | null, high: number | null, decimals: number): string {
  const text = formatNumber(value, decimals);
  if (low === null || high === null) return text;
  return `${text} (${formatNumber(low, decimals)} – ${formatNumber(high, decimals)})`;
}

/** A time in seconds: `12 ms`, `3.4 s`, `1 min 05 s`, `2 h 03 min`. */
export function formatDuration(seconds: number): string {
  if (!Number.isFinite(seconds)) return String(seconds);
  if (seconds < 0) return `-${formatDuration(-seconds)}`;
  if (seconds < 0.9995) return `${formatSignificant(seconds * 1000, seconds < 0.01 ? 2 : 3)} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  const two = (n: number): string => String(n).padStart(2, '0');
  const whole = Math.round(seconds);
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${two(whole % 60)} s`;
  const minutes = Math.round(seconds / 60);
  return `${formatCount(Math.floor(minutes / 60))} h ${two(minutes % 60)} min`;
}

/** A size in bytes with decimal prefixes: `999 B`, `12.3 kB`, `4.50 MB`. */
export function formatBytes(bytes: number): string {
  const units = ['B', 'kB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (Math.abs(value) >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? formatNumber(value, 0) : formatSignificant(value)} ${units[unit]}`;
}

/** A counted noun: `1 row`, `1,200 rows`; the plural is the singular with an s unless it is given. */
export function plural(count: number, one: string, many = `${one}s`): string {
  return `${formatCount(count)} ${count === 1 ? one : many}`;
}

/** Words as one enumeration: `a`, `a and b`, `a, b and c`. */
export function enumerate(words: readonly string[], conjunction = 'and'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words[words.length - 1]}`;
}

/** Columns a terminal needs for a text; combining marks take none, wide East Asian characters and emoji two. */
function width(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (/\p{Mark}/u.test(character)) continue;
    columns +=
      /[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Emoji_Presentation}/u.test(
        character,
      )
        ? 2
        : 1;
  }
  return columns;
}

/**
 * Lines of a table with columns two spaces apart, no trailing spaces.
 * `align` says `left` (the default) or `right` for each column; shorter rows end early.
 */
export function formatTable(
  rows: readonly (readonly string[])[],
  align: readonly ('left' | 'right')[] = [],
): readonly string[] {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? 0, width(cell));
    });
  }
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const space = ' '.repeat((widths[i] ?? 0) - width(cell));
        return align[i] === 'right' ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
}

/** Images in words, width first, as people say it: `640 x 480 pixels, 3 channels`. */
export function describeImages(shape: {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}): string {
  return `${shape.width} x ${shape.height} pixels, ${plural(shape.channels, 'channel')}`;
}
