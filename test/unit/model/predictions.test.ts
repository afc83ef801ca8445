import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { predictedLabels, predictionColumns } from '../../../src/model/predict.ts';
import { predictionsCsv } from '../../../src/model/write-predictions.ts';
import { metadata } from './fixture.ts';

const predictions = { rows: 3, outputs: 2, values: Float32Array.of(0.25, 0.75, 0.5, 0.5, 1, 0) };

describe('predictionColumns', () => {
  it('names the classes, and takes the first of equal ones', () => {
    expect(predictedLabels(predictions, ['no', 'yes'])).toEqual(['yes', 'no', 'no']);
    expect(predictionColumns(metadata, predictions)).toEqual({
      rows: 3,
      columns: [
        { name: 'prediction', values: ['low', 'high', 'high'] },
        { name: 'probability_high', values: Float32Array.of(0.25, 0.5, 1) },
        { name: 'probability_low', values: Float32Array.of(0.75, 0.5, 0) },
      ],
    });
  });

  it('is one column for a number', () => {
    const regression = { ...metadata, classes: null };
    expect(predictionColumns(regression, { rows: 2, outputs: 1, values: Float32Array.of(1, 2) }).columns).toEqual([
      { name: 'prediction', values: Float32Array.of(1, 2) },
    ]);
  });
});

const csv = (columns: Parameters<typeof predictionsCsv>[0]['columns'], rows: number): string =>
  [...predictionsCsv({ rows, columns })].join('');

describe('predictionsCsv', () => {
  it('quotes texts that need it', () => {
    const columns = [
      { name: 'prediction', values: ['a', 'b, "c"', 'd\ne'] },
      { name: 'probability_b, "c"', values: Float32Array.of(0.1, 1, Number.NaN) },
    ];
    expect(csv(columns, 3)).toBe('prediction,"probability_b, ""c"""\na,0.1\n"b, ""c""",1\n"d\ne",\n');
  });

  it('writes numbers that are read as the same float32', () => {
    fc.assert(
      fc.property(fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }), (numbers) => {
        const values = Float32Array.from(numbers, (x) => x + 0);
        const read = csv([{ name: 'prediction', values }], values.length)
          .trimEnd()
          .split('\n')
          .slice(1)
          .map(Number);
        expect(Float32Array.from(read)).toEqual(values.map((x) => (x === 0 ? 0 : x)));
      }),
    );
  });

  it('keeps the order of many rows', () => {
    const values = Float32Array.from({ length: 10_000 }, (_, i) => i);
    const lines = csv([{ name: 'prediction', values }], values.length).split('\n');
    expect(lines).toHaveLength(10_002);
    expect(lines[10_000]).toBe('9999');
  });
});
