import { formatPercentInterval } from '../../base/format.ts';
import type { ClassPair, DataFacts, ShareFact } from '../../record/data-facts.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { percentOf } from '../share-finding.ts';

const options = {
  /** What a coin gives. */
  coin: 0.5,
  /** The interval of a coin must be narrower than down to here: fewer rows say nothing. */
  narrow: 1 / 3,
  /** Another pair is told apart better than this, so it is not the inputs that say nothing. */
  toldApart: 0.4,
  /** At least this share of the rows equals a row of another class, lower limit. */
  copies: 0.01,
  /** So large a share of all rows with a copy has one of another class ... */
  contradicting: 0.7,
  /** ... in a table where no more rows than this have a copy: with few different rows they do by nature. */
  mostCopies: 0.6,
};

const shareText = ({ value, low, high }: ShareFact): string => formatPercentInterval(value, low, high);

/** What was found, and the share that says so. */
interface Found {
  readonly share: ShareFact;
  readonly because: string;
}

/** Neither neighbours nor classifiers do better than a coin; with copies, the nearest row is of the other class. */
function isCoin({ confused, classified }: ClassPair): boolean {
  const { coin, narrow } = options;
  return classified !== null && confused.high >= coin && classified.high >= coin && classified.low >= narrow;
}

function coin(pairs: readonly ClassPair[]): Found | null {
  const pair = pairs.find(isCoin);
  if (pair === undefined || pair.classified === null) return null;
  const better = pairs.some(({ classified }) => classified !== null && classified.high < options.toldApart);
  if (!better) return null;
  return {
    share: pair.classified,
    because:
      `"${pair.a}" and "${pair.b}" cannot be told apart by these columns: ${shareText(pair.classified)} of their rows are ` +
      `taken for the other one by a classifier, and ${shareText(pair.confused)} by their nearest row, where a coin gives ` +
      '50 %. Other classes can be told apart.',
  };
}

/** Rows that stand there twice with different classes. */
function twins({ duplicates, neighbours }: DataFacts): Found | null {
  const contradicting = duplicates?.contradicting ?? null;
  if (duplicates === null || contradicting === null || contradicting.low < options.copies) return null;
  // A copy of the other class is nearer than any other row of the own: worse than a coin, which no overlap can be.
  const pair = (neighbours?.pairs ?? []).find(({ confused }) => confused.low > options.coin);
  const { within } = duplicates;
  const most = within.value <= options.mostCopies && contradicting.value >= options.contradicting * within.value;
  if (pair === undefined && !most) return null;
  const who = pair === undefined ? '' : `, most of them of "${pair.a}" and "${pair.b}"`;
  return {
    share: contradicting,
    because:
      `${shareText(contradicting)} of the training rows equal another training row with another class${who}: nothing ` +
      'can get both right.',
  };
}

function judge({ evidence }: Case): Finding<'indistinguishable-classes'> | null {
  const data = evidence.data ?? null;
  if (data === null) return null;
  const found = twins(data) ?? coin(data.neighbours?.pairs ?? []);
  if (found === null) return null;
  const { share, because } = found;
  return {
    id: 'indistinguishable-classes',
    ...percentOf(share),
    unit: '% of the rows',
    because,
    confidence: null,
    actions: indistinguishableClasses.actions,
  };
}

/** Two classes with the same inputs. */
export const indistinguishableClasses: Rule<'indistinguishable-classes'> = {
  id: 'indistinguishable-classes',
  about: 'Two classes have the same inputs: rows stand there twice, or nothing tells the two apart better than a coin.',
  kind: 'data',
  options,
  actions: ['fix-data'],
  judge,
};
