// Gains of one plan over another, paired by rows over folds or hold-outs, as the recipe measures them; the truth is the mean
// over all splits. Accepted gains are those whose 80 % interval lies below zero: being chosen makes them look better.

import type { Random } from '../../src/base/random.ts';
import { acceptanceConfidence, pairedGain, type UnitTerms } from '../../src/recipe/gain.ts';
import type { Gain } from '../../src/recipe/journal.ts';
import { type Cell, remember } from './cell.ts';
import { fitRidge, pick, type Rows, randomFeatures, termsOf } from './ridge.ts';
import { dealFolds, drawnClasses, drawnNumbers, type Source } from './trained.ts';

/** A plan: how many random features, and how strong the ridge. */
interface Learner {
  readonly features: number;
  readonly strength: number;
}

/** What two plans leave behind on the same units. */
interface Pair {
  readonly before: readonly UnitTerms[];
  readonly after: readonly UnitTerms[];
}

function terms(source: Source, all: Rows, learner: Learner, unit: number, parts: Parts, random: Random): UnitTerms {
  const rows = randomFeatures(all, learner.features, random);
  const model = fitRidge(pick(rows, parts.train), learner.strength);
  return { unit, rows: Uint32Array.from(parts.dev), terms: termsOf(model, pick(rows, parts.dev), source.classes) };
}

interface Parts {
  readonly train: number[];
  readonly dev: number[];
}

/** How the rows are divided. */
interface Scheme {
  readonly name: string;
  readonly rows: number;
  divide(random: Random): readonly Parts[];
}

const folds = (rows: number): Scheme => ({
  ...{ name: `5 folds of ${rows}`, rows },
  divide: (random) => dealFolds(random, rows, 5),
});

const holdOuts = (rows: number, count: number): Scheme => ({
  ...{ name: `${count} hold-outs of ${rows / 5} of ${rows}`, rows },
  divide: (random) =>
    Array.from({ length: count }, (_, i) => {
      const order = [...random.fork(i).permutation(rows)];
      return { dev: order.slice(0, rows / 5), train: order.slice(rows / 5) };
    }),
});

function measure(source: Source, scheme: Scheme, before: Learner, after: Learner, random: Random): Pair {
  const all = source.draw(random, scheme.rows);
  const units = scheme.divide(random.fork('units'));
  const of = (learner: Learner, label: string): readonly UnitTerms[] =>
    units.map((parts, unit) => terms(source, all, learner, unit, parts, random.fork(`${label} ${unit}`)));
  return { before: of(before, 'before'), after: of(after, 'after') };
}

const plans: readonly { readonly name: string; readonly before: Learner; readonly after: Learner }[] = [
  { name: 'equal', before: { features: 30, strength: 1 }, after: { features: 30, strength: 1 } },
  { name: 'a little better', before: { features: 30, strength: 1 }, after: { features: 45, strength: 3 } },
  { name: 'much better', before: { features: 10, strength: 1 }, after: { features: 60, strength: 10 } },
];

/** All of them: at 95 %, and at the confidence by which actions are accepted. */
export const gainCells: readonly Cell[] = [drawnClasses, drawnNumbers].flatMap((source) =>
  [folds(300), holdOuts(600, 3)].flatMap((scheme) =>
    plans.flatMap(({ name, before, after }) => {
      const pairOf = remember((random) => measure(source, scheme, before, after, random));
      const gainOf = (confidence: number, random: Random, split: number): Gain => {
        const pair = pairOf(random, split);
        return pairedGain(source.classes ? 'error' : 'rmse', pair.before, pair.after, confidence);
      };
      const cell = (group: string, confidence: number): Cell => ({
        ...{ gap: 'gain', group, name: `${name}, ${source.name}, ${scheme.name}`, confidence, truth: null },
        draw: (random, split) => gainOf(confidence, random, split),
        ...(group === 'accepted'
          ? { accepts: (random: Random, split: number) => gainOf(acceptanceConfidence, random, split).high < 0 }
          : {}),
      });
      return [cell('all', 0.95), cell('all', acceptanceConfidence), cell('accepted', 0.95)];
    }),
  ),
);
