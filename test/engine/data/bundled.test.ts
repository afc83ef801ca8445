import { describe, expect, it } from 'vitest';
import { readImages } from '../../../src/data/images/read-images.node.ts';
import { findHeldOut } from '../../../src/data/images/source.node.ts';
import { applyPreprocessing, fitPreprocessing, outputNames } from '../../../src/data/preprocessing.ts';
import { inferRoles, labelledRows } from '../../../src/data/roles.ts';
import { splitInput } from '../../../src/data/splits.ts';
import { readTable } from '../../../src/data/table.node.ts';

const plan = {
  center: 'median',
  scale: 'interquartile-range',
  clip: 'smooth',
  oneHotLevels: 8,
  standardizeTarget: true,
} as const;

const sets = [
  {
    name: 'concrete',
    target: undefined,
    train: 772,
    test: 258,
    features: 8,
    task: 'regression',
    classes: null,
    width: 8,
  },
  {
    name: 'credit',
    target: 'Status',
    train: 3340,
    test: 1114,
    features: 13,
    task: 'classification',
    classes: ['bad', 'good'],
    width: 9 + 3 + 6 + 5 + 1 + 4,
  },
  {
    name: 'vehicle',
    target: undefined,
    train: 634,
    test: 212,
    features: 18,
    task: 'classification',
    classes: ['bus', 'opel', 'saab', 'van'],
    width: 18,
  },
  {
    name: 'spam',
    target: 'type',
    train: 3450,
    test: 1151,
    features: 57,
    task: 'classification',
    classes: ['nonspam', 'spam'],
    width: 57,
  },
  {
    name: 'digits',
    target: undefined,
    train: 1347,
    test: 450,
    features: 64,
    task: 'classification',
    classes: [...'0123456789'],
    width: 60,
  },
] as const;

describe.each(sets)('$name', ({ name, target, train, test, features, task, classes, width }) => {
  it('loads with its rows, roles and outputs', async () => {
    const table = await readTable(`examples/data/${name}/train.csv`);
    const held = await readTable(`examples/data/${name}/test.csv`);
    expect([table.rows, held.rows]).toEqual([train, test]);
    expect(table.notes).toEqual([]);
    const roles = inferRoles(table, target === undefined ? {} : { target });
    expect(roles.task).toBe(task);
    expect(roles.classes).toEqual(classes);
    expect(roles.columns.length).toBe(features + 1);
    const rows = labelledRows(table, roles);
    const preprocessing = fitPreprocessing(plan, table, roles, rows);
    expect(outputNames(preprocessing).length).toBe(width);
    const data = applyPreprocessing(preprocessing, held);
    expect([data.rows, data.width]).toEqual([test, width]);
    expect(data.numeric.every((value) => Math.abs(value) <= 3)).toBe(true);
    expect(data.target.every((value) => value >= 0)).toBe(true);
    expect(splitInput(table, roles).strata.length).toBe(train);
  });
});

describe('credit', () => {
  it('has four categorical columns, and flags for the columns with missing cells', async () => {
    const table = await readTable('examples/data/credit/train.csv');
    const roles = inferRoles(table, { target: 'Status' });
    const categorical = roles.columns.filter(({ role }) => role === 'categorical').map(({ name }) => name);
    expect(categorical).toEqual(['Home', 'Marital', 'Records', 'Job']);
    const missing = roles.columns.filter((column) => column.missing > 0);
    expect(missing.map(({ name }) => name)).toEqual(['Home', 'Marital', 'Job', 'Income', 'Assets', 'Debt']);
    const names = outputNames(fitPreprocessing(plan, table, roles, labelledRows(table, roles)));
    expect(names.filter((name) => name.endsWith(' missing'))).toEqual([
      'Income missing',
      'Assets missing',
      'Debt missing',
    ]);
  });
});

describe('fashion', () => {
  it('loads with its images, roles and held-out part', async () => {
    const folder = 'examples/data/fashion';
    const table = await readImages(folder);
    expect(table.images).toMatchObject({ channels: 1, height: 28, width: 28 });
    const roles = inferRoles(table);
    expect([roles.task, roles.target, roles.classes]).toEqual(['classification', 'label', [...'0123456789']]);
    expect(roles.columns.some(({ used }) => used)).toBe(false);
    const rows = labelledRows(table, roles);
    const center = 'mean';
    const preprocessing = fitPreprocessing({ ...plan, center, scale: 'standard-deviation' }, table, roles, rows);
    const test = await readImages((await findHeldOut(folder)) ?? '');
    const data = applyPreprocessing(preprocessing, test);
    expect([table.rows, data.rows, data.width, data.images?.index.length]).toEqual([2000, 500, 0, 500]);
    // Fashion-MNIST as a whole has mean .286 and deviation .353 of white.
    expect((preprocessing.images?.center[0] ?? 0) / 255).toBeCloseTo(0.286, 1);
    expect(1 / ((preprocessing.images?.factor[0] ?? 0) * 255)).toBeCloseTo(0.353, 1);
    expect(splitInput(table, roles).strata.length).toBe(2000);
  });
});
