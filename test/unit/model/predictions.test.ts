import { describe, expect, it } from 'vitest';
import { predictedLabels, predictionColumns } from '../../../src/model/predict.ts';
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
