import { describe, expect, it } from 'vitest';
import { tableFromColumns } from '../../../src/data/table.ts';
import { columnRanges, missingText, modelColumns } from '../../../src/model/columns.ts';
import { preprocessing, table } from './fixture.ts';

describe('modelColumns', () => {
  it('says what each input takes', () => {
    expect(
      modelColumns(preprocessing).map(({ name, kind, type, missing, levels }) => [name, kind, type, missing, levels]),
    ).toEqual([
      ['Age', 'numeric', 'float32', 'NaN', null],
      ['Open', 'boolean', 'float32', 'NaN', null],
      ['City', 'categorical', 'string', '', ['Bern', 'Oslo', 'Rome']],
      ['Joined|at', 'date-time', 'float64', 'NaN', null],
    ]);
  });

  it('takes the first text that is no level for missing cells', () => {
    expect(missingText(['a', 'b'])).toBe('');
    expect(missingText(['a', ''])).toBe('<missing>');
    expect(missingText(['', '<missing>'])).toBe('<missing>>');
  });
});

describe('columnRanges', () => {
  it('measures the chosen rows only', () => {
    const ranges = columnRanges(preprocessing, table, Uint32Array.of(0, 1, 2, 3));
    expect(ranges.Age).toEqual({ low: 25, high: 47, missingShare: 0.25 });
    expect(ranges.City).toEqual({ low: null, high: null, missingShare: 0 });
    expect(ranges['Joined|at']?.low).toBe(Date.UTC(2020, 0, 3) / 1000);
    expect(columnRanges(preprocessing, table).City?.missingShare).toBeCloseTo(1 / 12);
  });

  it('knows no range where every cell is missing', () => {
    expect(columnRanges(preprocessing, table, Uint32Array.of(2)).Age).toEqual({
      low: null,
      high: null,
      missingShare: 1,
    });
  });

  it('needs the training table', () => {
    expect(() => columnRanges(preprocessing, tableFromColumns({ Age: [1] }))).toThrow(
      'The table has no column "Open", which the preprocessing was fitted on. Pass the training table.',
    );
  });
});
