import { describe, expect, it } from 'vitest';
import { mappingText, mapSeries, parseMapping } from '../../../../src/diagnosis/logs/mapping.ts';
import { meaningOf } from '../../../../src/diagnosis/logs/names.ts';
import { readText } from './read.ts';

describe('names', () => {
  it.each([
    ['accuracy', 'train', 'accuracy'],
    ['val_accuracy', 'dev', 'accuracy'],
    ['epoch_accuracy', 'train', 'accuracy'],
    ['Accuracy/val', 'dev', 'accuracy'],
    ['trainAcc', 'train', 'accuracy'],
    ['valid.error', 'dev', 'error'],
    ['eval_loss', 'dev', 'loss'],
    ['test_MulticlassAccuracy', 'test', 'accuracy'],
    ['val_root_mean_squared_error', 'dev', 'rmse'],
    ['mean_squared_error', 'train', 'mse'],
    ['val_mae', 'dev', 'mae'],
  ])('%s is the %s %s', (name, set, quantity) => {
    expect(meaningOf(name)).toMatchObject({ set, quantity });
  });

  it.each(['grad_norm', 'dense_1_accuracy', 'train_val_gap', 'loss_scale', 'constructor', '__proto__', '', 'f1'])(
    '%j is left to the user',
    (name) => {
      expect(meaningOf(name)).toBe(null);
    },
  );
});

describe('the mapping', () => {
  const map = (values: Record<string, readonly number[]>, ...given: string[]): string[] =>
    mapSeries(new Map(Object.entries(values)), given.map(parseMapping)).map(mappingText);

  it('turns accuracies, per cent and squares into errors', () => {
    expect(map({ acc: [0.5], val_acc: [93.1], val_mse: [4] })).toEqual([
      'train error = 1 - acc',
      'dev error = 1 - val_acc / 100',
      'dev rmse = sqrt(val_mse)',
    ]);
  });

  it('prefers whole epochs to batches, and a measured RMSE to a derived one', () => {
    expect(map({ train_loss_step: [1], train_loss_epoch: [1], train_mse: [1], train_rmse: [1] })).toEqual([
      'train loss = train_loss_epoch',
      'train rmse = train_rmse',
    ]);
  });

  it('leaves an accuracy of 1,000 to the user', () => {
    expect(map({ acc: [1000], val_acc: [-1] })).toEqual([]);
  });

  it('goes by the word of the user first', () => {
    const values = { acc: [0.9], hits: [0.8], 'a:b': [50] };
    expect(map(values, 'train_error=hits:invert', 'dev_error=a:b:percent:invert')).toEqual([
      'train error = 1 - hits',
      'dev error = 1 - a:b / 100',
    ]);
  });

  it('names what it expected', () => {
    expect(() => parseMapping('acc')).toThrow('Expected a mapping such as train_error=acc:invert, received "acc".');
    expect(() => parseMapping('accuracy=acc')).toThrow('Left of = stands one of train_error,');
    expect(() => map({ accuracy: [1], loss: [1] }, 'train_error=acuracy:invert')).toThrow(
      'The log has nothing named "acuracy". Did you mean "accuracy"? Its names: accuracy, loss.',
    );
  });

  it('makes a test series stand in for dev rows that are not there', async () => {
    const run = await readText(
      'json-lines',
      '{"epoch":1,"train_acc":0.9,"test_acc":0.8}\n{"epoch":2,"train_acc":0.9,"test_acc":0.7}',
    );
    expect(run.record.dev?.value).toBeCloseTo(0.2, 9);
    expect(run.notes.map(({ text }) => text).join('\n')).toContain(
      'No dev rows are named in the log, so its test rows stand for them.',
    );
  });
});
