// Faults that are seeded into the rows of real tables, and the rules that must name them.

import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { dataFacts } from '../../../src/checkup/data-facts.ts';
import type { RowSet } from '../../../src/checkup/facts/duplicates.ts';
import { findColumn, type Table } from '../../../src/data/table.ts';
import { targetValues } from '../../../src/data/target-values.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { rules, verdictIds } from '../../../src/diagnosis/rules/index.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import { rowsOf } from './rows.ts';

const { preprocessing } = defaultPlan({ task: 'classification', minimizesError: true, seed: 0 });

type Rows = Awaited<ReturnType<typeof rowsOf>>;

/** The verdicts about data, and about rows that are not alike. */
function verdictsOf({ table, roles, trainRows }: Pick<Rows, 'table' | 'roles' | 'trainRows'>, held: RowSet): string[] {
  const data = dataFacts({ table, roles, trainRows, held, preprocessing, seed: 0 });
  const classes = roles.classes?.length ?? null;
  const { verdicts } = diagnose({
    task: 'classification',
    metric: 'error',
    classes,
    train: null,
    trainDev: null,
    dev: null,
    data,
  });
  const about = (id: string) =>
    id === 'data-mismatch' || verdictIds.some((one) => one === id && rules[one].kind === 'data');
  return verdicts.map(({ id }) => id).filter(about);
}

/** The table with a share of one class' labels changed to the next class, in all of the given rows. */
function relabelled({ table, roles }: Rows, from: number, share: number, rows: Uint32Array): Table {
  const levels = roles.classes ?? [];
  const random = createRandom('relabel');
  const codes = Int32Array.from(targetValues(table, roles));
  for (const row of rows) {
    if (codes[row] === from && random.uniform() < share) codes[row] = (from + 1) % levels.length;
  }
  const target = { name: roles.target, kind: 'text' as const, codes, levels, overflow: 0 };
  return { ...table, columns: table.columns.map((column) => (column.name === roles.target ? target : column)) };
}

const both = ({ trainRows, dev }: Rows): Uint32Array => Uint32Array.from([...trainRows, ...dev.rows]);

describe('labels of one class changed to another', () => {
  it.each([
    ['digits', 'target', 0.2],
    ['digits', 'target', 0.5],
    ['spam', 'type', 0.1],
    ['spam', 'type', 0.5],
  ] as const)('are found on %s (%s), a share of %s in train and dev rows alike', async (set, target, share) => {
    const rows = await rowsOf(set, target);
    const table = relabelled(rows, 0, share, both(rows));
    expect(verdictsOf({ ...rows, table }, { table, rows: rows.dev.rows })).toContain('label-noise');
  });

  it.each([
    ['digits', 'target', 1],
    ['credit', 'Status', 0.5],
    ['spam', 'type', 1],
  ] as const)('are found on %s (%s), a share of %s in training rows only', async (set, target, share) => {
    const rows = await rowsOf(set, target);
    const table = relabelled(rows, 0, share, rows.trainRows);
    expect(verdictsOf({ ...rows, table }, { table, rows: rows.dev.rows })).toContain('label-noise');
  });
});

describe('other faults of rows', () => {
  it('finds half of a class that was given another name', async () => {
    const rows = await rowsOf('vehicle', 'Class');
    const classes = [...(rows.roles.classes ?? []), 'other'];
    const random = createRandom('halves');
    const codes = Int32Array.from(targetValues(rows.table, rows.roles), (k) =>
      k === 0 && random.uniform() < 0.5 ? 4 : k,
    );
    const target = { name: 'Class', kind: 'text' as const, codes, levels: classes, overflow: 0 };
    const table = { ...rows.table, columns: rows.table.columns.map((one) => (one.name === 'Class' ? target : one)) };
    const found = verdictsOf(
      { table, roles: { ...rows.roles, classes }, trainRows: rows.trainRows },
      { table, rows: rows.dev.rows },
    );
    expect(found).toEqual(['indistinguishable-classes']);
  });

  it.each([
    ['vehicle', 'Class'],
    ['spam', 'type'],
  ] as const)('finds a class of %s that stands there twice', async (set, name) => {
    const rows = await rowsOf(set, name);
    const codes = targetValues(rows.table, rows.roles);
    const twice = [...both(rows)].filter((row) => codes[row] === 0);
    const order = [...Array(rows.table.rows).keys(), ...twice];
    const table = picked(rows.table, order);
    const levels = rows.roles.classes ?? [];
    const labels = Int32Array.from(order, (row, i) => (i < rows.table.rows ? (codes[row] as number) : 1));
    const target = { name, kind: 'text' as const, codes: labels, levels, overflow: 0 };
    const changed = { ...table, columns: table.columns.map((column) => (column.name === name ? target : column)) };
    const inTrain = new Set(rows.trainRows);
    const trainRows = Uint32Array.from(order.keys()).filter((i) => inTrain.has(order[i] as number));
    const devRows = Uint32Array.from(order.keys()).filter((i) => !inTrain.has(order[i] as number));
    expect(verdictsOf({ ...rows, table: changed, trainRows }, { table: changed, rows: devRows })).toContain(
      'indistinguishable-classes',
    );
  });

  it('finds training rows among the dev rows', async () => {
    const rows = await rowsOf('credit', 'Status');
    const copied = Uint32Array.from([...rows.dev.rows, ...rows.trainRows.subarray(0, 40)]);
    expect(verdictsOf(rows, { table: rows.table, rows: copied })).toEqual(['duplicates-across-splits']);
  });

  it('finds dev rows with other inputs', async () => {
    const rows = await rowsOf('spam', 'type');
    const column = findColumn(rows.table, 'capitalAve');
    if (column?.kind !== 'numeric') throw new Error('spam has no such column');
    const values = Float32Array.from(column.values, (x) => x + 10);
    const moved = {
      ...rows.table,
      columns: rows.table.columns.map((one) => (one === column ? { ...column, values } : one)),
    };
    expect(verdictsOf(rows, { table: moved, rows: rows.dev.rows })).toEqual(['data-mismatch']);
  });
});

/** Some rows of a table, in any order and number. */
function picked(table: Table, rows: readonly number[]): Table {
  return {
    ...table,
    rows: rows.length,
    columns: table.columns.map((column) => {
      if (column.kind === 'text')
        return { ...column, codes: Int32Array.from(rows, (row) => column.codes[row] as number) };
      if (column.kind === 'date-time')
        return { ...column, values: Float64Array.from(rows, (row) => column.values[row] as number) };
      return { ...column, values: Float32Array.from(rows, (row) => column.values[row] as number) };
    }),
  };
}
