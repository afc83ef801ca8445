import { describe, expect, it } from 'vitest';
import { FettleError } from '../../../src/base/error.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import type { Table } from '../../../src/data/table.ts';
import { settingsOf } from '../../../src/tuning/settings.ts';
import { checkSameRun, type StartedEvent, startedEvent } from '../../../src/tuning/started.ts';
import { fingerprint, type TuneData } from '../../../src/tuning/tune-data.ts';

const count = 60;
const table: Table = {
  rows: count,
  images: null,
  notes: [],
  columns: [
    { name: 'size', kind: 'numeric', values: Float32Array.from({ length: count }, (_, i) => i + 0.5) },
    { name: 'age', kind: 'numeric', values: Float32Array.from({ length: count }, (_, i) => (i * 7) % 31) },
    {
      ...{ name: 'Status', kind: 'text', levels: ['bad', 'good'], overflow: 0 },
      codes: Int32Array.from({ length: count }, (_, i) => i % 2),
    },
  ],
};
const data: TuneData = {
  table,
  roles: inferRoles(table, { target: 'Status' }),
  trainRows: Uint32Array.from({ length: 48 }, (_, i) => i),
  devRows: null,
  held: { table, rows: Uint32Array.from({ length: 12 }, (_, i) => 48 + i) },
  notes: ['a note'],
  print: fingerprint(table),
};
const settings = settingsOf({ data: 'customers.csv', seed: 3, seconds: 60 }, 'classification', 2);
const started = startedEvent({ data: 'customers.csv' }, data, settings, { version: '0.1.0', evaluation: '5 folds' });

function refusal(now: Partial<StartedEvent>): FettleError {
  try {
    checkSameRun({ at: 0, ...started }, { ...started, ...now }, 'runs/customers');
  } catch (error) {
    if (error instanceof FettleError) return error;
    throw error;
  }
  throw new Error('the run was taken for the same');
}

describe('the first event', () => {
  it('says what was started on which data', () => {
    expect(started).toEqual({
      ...{ type: 'started', version: '0.1.0', evaluation: '5 folds', data: 'customers.csv', test: null },
      ...{ task: 'classification', metric: 'error', target: 'Status', classes: ['bad', 'good'], images: null },
      ...{
        rows: { train: 48, test: 12 },
        seed: 3,
        seconds: 60,
        trials: null,
        threads: 2,
        optimalError: 0,
        tolerance: null,
        plan: null,
        holdOuts: null,
        dev: null,
      },
      ...{ notes: ['a note'], print: data.print },
    });
    const tested = startedEvent({ data: 'a.csv', test: 'b.csv' }, data, settings, { version: '', evaluation: '' });
    expect(tested.test).toBe('b.csv');
  });
});

describe('a resumed run', () => {
  it('may have another time, other threads and other names of the same files', () => {
    expect(() => {
      const now = { ...started, seconds: 600, threads: 8, trials: 40, data: '/elsewhere/customers.csv' };
      checkSameRun({ at: 0, ...started }, now, 'runs/customers');
    }).not.toThrow();
  });

  it.each([
    ['target', 'Age', 'Status', 'Age'],
    ['task', 'regression', 'classification', 'regression'],
    ['metric', 'log-loss', 'error', 'log-loss'],
    ['seed', 4, '3', '4'],
    ['optimalError', 0.1, '0', '0.1'],
  ])('cannot have another %s', (key, value, was, is) => {
    const error = refusal({ [key]: value });
    expect(error.code).toBe('usage');
    expect(error.message).toBe(
      `The run in runs/customers was started with ${key} ${was}, received ${is}. ` +
        'Resume it with the same, or give another --out.',
    );
  });

  it('cannot have other data', () => {
    const error = refusal({ print: 'ffffffff', rows: { train: 47, test: 13 } });
    expect(error.code).toBe('data');
    expect(error.message).toBe(
      'The run in runs/customers was started on other data: 48 training and 12 test rows ' +
        `with print ${data.print}, received 47 and 13 with print ffffffff. ` +
        'Resume it with the same files, or give another --out.',
    );
  });
});

describe('the print of a table', () => {
  const changed = (change: (columns: Table['columns'][number][]) => void): string => {
    const columns = structuredClone([...table.columns]) as Table['columns'][number][];
    change(columns);
    return fingerprint({ ...table, columns });
  };

  it('is the same for the same cells and another for any other', () => {
    expect(changed(() => undefined)).toBe(data.print);
    expect(data.print).toMatch(/^[0-9a-f]{8}$/);
    const prints = new Set([data.print]);
    for (const at of [0, 1, 2]) {
      for (let row = 0; row < count; row++) {
        prints.add(
          changed((columns) => {
            const column = columns[at];
            if (column?.kind === 'text') column.codes[row] = 1 - (column.codes[row] as number);
            else if (column !== undefined) column.values[row] = -1;
          }),
        );
      }
    }
    prints.add(changed((columns) => columns.reverse()));
    expect(prints.size).toBe(3 * count + 2);
  });
});
