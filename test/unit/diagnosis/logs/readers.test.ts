import { describe, expect, it } from 'vitest';
import { diagnoseRun } from '../../../../src/diagnosis/logs/diagnose-run.ts';
import { type LogReaderId, logReaders, readerOf } from '../../../../src/diagnosis/logs/index.ts';
import { fixture, notesOf, readFiles, readText, verdictsOf } from './read.ts';

/** Reader, run, verdicts, best epoch or step, train and dev value. Written by the frameworks, see make-{logs,wandb,mlflow-rest}.py. */
const golden: readonly [LogReaderId, string, string[], number | null, number | null, number | null][] = [
  ['keras-csv', 'keras/fit.csv', ['fit'], 7, 0, 0.002],
  ['keras-csv', 'keras/overfitted.csv', ['high-bias', 'high-variance'], null, 0.25, 0.28],
  ['keras-csv', 'keras/underfitted.csv', ['high-bias'], null, 0.486, 0.466],
  ['keras-csv', 'keras/diverged.csv', ['diverged', 'cannot-tell'], null, null, null],
  ['keras-csv', 'keras/regression.csv', ['cannot-tell'], 15, 0.0629, 0.0643],
  ['lightning-csv', 'lightning/version_0/metrics.csv', ['high-bias', 'high-variance'], 43, 0.1667, 0.2767],
  ['trainer-state', 'transformers/trainer_state.json', ['cannot-tell'], 5, null, 0.3438],
  ['json-lines', 'jsonl/percent.jsonl', ['high-variance'], 20, 0.00461, 0.1235],
  ['json-lines', 'jsonl/losses-diverged.jsonl', ['diverged', 'cannot-tell'], null, null, null],
  ['tensorboard', 'tensorboard/keras', ['fit'], 6, 0, 0.002],
  ['tensorboard', 'tensorboard/lightning', ['high-bias', 'high-variance'], 85, 0.1667, 0.2767],
  ['tensorboard', 'tensorboard/torch-small', ['still-falling', 'high-bias', 'high-variance'], 20, 0.2046, 0.284],
  ['tensorboard', 'tensorboard/torch-large', ['high-variance'], 20, 0.0146, 0.094],
  ['mlflow', 'mlflow/1/small', ['still-falling', 'high-bias', 'high-variance'], 15, 0.2141, 0.2923],
  ['mlflow', 'mlflow/1/large', ['still-falling', 'high-variance', 'high-bias'], 15, 0.0241, 0.1023],
  ['mlflow-rest', 'mlflow-rest/small.json', ['still-falling', 'high-bias', 'high-variance'], 15, 0.2141, 0.2923],
  ['mlflow-rest', 'mlflow-rest/large.json', ['still-falling', 'high-variance', 'high-bias'], 15, 0.0241, 0.1023],
  ['wandb', 'wandb/offline-run-loop', ['still-falling', 'high-bias', 'high-variance'], 12, 0.2275, 0.3041],
  ['wandb', 'wandb/offline-run-keras', ['high-bias'], 5, 0.2033, 0.2],
  ['wandb', 'wandb/offline-run-lightning', ['high-bias'], 8, 0.1333, 0.1367],
  ['wandb', 'wandb/offline-run-transformers', ['cannot-tell'], 2, null, 0.4219],
  ['wandb', 'wandb/offline-run-killed', ['diverged', 'cannot-tell'], null, null, null],
  ['wandb', 'wandb/history.json', ['still-falling', 'high-bias', 'high-variance'], 12, 0.2275, 0.3041],
  ['wandb', 'wandb/history.jsonl', ['still-falling', 'high-bias', 'high-variance'], 12, 0.2275, 0.3041],
  ['wandb', 'wandb/history-columns.json', ['still-falling', 'high-bias', 'high-variance'], 12, 0.2275, 0.3041],
  ['wandb', 'wandb/summary', ['high-bias', 'high-variance'], 12, 0.2275, 0.3041],
  ['wandb-csv', 'wandb/history.csv', ['still-falling', 'high-bias', 'high-variance'], 12, 0.2275, 0.3041],
  ['wandb-csv', 'wandb/chart-val.csv', ['cannot-tell'], 11, null, 0.3041],
];

describe('the log of a real framework', () => {
  it.each(golden)('%s reads %s', async (id, path, verdicts, best, train, dev) => {
    const run = await readFiles(id, fixture(path));
    expect(verdictsOf(run)).toEqual(verdicts);
    if (best !== null) expect(run.record.bestEpoch).toBe(best);
    const near = (value: number | undefined, wanted: number | null): void =>
      wanted === null ? expect(value).toBeUndefined() : expect(value).toBeCloseTo(wanted, 3);
    near(run.record.train?.value, train);
    near(run.record.dev?.value, dev);
    expect(run.skipped).toEqual([]);
    expect(run.record.source).toBe(id);
  });

  it.each(golden)('%s knows %s, and no other reader does before it', (id, path) => {
    for (const { path: file, bytes } of fixture(path)) {
      expect(readerOf({ path: file, head: bytes.subarray(0, 65_536), chosen: false })?.id).toBe(id);
    }
  });

  it.each(golden)('%s reads %s alike in pieces of any length', async (id, path) => {
    const whole = await readFiles(id, fixture(path));
    expect(await readFiles(id, fixture(path), {}, 7)).toEqual(whole);
  });

  it('is the same run to TensorBoard and to a CSV file', async () => {
    for (const [id, csv, board] of [
      ['keras-csv', 'keras/fit.csv', 'tensorboard/keras'],
      ['lightning-csv', 'lightning/version_0/metrics.csv', 'tensorboard/lightning'],
    ] as const) {
      const a = (await readFiles(id, fixture(csv))).record.curve;
      const b = (await readFiles('tensorboard', fixture(board))).record.curve;
      expect(b).toHaveLength(a.length);
      a.forEach((point, i) => {
        for (const key of ['trainError', 'devError', 'trainLoss', 'devLoss'] as const) {
          expect(b[i]?.[key]).toBeCloseTo(point[key] ?? Number.NaN, 4);
        }
      });
    }
  });
});

describe('detection', () => {
  const know = (path: string, text: string, chosen: boolean): string | null =>
    readerOf({ path, head: new TextEncoder().encode(text), chosen })?.id ?? null;

  it('leaves tables and other files alone', () => {
    for (const [path, text] of [
      ['train.csv', 'age,income,target\n1,2,3\n'],
      ['numbers.csv', '1,2,3\n4,5,6\n'],
      ['package.json', '{"name": "x", "version": "1"}'],
      ['data.jsonl', '{"text": "a"}\n'],
      ['notes.txt', 'the loss was fine\n'],
      ['empty', ''],
    ] as const) {
      expect([path, know(path, text, false)]).toEqual([path, null]);
    }
  });

  it('believes the user who names a file', () => {
    expect(know('log.csv', 'epoch,my_score\n0,1\n', true)).toBe('keras-csv');
    expect(know('log.jsonl', '{"score": 1}\n', true)).toBe('json-lines');
    expect(know('photo.png', '\u0089PNG\u0000', true)).toBe(null);
  });

  it('has a sentence about every reader', () => {
    for (const [id, reader] of Object.entries(logReaders)) {
      expect(reader.id).toBe(id);
      expect(reader.about).toMatch(/^[A-Z].*\.$/);
    }
  });
});

describe('what a log does not tell', () => {
  it('is said: a running train error, unknown rows, the choice of the epoch', async () => {
    const run = await readFiles('keras-csv', fixture('keras/fit.csv'));
    expect(notesOf(run, 'log-read')).toEqual([
      'Read as keras-csv: 100 values; train error = 1 - accuracy, train loss = loss, dev error = 1 - val_accuracy, ' +
        'dev loss = val_loss. --map says it otherwise.',
    ]);
    expect(notesOf(run, 'log-task')).toEqual([
      'Taken for classification, judged by the error: so say the names of its metrics.',
    ]);
    expect(notesOf(run, 'log-best')).toEqual([
      'The errors are those of epoch 7, the best of 25 looks at the dev rows, so the dev error is a little too good.',
    ]);
    expect(notesOf(run, 'log-train-mode')[0]).toMatch(
      /^The train error is the mean over the batches of an epoch, in tr/,
    );
    expect(diagnoseRun(run).notes.map(({ id }) => id)).toContain('rows-unknown');
  });

  it('is filled in by the user: rows, the deviation of the target', async () => {
    const run = await readFiles('keras-csv', fixture('keras/fit.csv'), { trainRows: 1000, devRows: 500 });
    expect(diagnoseRun(run).errors.map(({ count }) => count)).toEqual([1000, 500]);
    const regression = await readFiles('keras-csv', fixture('keras/regression.csv'), { targetDeviation: 2 });
    expect(verdictsOf(regression)).toEqual(['high-bias']);
  });

  it('is said of losses alone, with what they show', async () => {
    const rows = Array.from({ length: 20 }, (_, i) => `${i},${2 * 0.8 ** i},${1 + ((i - 5) / 10) ** 2}`);
    const run = await readText('keras-csv', `epoch,loss,val_loss\n${rows.join('\n')}\n`);
    expect(verdictsOf(run)).toEqual(['cannot-tell']);
    expect(notesOf(run, 'log-losses-only')[0]).toMatch(/^The log has no error, accuracy, RMSE or MAE, only losses\./);
    expect(notesOf(run, 'log-trend')).toEqual([
      'The dev loss was lowest at epoch 6 of 20 (1.00) and ended at 2.96, 200 % above it: the training went on after ' +
        'its best epoch. Keep the weights of the best epoch.',
    ]);
    const falling = await readText('json-lines', rows.map((_, i) => `{"epoch":${i},"loss":${10 - i / 3}}`).join('\n'));
    expect(notesOf(falling, 'log-trend')).toEqual([
      'The train loss still fell by 13 % of its first value from epoch 15 to the end.',
    ]);
  });

  it('is said where no name is known', async () => {
    const run = await readText('keras-csv', 'epoch,dense_1_score,x\n0,1,2\n');
    expect(notesOf(run, 'log-read')).toEqual([
      'Read as keras-csv: 2 values; no name was recognized among dense_1_score and x. Name them with --map, such as ' +
        '--map train_error=NAME:invert.',
    ]);
    expect(verdictsOf(run)).toEqual(['cannot-tell']);
  });
});

describe('CSV logs', () => {
  it('take columns in any order, without epochs, with quotes and Windows line ends', async () => {
    const run = await readText(
      'keras-csv',
      '\uFEFFval_accuracy,list,accuracy\r\n0.5,"[1, 2]",0.6\r\n0.7,"[1]",0.9\r\n',
    );
    expect(run.record).toMatchObject({ bestEpoch: 2, train: { value: 0.1 }, dev: { value: 0.3 } });
    expect(run.skipped).toEqual([]);
  });

  it('may be delimited by semicolons or tabs', async () => {
    for (const delimiter of [';', '\t']) {
      const lines = [
        ['epoch', 'accuracy', 'list', 'val_accuracy'],
        ['0', '0.9', '"[1; 2,\t3]"', '0.8'],
      ];
      const run = await readText('keras-csv', lines.map((cells) => cells.join(delimiter)).join('\n'));
      expect(run.record).toMatchObject({ train: { value: 0.1 }, dev: { value: 0.2 } });
    }
  });

  it('say which rows were not read', async () => {
    const run = await readText(
      'keras-csv',
      'epoch,accuracy,val_accuracy\n0,0.5,0.5\n1,0.6\n2,hello,0.7\n,0.1,0.1\n3,0.9',
    );
    expect(notesOf(run, 'log-skipped')).toEqual([
      "Not read: 2 rows with another number of cells than the header's 3; 1 cells of accuracy that are no number; " +
        '1 rows without an epoch.',
    ]);
    expect(run.record.train?.value).toBeCloseTo(0.5, 9);
  });

  it('judge the last of several trainings in one file, and say so', async () => {
    const twice = 'epoch,accuracy,val_accuracy\n0,0.9,0.9\n1,0.99,0.99\n0,0.3,0.3\n1,0.4,0.4\n';
    const run = await readText('keras-csv', twice);
    expect(run.record.dev?.value).toBeCloseTo(0.6, 9);
    expect(notesOf(run, 'log-remark')[0]).toMatch(
      /^The epochs start anew inside the file, so it holds several trainings/,
    );
  });

  it('average the batches of an epoch, and take the last dev value', async () => {
    const run = await readText(
      'lightning-csv',
      'epoch,step,train_acc,val_acc\n0,1,0.4,\n0,2,0.6,\n0,2,,0.3\n0,2,,0.5\n1,3,0.2,\n',
    );
    expect(run.record).toMatchObject({ bestEpoch: 1, train: { value: 0.5 }, dev: { value: 0.5 } });
  });
});
