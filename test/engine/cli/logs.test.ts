import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { fettle } from './run-cli.ts';

const logs = resolve(import.meta.dirname, '../../fixtures/logs');
const root = mkdtempSync(join(tmpdir(), 'fettle-logs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

describe.concurrent('fettle diagnose LOG', () => {
  it('shows first what the names were taken for, then the verdict', async () => {
    const { code, stdout, stderr } = await fettle(['diagnose', join(logs, 'lightning/version_0/metrics.csv')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n').slice(0, 3)).toEqual([
      'Read as lightning-csv: 250 values; train error = 1 - train_acc, train loss = train_loss_epoch, ' +
        'dev error = 1 - val_acc, dev loss = val_loss; not used: train_loss_step. --map says it otherwise.',
      '',
      'Verdict: high bias (underfitting) and high variance (overfitting)',
    ]);
  });

  it('prints one run as the diagnosis of two errors is printed', async () => {
    const args = ['--train-rows', '1000', '--test-rows', '500', '--json'];
    const log = JSON.parse((await fettle(['diagnose', join(logs, 'keras/fit.csv'), ...args])).stdout);
    const typed = JSON.parse(
      (await fettle(['diagnose', '--train-error', '0', '--test-error', '0.2%', ...args])).stdout,
    );
    expect(Object.keys(log)).toEqual(Object.keys(typed));
    expect(log.errors.map(({ count }: { count: number }) => count)).toEqual([1000, 500]);
    expect(log.verdicts.map(Object.keys)).toEqual(typed.verdicts.map(Object.keys));
  });

  it('gives a table of several runs, and all of them as JSON', async () => {
    const { stdout } = await fettle(['diagnose', join(logs, 'tensorboard')]);
    expect(stdout).toBe(
      [
        'run          format       train error  dev error  verdict',
        'keras        tensorboard  0 %          0.20 %     fit',
        'lightning    tensorboard  16.7 %       27.7 %     high bias (underfitting) and high variance (overfitting)',
        'torch-large  tensorboard  1.5 %        9.4 %      high variance (overfitting)',
        'torch-small  tensorboard  20.5 %       28.4 %     the training is unfinished, high bias (underfitting) and high variance (overfitting)',
        '',
        `Why, for one of them: fettle diagnose ${join(logs, 'tensorboard')} --run RUN`,
        '',
      ].join('\n'),
    );
    const { runs } = JSON.parse((await fettle(['diagnose', logs, '--json'])).stdout) as {
      runs: { run: string; reader: string; verdicts: { id: string }[] }[];
    };
    expect(runs).toHaveLength(29);
    expect(new Set(runs.map(({ reader }) => reader)).size).toBe(9);
    expect(runs.find(({ run }) => run === 'mlflow/1/large')?.verdicts.map(({ id }) => id)).toContain('high-variance');
  });

  it('reads a run inside a folder of runs as its folder alone', async () => {
    for (const run of ['tensorboard/keras', 'mlflow/1/small', 'lightning/version_0']) {
      const { code, stdout } = await fettle(['diagnose', join(logs, run)]);
      expect(code).toBe(0);
      expect(stdout).toMatch(/^Read as .*\n\nVerdict: /);
    }
  });

  it('does not let one run that cannot be judged stop the others', async () => {
    const folder = join(root, 'mixed');
    mkdirSync(folder);
    copyFileSync(join(logs, 'keras/fit.csv'), join(folder, 'a.csv'));
    writeFileSync(join(folder, 'b.csv'), 'epoch,loss,accuracy\n0,1,0.5\nhello\n');
    writeFileSync(join(folder, 'table.csv'), 'age,income\n1,2\n');
    const { stdout } = await fettle(['diagnose', folder]);
    expect(
      stdout
        .split('\n')
        .slice(1, 3)
        .map((line) => line.split(/\s{2,}/)[0]),
    ).toEqual(['a.csv', 'b.csv']);
    expect(stdout).toContain("b.csv: Not read: 1 rows with another number of cells than the header's 3.");
    const mapped = await fettle(['diagnose', folder, '--map', 'dev_error=val_accuracy:invert']);
    expect(mapped.code).toBe(0);
    expect(mapped.stdout).toContain('b.csv: The log has nothing named "val_accuracy".');
    expect((await fettle(['diagnose', join(folder, 'b.csv'), '--map', 'dev_error=nix'])).stderr).toBe(
      'error: The log has nothing named "nix". Its names: loss, accuracy.\n',
    );
  });

  it('puts runs of fettle and logs into one table', async () => {
    const folder = join(root, 'both');
    for (const run of ['mine', 'yours']) mkdirSync(join(folder, run), { recursive: true });
    copyFileSync(join(logs, 'keras/fit.csv'), join(folder, 'yours/log.csv'));
    const records = JSON.parse(readFileSync(resolve(logs, '../../golden/records/digits-unfinished.json'), 'utf8'));
    writeFileSync(join(folder, 'mine/record.json'), JSON.stringify([records].flat()[0]));
    const { stdout } = await fettle(['diagnose', folder]);
    const cells = stdout.split('\n').map((line) => line.split(/\s{2,}/).slice(0, 2));
    expect(cells.slice(1, 3)).toEqual([
      ['mine', 'fettle'],
      ['yours/log.csv', 'keras-csv'],
    ]);
    const alone = (await fettle(['diagnose', join(folder, 'mine')])).stdout;
    expect(alone).toMatch(/^Verdict: /);
    expect((await fettle(['diagnose', join(folder, 'mine/record.json')])).stdout).toBe(alone);
  });

  it('judges the records of callbacks: a file, a folder with one, a folder with several', async () => {
    const folder = join(root, 'callbacks');
    mkdirSync(join(folder, 'first'), { recursive: true });
    const records = resolve(logs, '../../golden/callbacks');
    copyFileSync(join(records, 'keras/squares-of-classes.json'), join(folder, 'first/fettle-record.json'));
    copyFileSync(join(records, 'pytorch/few-rows.json'), join(folder, 'second.json'));
    const alone = (await fettle(['diagnose', join(folder, 'first/fettle-record.json')])).stdout;
    expect(alone).toMatch(/^Verdict: .*\n {2}Output, loss and target do not match: the loss mean_squared_error/);
    expect((await fettle(['diagnose', join(folder, 'first')])).stdout).toBe(alone);
    const { stdout } = await fettle(['diagnose', folder]);
    const cells = stdout.split('\n').map((line) => line.split(/\s{2,}/));
    expect(cells.slice(1, 4).map(([run, format, , , verdict]) => [run, format, verdict])).toEqual([
      ['first', 'fettle', expect.stringContaining('output')],
      ['second.json', 'fettle', expect.stringContaining('high variance (overfitting)')],
      ['', undefined, undefined],
    ]);
  });

  it('refuses a record that is none', async () => {
    const folder = join(root, 'no-record');
    mkdirSync(folder);
    for (const text of ['{}', 'null', '{"version": 1, "curve": 3}']) {
      writeFileSync(join(folder, 'record.json'), text);
      const { code, stderr } = await fettle(['diagnose', folder]);
      expect({ code, stderr }).toEqual({
        code: 2,
        stderr: expect.stringMatching(/^error: Cannot read .*record\.json: The record is not valid:\n {2}/),
      });
    }
  });

  it('judges one of several runs by its name, and helps with the name', async () => {
    const one = await fettle(['diagnose', join(logs, 'wandb'), '--run', 'other']);
    expect(one.stdout).toMatch(/^Read as wandb-csv: 22 values; train error = 1 - train\/accuracy, /);
    const wrong = await fettle(['diagnose', join(logs, 'wandb'), '--run', 'othr']);
    expect(wrong).toMatchObject({ code: 2, stdout: '' });
    expect(wrong.stderr).toMatch(/^error: None of the 12 runs in .* is named "othr"\. Did you mean "other"\?\n$/);
  });

  it('lets stalled fire where a log does not say how many classes there are', async () => {
    const path = join(root, 'stalled.csv');
    writeFileSync(path, 'epoch,accuracy,val_accuracy\n0,0.1,0.1\n1,0.11,0.1\n2,0.09,0.1\n');
    const verdict = async (...args: string[]) => (await fettle(['diagnose', path, ...args])).stdout.split('\n')[2];
    expect(await verdict()).toBe('Verdict: high bias (underfitting)');
    expect(await verdict('--classes', '10')).toBe('Verdict: the training stalled and high bias (underfitting)');
    expect(await verdict('--baseline', '88%')).toBe('Verdict: the training stalled and high bias (underfitting)');
    expect(await verdict('--baseline', '95%')).toBe('Verdict: high bias (underfitting)');
    const typed = await fettle(['diagnose', '--train-error', '90%', '--test-error', '90%', '--classes', '10']);
    expect(typed.stdout).toMatch(/^Verdict: the training stalled and high bias/);
    expect((await fettle(['diagnose', path, '--classes', '1'])).stderr).toContain(
      'Expected a whole number of 2 or more',
    );
    expect((await fettle(['diagnose', '--train-error', '1%', '--test-error', '1%', '--run', 'x'])).stderr).toBe(
      'error: Expected a path for --run, received two errors. Leave it out, or name a log.\n',
    );
  });

  it('refuses a file that is no log', async () => {
    const path = join(root, 'image.png');
    writeFileSync(path, Buffer.from([0x89, 0x50, 0, 1, 2]));
    const { code, stdout, stderr } = await fettle(['diagnose', path]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(
      /image\.png is no log that fettle knows\. Expected the folder of a run of fettle or a record, a log \(Keras'/,
    );
  });
});
