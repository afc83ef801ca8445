import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { type TrainPlanOptions, trainPlan } from '../../../src/tuning/train.node.ts';
import { smallPlan } from './fixture.ts';

let folder = '';
let options: TrainPlanOptions & { readonly out: string };
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-train-'));
  const random = createRandom('train');
  const lines = Array.from({ length: 80 }, (_, i) => {
    const a = random.normal();
    return `${a.toFixed(4)},level ${i % 20},${(2 * a + (i % 20) / 5).toFixed(4)}`;
  });
  const data = join(folder, 'data.csv');
  await writeFile(data, ['a,b,y', ...lines, ''].join('\n'));
  options = { data, plan: smallPlan('regression'), target: 'y', out: join(folder, 'run') };
});
afterEach(() => rm(folder, { recursive: true }));

const files = async (): Promise<readonly string[]> => (await readdir(options.out)).toSorted();

describe('the training of one plan', () => {
  it('leaves model, plan and record', async () => {
    const { record, directory } = await trainPlan(options);
    expect(directory).toBe(options.out);
    expect(record).toMatchObject({ status: 'finished', rows: { train: 64, dev: 16 }, metric: 'rmse' });
    expect(await files()).toEqual(['checkpoints', 'model.onnx', 'plan.json', 'record.json', 'trials']);
    expect(JSON.parse(await readFile(join(options.out, 'record.json'), 'utf8'))).toEqual(record);
  });

  it('goes on when it was killed between two of its files', async () => {
    await trainPlan(options);
    const model = await readFile(join(options.out, 'model.onnx'));
    await rm(join(options.out, 'record.json'));
    await writeFile(join(options.out, 'record.json.part'), '{"half');
    await expect(trainPlan(options)).rejects.toThrow(
      `${options.out} holds a run that was stopped. Go on with it by --resume, or choose another --out DIR.`,
    );
    await trainPlan({ ...options, resume: true });
    expect((await readFile(join(options.out, 'model.onnx'))).equals(model)).toBe(true);
    expect(await files()).toEqual(['checkpoints', 'model.onnx', 'plan.json', 'record.json', 'trials']);
  });

  it('is not done again over a finished one', async () => {
    await trainPlan(options);
    const record = await readFile(join(options.out, 'record.json'), 'utf8');
    const other = { ...options, plan: smallPlan('regression', { seed: 7 }) };
    await expect(trainPlan(other)).rejects.toThrow('holds a finished run. Choose another --out DIR');
    await expect(trainPlan({ ...other, resume: true })).rejects.toThrow(
      `The run in ${options.out} is finished. Choose another --out DIR for a new one.`,
    );
    expect(await readFile(join(options.out, 'record.json'), 'utf8')).toBe(record);
  });

  it('that is stopped says how to go on, and leaves nothing that looks finished', async () => {
    const controller = new AbortController();
    const long = { ...options, plan: smallPlan('regression', { training: { epochs: 100_000 } }) };
    const onPoint = () => controller.abort();
    await expect(trainPlan({ ...long, signal: controller.signal, onPoint })).rejects.toMatchObject({
      code: 'interrupted',
      message: 'Stopped at epoch 1563, before its first checkpoint; the same command with --resume begins anew.',
    });
    expect(await files()).toEqual(['checkpoints', 'trials']);
    // The lock is free again.
    const short = { ...options, resume: true };
    expect((await trainPlan(short)).record.status).toBe('finished');
  });

  it('gives the directory back when the data and the plan do not fit', async () => {
    const loss = { kind: 'cross-entropy', labelSmoothing: 0, classWeights: 'none' } as const;
    await expect(trainPlan({ ...options, plan: smallPlan('regression', { loss }) })).rejects.toMatchObject({
      code: 'plan',
    });
    expect((await trainPlan(options)).record.status).toBe('finished');
  });
});
