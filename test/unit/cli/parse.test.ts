import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseDuration, parseShare, parseWhole } from '../../../src/cli/parse.ts';

describe('a time', () => {
  it.each([
    ['90', 90],
    ['90s', 90],
    ['1.5s', 1.5],
    ['2m', 120],
    ['2 m', 120],
    ['1h', 3600],
    ['1h30m', 5400],
    ['1h 30m 5s', 5405],
  ])('of %s is %d seconds', (text, seconds) => expect(parseDuration(text)).toBe(seconds));

  it.each(['', '0', '0s', '-5', '2d', 'm', '2m3', 'Infinity', '1e3', '2 minutes', '0x10'])('"%s" is refused', (text) =>
    expect(() => parseDuration(text)).toThrow(`Expected a time such as 90, 90s, 2m or 1h, received "${text}".`),
  );

  it('is the sum of its parts', () => {
    fc.assert(
      fc.property(fc.nat(50), fc.nat(59), fc.integer({ min: 1, max: 59 }), (h, m, s) => {
        expect(parseDuration(`${h}h${m}m${s}s`)).toBe(3600 * h + 60 * m + s);
      }),
    );
  });
});

describe('an error', () => {
  it.each([
    ['0.15', 0.15],
    ['.15', 0.15],
    ['0', 0],
    ['0.', 0],
    ['15%', 0.15],
    ['15 %', 0.15],
    ['1.1%', 0.011],
    ['100%', 1],
    ['120%', 1.2],
  ])('of %s is the share %d', (text, share) => expect(parseShare(text)).toBe(share));

  it.each(['1', '15', '100', '1.5'])('of %s may be a share or a percentage, so it is refused', (text) =>
    expect(() => parseShare(text)).toThrow(
      `Received ${text}, which may be a share or a percentage. Write ${text}% for ${text} per cent; shares are below 1, such as 0.15.`,
    ),
  );

  it.each(['', '-0.1', '1e-2', 'a', '%', '0.1.2', 'NaN'])('"%s" is refused', (text) =>
    expect(() => parseShare(text)).toThrow('Expected a share such as 0.15 or a percentage such as 15%'),
  );
});

describe('a whole number', () => {
  it('keeps to its range', () => {
    expect(parseWhole('12', 1)).toBe(12);
    expect(() => parseWhole('0', 1)).toThrow('Expected a whole number of 1 or more, received "0".');
    expect(() => parseWhole('4294967296', 0, 0xffffffff)).toThrow('from 0 to 4294967295');
    for (const text of ['', '1.5', '1e3', 'ten', ' 1'])
      expect(() => parseWhole(text, 1)).toThrow('Expected a whole number');
  });
});
