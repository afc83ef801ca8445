// In: the error rates of one command line, typed as shares, as per cent, or with a % sign. Out: shares, and the note
// that tells how the numbers without a sign were read. One command line is read in one way; nothing is read silently.

import { FettleError } from '../base/error.ts';
import { enumerate } from '../base/format.ts';
import type { Note } from '../diagnosis/notes.ts';
import { tidy } from '../diagnosis/scale.ts';
import { percentToShare, type TypedRate } from './parse.ts';

const names = {
  trainError: 'train error',
  testError: 'test error',
  optimalError: 'optimal error',
  tolerance: 'tolerance',
} as const;

/** The rates of one command line, as typed or as shares of rows. */
export interface Rates<Rate> {
  readonly trainError: Rate;
  readonly testError: Rate;
  readonly optimalError?: Rate;
  readonly tolerance?: Rate;
}

/**
 * Reads rates of rows together; the note tells how plain numbers were read, null if all had a % sign. A text with % is
 * per cent. Plain numbers are shares if all of them are at most 1, and per cent if a plain error is above 1, which no
 * share can be. Throws a `usage` error for more than 100 % and for a plain tolerance above 1 beside errors that do not
 * tell what it is.
 */
export function readRates(typed: Rates<TypedRate>): { readonly shares: Rates<number>; readonly note: Note | null } {
  const all = Object.entries(typed) as [keyof typeof names, TypedRate][];
  const above = all.filter(([, { percent, value }]) => !percent && value > 1);
  const telling = above.find(([name]) => name !== 'tolerance')?.[1].text.trim() ?? null;
  const [first] = above;
  if (telling === null && first !== undefined) {
    const text = first[1].text.trim();
    throw new FettleError(
      'usage',
      `Received a tolerance of ${text}, which no share can be, beside errors that are not plain per cent. Write ${text}% for ${text} per cent.`,
    );
  }
  const read = all.map(([name, rate]) => {
    const share = rate.percent || telling !== null ? percentToShare(rate.value) : rate.value;
    if (share <= 1) return { name, rate, share };
    throw new FettleError('usage', `Expected the ${names[name]} as 100 % or less, received ${rate.text}.`);
  });
  const shares = Object.fromEntries(read.map(({ name, share }) => [name, share])) as unknown as Rates<number>;
  const plain = read.filter(({ rate }) => !rate.percent);
  if (plain.length === 0) return { shares, note: null };
  const readings = enumerate(
    plain.map(({ name, rate, share }) => `${names[name]} ${rate.text.trim()} = ${tidy(share * 100)} %`),
  );
  const note: Note =
    telling === null
      ? { id: 'read-as-shares', text: `Numbers without % were read as shares: ${readings}.` }
      : {
          id: 'read-as-percent',
          text: `Numbers without % were read as per cent, since ${telling} cannot be a share: ${readings}.`,
        };
  return { shares, note };
}
