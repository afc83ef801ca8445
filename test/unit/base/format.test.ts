import { expect, it } from 'vitest';
import {
  enumerate,
  formatBytes,
  formatCount,
  formatDuration,
  formatEpoch,
  formatInterval,
  formatNumber,
  formatPercent,
  formatPercentInterval,
  formatSignificant,
  formatTable,
  plural,
} from '../../../src/base/format.ts';

it('numbers', () => {
  expect([0, 999, 1000, 1234567, -1234].map(formatCount)).toEqual(['0', '999', '1,000', '1,234,567', '-1,234']);
  expect(formatNumber(-0.001, 2)).toBe('0.00');
  expect(formatNumber(1234.5678, 2)).toBe('1,234.57');
  expect(formatNumber(Number.NaN, 2)).toBe('NaN');
  expect([53712, 5.8378, 0.0012345, 0, -42, 999.6, 0.0000123, 9.996].map((x) => formatSignificant(x))).toEqual([
    '53,700',
    '5.84',
    '0.00123',
    '0',
    '-42.0',
    '1,000',
    '1.23e-5',
    '10.0',
  ]);
});

it('epochs', () => {
  expect([4, 1200, 0.375, 2.5].map(formatEpoch)).toEqual(['4', '1200', '0.38', '2.50']);
});

it('percentages', () => {
  expect([0, 1, 0.123, 0.05, 0.0012, 0.00001, 0.9999, 0.29, 2.5, -0.01].map((x) => formatPercent(x))).toEqual([
    '0 %',
    '100 %',
    '12.3 %',
    '5.0 %',
    '0.12 %',
    '< 0.01 %',
    '99.99 %',
    '29.0 %',
    '250.0 %',
    '-1.0 %',
  ]);
  expect(formatPercentInterval(0.123, 0.101, 0.149)).toBe('12.3 % (10.1 – 14.9)');
  expect(formatPercentInterval(0, 0, 0.0037)).toBe('0.0 % (0.0 – 0.4)');
  expect(formatPercentInterval(0.004, 0.001, 0.02)).toBe('0.40 % (0.10 – 2.00)');
  expect(formatPercentInterval(0.123, null, null)).toBe('12.3 %');
  expect(formatInterval(5.84, 5.21, 6.4, 2)).toBe('5.84 (5.21 – 6.40)');
  expect(formatInterval(5.84, null, null, 1)).toBe('5.8');
});

it('durations and sizes', () => {
  expect([0.0004, 0.012, 0.9999, 3.44, 59.99, 65, 3599.6, 7380, -2].map(formatDuration)).toEqual([
    '0.40 ms',
    '12.0 ms',
    '1.0 s',
    '3.4 s',
    '1 min 00 s',
    '1 min 05 s',
    '1 h 00 min',
    '2 h 03 min',
    '-2.0 s',
  ]);
  expect([0, 999, 1000, 12345, 999999, 4.5e6, 3e12, 5e15].map(formatBytes)).toEqual([
    '0 B',
    '999 B',
    '1.00 kB',
    '12.3 kB',
    '1.00 MB',
    '4.50 MB',
    '3.00 TB',
    '5,000 TB',
  ]);
});

it('words', () => {
  expect([plural(1, 'row'), plural(0, 'row'), plural(1200, 'row'), plural(2, 'category', 'categories')]).toEqual([
    '1 row',
    '0 rows',
    '1,200 rows',
    '2 categories',
  ]);
  expect([enumerate([]), enumerate(['a']), enumerate(['a', 'b', 'c']), enumerate(['a', 'b'], 'or')]).toEqual([
    '',
    'a',
    'a, b and c',
    'a or b',
  ]);
});

it('tables line up and have no trailing spaces', () => {
  expect(
    formatTable(
      [
        ['set', 'rows', 'note'],
        ['naïve 漢', '1,200', ''],
        ['x', '7', 'small'],
      ],
      ['left', 'right'],
    ),
  ).toEqual(['set        rows  note', 'naïve 漢  1,200', 'x             7  small']);
  expect(formatTable([])).toEqual([]);
});
