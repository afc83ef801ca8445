// In: the range of some numbers. Out: a scale with round ticks, from numbers to places on an axis.

import { formatNumber } from '../../base/format.ts';

/** From numbers to places on an axis. */
export interface Axis {
  readonly ticks: readonly { readonly value: number; readonly label: string }[];
  place(value: number): number;
}

/** 1, 2 or 5 times a power of ten, so that about `count` steps cover `span`. */
export function roundStep(span: number, count: number): number {
  const rough = span / count;
  const power = 10 ** Math.floor(Math.log10(rough));
  const factor = rough / power;
  return (factor <= 1 ? 1 : factor <= 2 ? 2 : factor <= 5 ? 5 : 10) * power;
}

/** A linear axis whose ends are ticks; `from` and `to` are places, `suffix` follows each label. */
export function linearAxis(low: number, high: number, from: number, to: number, count = 5, suffix = ''): Axis {
  // A range that is lost in the numbers' rounding is a single number.
  const size = Math.max(Math.abs(low), Math.abs(high), 1e-90);
  const span = high - low > size * 1e-9 ? high - low : size > 1e-90 ? size : 1;
  const step = roundStep(span, count);
  const first = Math.floor(low / step + 1e-9);
  const last = Math.max(first + 1, Math.ceil((low + span) / step - 1e-9));
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  const ticks = Array.from({ length: last - first + 1 }, (_, i) => {
    const value = (first + i) * step;
    return { value, label: `${formatNumber(value, decimals)}${suffix}` };
  });
  const [a, b] = [first * step, last * step];
  return { ticks, place: (value) => from + ((value - a) / (b - a)) * (to - from) };
}

/** A logarithmic axis with ticks at 1, (2, 5) times powers of ten; `low` and `high` are above 0. */
export function logAxis(low: number, high: number, from: number, to: number): Axis {
  const decades = Math.log10(high / low);
  const factors = decades > 3 ? [1] : decades > 1.5 ? [1, 3] : [1, 2, 5];
  const candidates: number[] = [];
  for (let power = Math.floor(Math.log10(low)) - 1; power <= Math.ceil(Math.log10(high)) + 1; power++) {
    for (const factor of factors) candidates.push(Number(`${factor}e${power}`));
  }
  const first = candidates.findLast((value) => value <= low) ?? low;
  const last = candidates.find((value) => value >= high && value > first) ?? high;
  const step = Math.max(1, Math.ceil((candidates.indexOf(last) - candidates.indexOf(first)) / 8));
  const ticks = candidates
    .filter((value) => value >= first && value <= last)
    .filter((_, i) => i % step === 0)
    .map((value) => ({ value, label: value >= 1e-3 && value < 1e5 ? String(value) : value.toExponential(0) }));
  const [a, b] = [Math.log(first), Math.log(last)];
  return { ticks, place: (value) => from + ((Math.log(value) - a) / (b - a)) * (to - from) };
}
