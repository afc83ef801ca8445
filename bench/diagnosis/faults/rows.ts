// Data: too few rows, too few of a class, rows on both sides of the split, dev rows of another kind.

import type { BenchCase } from '../case.ts';
import { joinRows, mapColumn, momentsOf, numericColumns, pickRows, type Sheet } from '../sheet.ts';
import { type Fault, hasClasses, isTable, symptoms } from './fault.ts';

const rowsOf = (sheet: Sheet): number[] => Array.from({ length: sheet.rows }, (_, row) => row);

const deleted: Fault = {
  id: 'rows-deleted',
  about: 'training rows deleted',
  strengths: { '50 %': 0.5, '80 %': 0.8, '90 %': 0.9, '95 %': 0.95, '99 %': 0.99 },
  accepted: ['high-variance', 'more-data-helps'],
  follows: [...symptoms, 'class-imbalance'],
  harm: 'test',
  fits: () => true,
  apply(one, share, random) {
    const keep = Math.max(12, Math.round(one.train.rows * (1 - share)));
    // In order, so that every class that can be there is there.
    const rows = [...random.permutation(one.train.rows)].slice(0, keep).sort((a, b) => a - b);
    return { ...one, train: pickRows(one.train, rows) };
  },
};

/** Rows of a sheet, those of some classes thinned to a share. */
function thin(sheet: Sheet, target: string, classes: readonly string[], keep: number, draw: () => number): Sheet {
  const labels = sheet.columns[target] ?? [];
  let kept = 0;
  const rows = rowsOf(sheet).filter((row) => !classes.includes(String(labels[row])) || draw() < keep || kept++ < 2);
  return pickRows(sheet, rows);
}

const thinned: Fault = {
  id: 'classes-thinned',
  about: 'a third of the classes thinned to a share of their rows',
  strengths: { 'to 20 %': 0.2, 'to 5 %': 0.05, 'to 1 %': 0.01 },
  accepted: ['class-imbalance'],
  follows: symptoms,
  harm: 'test',
  fits: hasClasses,
  apply(one, share, random) {
    const all = [...new Set(one.train.columns[one.target]?.map(String))].sort();
    const chosen = [...random.permutation(all.length)].slice(0, Math.max(1, Math.floor(all.length / 3)));
    const classes = chosen.map((i) => all[i] ?? '');
    const part = (sheet: Sheet): Sheet => thin(sheet, one.target, classes, share, random.uniform);
    return { ...one, train: part(one.train), dev: part(one.dev) };
  },
};

const missingClass: Fault = {
  id: 'class-missing',
  about: 'no training row of one class, though dev rows have it',
  strengths: { all: 1 },
  accepted: ['class-imbalance', 'refused'],
  follows: [...symptoms, 'data-mismatch'],
  harm: 'test',
  fits: ({ set }) => set === 'digits' || set === 'vehicle' || set === 'digit-images',
  apply(one, _, random) {
    const all = [...new Set(one.train.columns[one.target]?.map(String))].sort();
    const gone = all[random.below(all.length)];
    const labels = one.train.columns[one.target] ?? [];
    return {
      ...one,
      train: pickRows(
        one.train,
        rowsOf(one.train).filter((row) => labels[row] !== gone),
      ),
    };
  },
};

const copied: Fault = {
  id: 'rows-copied',
  about: 'training rows copied into the dev rows, until a share of those is known',
  strengths: { '10 %': 0.1, '30 %': 0.3, '60 %': 0.6, '90 %': 0.9 },
  accepted: ['duplicates-across-splits'],
  follows: symptoms,
  harm: 'claim',
  fits: () => true,
  apply(one, share, random) {
    const count = Math.round((one.dev.rows * share) / (1 - share));
    const rows = Array.from({ length: count }, () => random.below(one.train.rows));
    return { ...one, dev: joinRows(one.dev, pickRows(one.train, rows)) };
  },
};

/** Dev rows whose numeric columns are moved by so many standard deviations, each with its own sign. */
function move(one: BenchCase, share: number, deviations: number, draw: () => number): Sheet {
  return numericColumns(one.train, one.target).reduce((sheet, name) => {
    if (draw() >= share) return sheet;
    const { deviation } = momentsOf(one.train.columns[name] ?? []);
    const step = (draw() < 0.5 ? -1 : 1) * deviations * deviation;
    return mapColumn(sheet, name, (cell) => (cell === null ? null : Number(cell) + step));
  }, one.dev);
}

const shifted: Fault = {
  id: 'dev-shifted',
  about: 'a third of the columns of the dev rows moved by standard deviations of the training rows',
  strengths: { '0.5 sd': 0.5, '1 sd': 1, '2 sd': 2, '4 sd': 4 },
  accepted: ['data-mismatch'],
  follows: symptoms,
  harm: 'claim',
  fits: isTable,
  apply(one, deviations, random) {
    return { ...one, dev: move(one, 1 / 3, deviations, random.uniform), separateDev: true };
  },
};

const darker: Fault = {
  id: 'dev-darker',
  about: 'the images of the dev rows are darker',
  strengths: { 'to 50 %': 0.5, 'to 20 %': 0.2 },
  accepted: ['data-mismatch'],
  follows: symptoms,
  harm: 'claim',
  fits: (one) => !isTable(one),
  apply(one, brightness) {
    const { images } = one.dev;
    if (images === null) return one;
    const pixels = images.pixels.map((pixel) => Math.round(pixel * brightness));
    return { ...one, dev: { ...one.dev, images: { ...images, pixels } }, separateDev: true };
  },
};

/** Faults of which rows there are. */
export const rowFaults: readonly Fault[] = [deleted, thinned, missingClass, copied, shifted, darker];
