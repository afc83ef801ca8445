import { describe, expect, it } from 'vitest';
import type { RunRecord, RunStart } from '../../../../src/record/record.ts';
import { asLog, bare, verdictOf } from '../training-records.ts';

/** The record with another output layer or loss. */
function outputs(record: RunRecord, changed: NonNullable<RunStart['outputs']>): RunRecord {
  return { ...record, start: record.start && { ...record.start, outputs: changed } };
}

describe('output-and-loss', () => {
  it('asks whether a number with few whole values is a class', () => {
    expect(verdictOf('output-and-loss', 'digits-as-number')?.because).toBe(
      'Output, loss and target do not match: the target has only 10 different values, all of them whole, and is trained as ' +
        'a number: if they stand for classes, their order and distances mean nothing.',
    );
  });

  it.each([
    ['softmax', 1, 'cross-entropy', 'a softmax over one output is always 1'],
    ['softmax', 3, 'cross-entropy', '3 outputs cannot tell 10 classes apart'],
    ['softmax', 10, 'mse', 'the loss mse is for numbers, and hardly punishes a sure mistake about a class'],
    [
      'linear',
      10,
      'categorical_crossentropy',
      'the loss categorical_crossentropy reads probabilities, and the output (linear) gives logits',
    ],
    [
      'softmax',
      10,
      'CrossEntropyLoss',
      'the loss CrossEntropyLoss reads logits, and the output (softmax) gives probabilities',
    ],
    ['linear', 10, 'NLLLoss', 'the loss NLLLoss reads log-probabilities, and the output (linear) gives logits'],
  ])('finds %s over %i with %s', (activation, units, loss, mistake) => {
    const record = outputs(bare('digits-healthy'), { activation, units, loss });
    expect(verdictOf('output-and-loss', record)?.because).toBe(`Output, loss and target do not match: ${mistake}.`);
  });

  it.each([
    ['softmax', 10, 'cross-entropy'],
    ['linear', 10, 'CrossEntropyLoss'],
    ['log_softmax', 10, 'NLLLoss'],
    ['softmax', 10, 'sparse_categorical_crossentropy'],
    ['softmax', 10, 'focal'],
    ['relu', 10, 'CrossEntropyLoss'],
  ])('is silent on %s over %i with %s', (activation, units, loss) => {
    expect(verdictOf('output-and-loss', outputs(bare('digits-healthy'), { activation, units, loss }))).toBeUndefined();
  });

  it('finds outputs and losses for classes where a number is predicted', () => {
    const record = outputs(bare('concrete-healthy'), { activation: 'sigmoid', units: 1, loss: 'BCELoss' });
    expect(verdictOf('output-and-loss', record)?.because).toBe(
      'Output, loss and target do not match: an output of sigmoid cannot leave the range from 0 to 1, and the target is a ' +
        'number and the loss BCELoss is for classes, and the target is a number.',
    );
  });

  it.each(['digits-healthy', 'concrete-healthy', 'digits-zeros', 'concrete-plain-normal'] as const)(
    'is silent on %s',
    (name) => {
      expect(verdictOf('output-and-loss', name)).toBeUndefined();
      expect(verdictOf('output-and-loss', bare(name))).toBeUndefined();
      expect(verdictOf('output-and-loss', asLog(name))).toBeUndefined();
    },
  );
});
