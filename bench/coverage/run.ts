// Are the intervals honest? Simulated train/test splits whose true gaps are known; how often the 95 % intervals of bias,
// variance, mismatch and of gains hold the truth.
// In: options. Out: a table, and results/coverage.json.

import { count, readOptions } from '../lib/options.ts';
import { printTable, writeResults } from '../lib/output.ts';
import { type Cell, type Covered, measureCell } from './cell.ts';
import { errorCells } from './errors.ts';
import { gainCells } from './gains.ts';
import { meanCells } from './means.ts';
import { readSpam } from './spam.ts';
import { realRows, trainedCells } from './trained.ts';

const { options } = readOptions({ splits: '1000', only: '' });
const splits = count(options.splits, 'splits');
const cells: readonly Cell[] = [
  ...errorCells,
  ...meanCells,
  ...trainedCells([realRows('spam', await readSpam())]),
  ...gainCells,
];
const results = cells
  .filter(({ gap, group, name }) => `${gap}/${group}/${name}`.includes(options.only))
  .map((cell) => measureCell(cell, splits))
  // Where no gain was accepted there is nothing to cover.
  .filter((one) => one.splits > 0);

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;
const mean = (values: readonly number[]): number => values.reduce((sum, x) => sum + x, 0) / values.length;

/** Cells of one gap and kind together. */
const groups = [...new Map(results.map((one) => [`${one.gap}/${one.group}/${one.confidence}`, one])).values()].map(
  ({ gap, group, confidence }) => {
    const some = results.filter((one) => one.gap === gap && one.group === group && one.confidence === confidence);
    const by = (of: (one: Covered) => number): readonly number[] => some.map(of);
    return {
      ...{ gap, group, confidence, cells: some.length, covered: mean(by(({ covered }) => covered)) },
      below: mean(by(({ below }) => below)),
      above: mean(by(({ above }) => above)),
      least: Math.min(...by(({ covered }) => covered)),
      most: Math.max(...by(({ covered }) => covered)),
    };
  },
);
printTable(
  ['gap, kind', 'promised', 'cells', 'covered', 'truth below', 'truth above', 'least', 'most'],
  groups.map(({ gap, group, confidence, cells: n, covered, below, above, least, most }) => [
    `${gap}, ${group}`,
    ...[
      percent(confidence),
      String(n),
      percent(covered),
      percent(below),
      percent(above),
      percent(least),
      percent(most),
    ],
  ]),
);
if (options.only !== '') {
  printTable(
    ['cell', 'covered', 'truth below', 'truth above', 'width'],
    results.map(({ gap, group, name, covered, below, above, width }) => [
      `${gap}, ${group}: ${name}`,
      ...[percent(covered), percent(below), percent(above), width.toPrecision(3)],
    ]),
  );
} else writeResults('coverage', { splits, groups, cells: results });
