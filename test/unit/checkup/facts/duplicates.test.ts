import { describe, expect, it } from 'vitest';
import { duplicateFacts } from '../../../../src/checkup/facts/duplicates.ts';
import { type Table, tableFromColumns, tableFromImages } from '../../../../src/data/table.ts';

const all = (table: Table) => ({ table, rows: Uint32Array.from({ length: table.rows }, (_, i) => i) });

const train = tableFromColumns({
  age: [31, 25, 31, null, 40, 31],
  city: ['Bern', 'Oslo', 'Bern', 'Oslo', 'Rome', 'Bern'],
  id: ['a', 'b', 'c', 'd', 'e', 'f'],
});
const columns = ['age', 'city'];

describe('duplicateFacts', () => {
  it('counts rows with a copy, and those whose copy has another class', () => {
    const classes = Int32Array.from([0, 1, 0, 1, 0, 1]);
    const found = duplicateFacts({ columns, train: all(train), dev: null, classes });
    expect(found?.within).toMatchObject({ value: 0.5, count: 6 });
    expect(found?.contradicting).toMatchObject({ value: 0.5, count: 6 });
    expect(found?.across).toBeNull();
    const same = duplicateFacts({ columns, train: all(train), dev: null, classes: new Int32Array(6) });
    expect(same?.contradicting?.value).toBe(0);
    expect(duplicateFacts({ columns, train: all(train), dev: null, classes: null })?.contradicting).toBeNull();
  });

  it('finds training rows in a table with other codes for the same texts, and missing cells', () => {
    const dev = tableFromColumns({ city: ['Rome', 'Oslo', 'Bern', 'Paris'], age: [40, null, 30, 40] });
    const found = duplicateFacts({ columns, train: all(train), dev: all(dev), classes: null });
    expect(found?.across).toMatchObject({ value: 0.5, count: 4 });
  });

  it('compares all used columns and no others', () => {
    const found = duplicateFacts({ columns: [...columns, 'id'], train: all(train), dev: null, classes: null });
    expect(found?.within.value).toBe(0);
  });

  it('compares pixels', () => {
    const pixels = Uint8Array.from([1, 2, 3, 4, 1, 2, 3, 4, 1, 2, 3, 5]);
    const table = tableFromImages({ channels: 1, height: 2, width: 2, pixels }, { label: ['a', 'b', 'b'] });
    const found = duplicateFacts({ columns: [], train: all(table), dev: null, classes: Int32Array.from([0, 1, 1]) });
    expect(found?.within.value).toBeCloseTo(2 / 3, 12);
    expect(found?.contradicting?.value).toBeCloseTo(2 / 3, 12);
  });

  it('says nothing without training rows, and nothing about dev rows that are not there', () => {
    const none = { table: train, rows: new Uint32Array(0) };
    expect(duplicateFacts({ columns, train: none, dev: null, classes: null })).toBeNull();
    expect(duplicateFacts({ columns, train: all(train), dev: none, classes: null })?.across).toBeNull();
  });
});
