import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseRate } from '../../../src/cli/parse.ts';
import { readRates } from '../../../src/cli/rates.ts';

function read(trainError: string, testError: string, optimalError?: string, tolerance?: string) {
  return readRates({
    trainError: parseRate(trainError),
    testError: parseRate(testError),
    ...(optimalError === undefined ? {} : { optimalError: parseRate(optimalError) }),
    ...(tolerance === undefined ? {} : { tolerance: parseRate(tolerance) }),
  });
}

describe('rates', () => {
  it('with a sign are per cent, and there is nothing to tell', () => {
    expect(read('15%', '30 %', '0.5%', '2%')).toEqual({
      shares: { trainError: 0.15, testError: 0.3, optimalError: 0.005, tolerance: 0.02 },
      note: null,
    });
  });

  it('without a sign are shares where all can be', () => {
    expect(read('0.15', '.3')).toEqual({
      shares: { trainError: 0.15, testError: 0.3 },
      note: {
        id: 'read-as-shares',
        text: 'Numbers without % were read as shares: train error 0.15 = 15 % and test error .3 = 30 %.',
      },
    });
    expect(read('1', '1').shares).toEqual({ trainError: 1, testError: 1 });
  });

  it('without a sign are all per cent where one error cannot be a share', () => {
    expect(read('1', '10', '0.5', '2')).toEqual({
      shares: { trainError: 0.01, testError: 0.1, optimalError: 0.005, tolerance: 0.02 },
      note: {
        id: 'read-as-percent',
        text: 'Numbers without % were read as per cent, since 10 cannot be a share: train error 1 = 1 %, test error 10 = 10 %, optimal error 0.5 = 0.5 % and tolerance 2 = 2 %.',
      },
    });
  });

  it('may be typed in both ways', () => {
    expect(read('15%', '0.3', '14%')).toMatchObject({
      shares: { trainError: 0.15, testError: 0.3, optimalError: 0.14 },
      note: { id: 'read-as-shares', text: 'Numbers without % were read as shares: test error 0.3 = 30 %.' },
    });
    expect(read('15%', '30%', '14').shares.optimalError).toBe(0.14);
  });

  it.each([
    ['101', '30', undefined, undefined, 'Expected the train error as 100 % or less, received 101.'],
    ['15%', '120%', undefined, undefined, 'Expected the test error as 100 % or less, received 120%.'],
    ['0.15', '0.3', undefined, '2', 'Received a tolerance of 2, which no share can be, beside errors'],
    ['15%', '30%', undefined, '2', 'Write 2% for 2 per cent.'],
  ])('of %s, %s, %s, %s are refused', (train, test, optimal, tolerance, text) =>
    expect(() => read(train, test, optimal, tolerance)).toThrow(text),
  );

  it('mean the same however they are typed', () => {
    const tenths = fc.integer({ min: 11, max: 1000 }).map((n) => n / 10);
    fc.assert(
      fc.property(tenths, tenths, (train, test) => {
        const expected = read(`${train}%`, `${test}%`).shares;
        expect(read(String(train), String(test)).shares).toEqual(expected);
        const share = (x: number): string => String(Number((x / 100).toPrecision(12)));
        expect(read(share(train), share(test)).shares).toEqual(expected);
      }),
    );
  });
});
