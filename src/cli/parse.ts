// In: the text of an option. Out: its value, or a `usage` error that says what is expected.

import { FettleError } from '../base/error.ts';

const unitSeconds = { s: 1, m: 60, h: 3600 } as const;

/** A duration in seconds from `90`, `90s`, `2m`, `1.5h` or `1h30m`. */
export function parseDuration(text: string): number {
  const plain = /^\d+(\.\d+)?$/.test(text);
  const parts = plain ? [[text, text, 's']] : [...text.matchAll(/(\d+(?:\.\d+)?)\s*([smh])/g)];
  const whole = plain || /^(\d+(\.\d+)?\s*[smh]\s*)+$/.test(text);
  const seconds = parts.reduce(
    (sum, part) => sum + Number(part[1]) * unitSeconds[part[2] as keyof typeof unitSeconds],
    0,
  );
  if (!whole || !(seconds > 0)) {
    throw new FettleError('usage', `Expected a time such as 90, 90s, 2m or 1h, received "${text}".`);
  }
  return seconds;
}

/** A whole number from `least` to `most`. */
export function parseWhole(text: string, least: number, most = Number.MAX_SAFE_INTEGER): number {
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < least || value > most) {
    const range = most === Number.MAX_SAFE_INTEGER ? `of ${least} or more` : `from ${least} to ${most}`;
    throw new FettleError('usage', `Expected a whole number ${range}, received "${text}".`);
  }
  return value;
}

/** A size in pixels from `64` (a square) or `96x64` (width x height). */
export function parseImageSize(text: string): { readonly width: number; readonly height: number } {
  const match = /^(\d{1,5})(?:\s*x\s*(\d{1,5}))?$/i.exec(text.trim());
  const width = Number(match?.[1]);
  const height = Number(match?.[2] ?? match?.[1]);
  if (match !== null && width > 0 && height > 0) return { width, height };
  throw new FettleError(
    'usage',
    `Expected a size in pixels such as 64, or 96x64 (width x height), received "${text}".`,
  );
}

/** A number above 0. */
export function parsePositive(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value) && value > 0) return value;
  throw new FettleError('usage', `Expected a number above 0, received "${text}".`);
}

/** An error rate as it was typed: `15%` is `{ text: '15%', value: 15, percent: true }`. */
export interface TypedRate {
  readonly text: string;
  readonly value: number;
  readonly percent: boolean;
}

/** An error rate from `0.15`, `15` or `15%`; what a number without `%` stands for is left open. */
export function parseRate(text: string): TypedRate {
  const match = /^(\d+(?:\.\d*)?|\.\d+)\s*(%?)$/.exec(text.trim());
  if (match === null) {
    throw new FettleError('usage', `Expected a share such as 0.15 or a percentage such as 15%, received "${text}".`);
  }
  return { text, value: Number(match[1]), percent: match[2] === '%' };
}

/** Per cent as a share, with twelve digits, so that 1.1% is .011 and not .011000000000000001. */
export function percentToShare(value: number): number {
  return Number((value / 100).toPrecision(12));
}

/**
 * An error rate as a share from `0.15` or `15%`. A number of 1 or more without `%` could be either, so it is refused.
 * With `%` it may be over 100: a regression's error is a share of the target's standard deviation.
 */
export function parseShare(text: string): number {
  const { value, percent } = parseRate(text);
  if (percent) return percentToShare(value);
  if (value < 1) return value;
  throw new FettleError(
    'usage',
    `Received ${text}, which may be a share or a percentage. Write ${text}% for ${value} per cent; shares are below 1, such as 0.15.`,
  );
}
