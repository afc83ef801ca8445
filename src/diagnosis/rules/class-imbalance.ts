import { enumerate, formatCount, plural } from '../../base/format.ts';
import { wilsonInterval } from '../../base/statistics.ts';
import type { ClassCount, TargetFacts } from '../../record/data-facts.ts';
import type { Case, Finding, Rule } from '../rule.ts';

const options = {
  /** A class with fewer rows than this ... */
  few: 50,
  /** ... is rare where it surely has at most this share of the rows of the commonest class. */
  fewRatio: 0.4,
  /** A class with more rows than that, but fewer than this ... */
  some: 200,
  /** ... is rare where it surely has at most this share. */
  someRatio: 0.2,
};

const confidence = 0.95;
const mostNamed = 3;

/** The upper limit of how many rows a class has for one of the commonest class, as other samples like this would have. */
function highRatio(rows: number, most: number): number {
  const share = wilsonInterval(rows / (rows + most), rows + most, confidence).high;
  return share / (1 - share);
}

function isRare(rows: number, most: number): boolean {
  const ratio = highRatio(rows, most);
  if (rows < options.few && ratio <= options.fewRatio) return true;
  return rows < options.some && ratio <= options.someRatio;
}

/** The rare classes, the rarest first, and the commonest. */
function rareOf({
  classCounts,
}: TargetFacts): { readonly rare: readonly ClassCount[]; readonly common: ClassCount } | null {
  const [common] = [...(classCounts ?? [])].sort((a, b) => b.rows - a.rows);
  if (common === undefined || common.rows === 0) return null;
  const rare = (classCounts ?? []).filter(({ rows }) => isRare(rows, common.rows));
  return { rare: [...rare].sort((a, b) => a.rows - b.rows), common };
}

function rareText(rare: readonly ClassCount[], common: ClassCount): string {
  const named = rare.slice(0, mostNamed).map(({ label, rows }) => `"${label}" has ${formatCount(rows)}`);
  const more = rare.length - named.length;
  const others = more === 1 ? 'one more has few' : `${formatCount(more)} more have few`;
  const list = enumerate(more > 0 ? [...named, others] : named);
  return (
    `Too few training rows to learn ${rare.length === 1 ? 'a class' : 'some classes'} from: ${list}, beside ` +
    `${formatCount(common.rows)} of "${common.label}".`
  );
}

function judge({ evidence }: Case): Finding<'class-imbalance'> | null {
  const target = evidence.data?.target;
  const found = target === undefined ? null : rareOf(target);
  if (target === undefined || found === null) return null;
  const { rare, common } = found;
  // Labels of a dev file that the training rows do not have at all; few rows may lack a class by chance.
  const unseen = isRare(0, common.rows) ? target.unseenClasses : 0;
  if (rare.length === 0 && unseen === 0) return null;
  const texts = [
    ...(rare.length === 0 ? [] : [rareText(rare, common)]),
    ...(unseen === 0
      ? []
      : [`No training row has the class of some dev rows (${plural(unseen, 'class', 'classes')}).`]),
  ];
  return {
    id: 'class-imbalance',
    value: unseen > 0 ? 0 : (rare[0]?.rows ?? 0),
    low: null,
    high: null,
    unit: 'rows of the rarest class',
    because: texts.join(' '),
    confidence,
    actions: classImbalance.actions,
  };
}

/** A class is too rare to be learned. */
export const classImbalance: Rule<'class-imbalance'> = {
  id: 'class-imbalance',
  about: 'A class has far fewer training rows than another one, and too few to learn from, or none at all.',
  kind: 'data',
  options,
  actions: ['fix-data', 'more-data'],
  judge,
};
