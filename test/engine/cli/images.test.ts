import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeStoredPng } from '../../../src/data/images/encode.node.ts';
import type { Table } from '../../../src/data/table.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { exportFile } from '../../../src/model/export.node.ts';
import { modelPredictions, openModel, predictedLabels } from '../../../src/model/predict.ts';
import { type PredictFileOptions, predict } from '../../../src/tuning/predict.node.ts';
import { imagePlan, imageTable } from '../model/image-table.ts';
import { exportTrained, largestDifference, smallPlan, trainOn, trainSmall } from '../model/mixed-table.ts';
import { fettle } from './run-cli.ts';

const shape = { channels: 3, height: 8, width: 10 };
const size = 3 * 8 * 10;
/** In the order in which a folder is read. */
const names = ['a.png', 'deep/b.png', 'deep/er/c.png', 'z.png'];
const table = imageTable(4, 'three', shape, 5);
const pixels = table.images?.pixels ?? new Uint8Array();
let root = '';
let wanted: { readonly labels: readonly string[]; readonly values: Float32Array } = {
  labels: [],
  values: new Float32Array(),
};

/** The bytes of a trained model, and what it says of the table. */
async function makeModels(): Promise<void> {
  const runtime = createOnnxRuntime();
  const trained = await trainOn(runtime, imagePlan('three', shape), imageTable(60, 'three', shape, 1), 'label', [1]);
  const { bytes } = exportTrained(trained);
  await trained.release();
  await mkdir(join(root, 'run'));
  await writeFile(join(root, 'run', 'model.onnx'), bytes);
  const model = await openModel(bytes, runtime);
  const predictions = await modelPredictions(model, table);
  await model.release();
  wanted = { labels: predictedLabels(predictions, ['cat', 'dog', 'elk']), values: predictions.values };
  const rows = await trainSmall(runtime, smallPlan('two'), 'two');
  await writeFile(join(root, 'rows.onnx'), exportTrained(rows).bytes);
  await rows.release();
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'fettle-images-'));
  await makeModels();
  await mkdir(join(root, 'new', 'deep', 'er'), { recursive: true });
  for (const [i, name] of names.entries()) {
    await writeFile(join(root, 'new', name), await encodeStoredPng(pixels.subarray(i * size, (i + 1) * size), shape));
  }
  await writeFile(join(root, 'rows.csv'), 'age,home\n1,owner\n2,rents\n');
  const good = await readFile(join(root, 'new', 'a.png'));
  await mkdir(join(root, 'bad'));
  await writeFile(join(root, 'bad', 'cut.png'), good.subarray(0, 60));
  await writeFile(join(root, 'bad', 'empty.jpg'), '');
  await writeFile(join(root, 'bad', 'good.png'), good);
});
afterAll(() => rm(root, { recursive: true }));

/** Cells of a CSV text without quotes, the header first. */
const cellsOf = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.split(','));

/** Expects the predictions of these images of the table. */
function expectImages(
  rows: readonly string[][],
  paths: readonly string[],
  images: readonly number[],
  within = 1e-5,
): void {
  expect(rows[0]).toEqual(['path', 'prediction', 'probability_cat', 'probability_dog', 'probability_elk']);
  expect(rows.slice(1).map(([path, label]) => [path, label])).toEqual(
    images.map((image, i) => [paths[i], wanted.labels[image]]),
  );
  const found = rows.slice(1).flatMap((cells) => cells.slice(2).map(Number));
  const values = images.flatMap((image) => [...wanted.values.subarray(3 * image, 3 * image + 3)]);
  expect(largestDifference(found, values)).toBeLessThan(within);
}

describe.concurrent('fettle predict with images', () => {
  it('takes a folder, nested or not, in the order of paths', async () => {
    const { code, stdout, stderr } = await fettle(['predict', 'run', 'new'], { cwd: root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expectImages(
      cellsOf(stdout),
      names.map((name) => `new/${name}`),
      [0, 1, 2, 3],
    );
  });

  it('takes several files and folders in the order given', async () => {
    const data = ['new/z.png', 'new/a.png', 'new/deep', 'new/a.png'];
    const { code, stderr } = await fettle(['predict', 'run/model.onnx', ...data, '--out', 'some.csv'], { cwd: root });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '5 predictions in some.csv\n' });
    const paths = ['new/z.png', 'new/a.png', 'new/deep/b.png', 'new/deep/er/c.png', 'new/a.png'];
    expectImages(cellsOf(await readFile(join(root, 'some.csv'), 'utf8')), paths, [3, 0, 1, 2, 0]);
  });

  it('lists bad images, or leaves them out when told to', async () => {
    const refused = await fettle(['predict', 'run', 'bad'], { cwd: root });
    expect(refused).toMatchObject({ code: 2, stdout: '' });
    expect(refused.stderr).toMatch(/^error: 2 of 3 images of bad cannot be used:\n/);
    expect(refused.stderr).toContain('1 empty (0 bytes): empty.jpg');
    expect(refused.stderr).toMatch(/1 (cut off|corrupt): cut\.png/);
    expect(refused.stderr).toContain('leave them out with --skip-bad');
    const skipped = await fettle(['predict', 'run', 'bad', '--skip-bad'], { cwd: root });
    expect(skipped.code).toBe(0);
    expect(skipped.stderr).toContain('1 file is left out, being empty (0 bytes): empty.jpg.');
    expectImages(cellsOf(skipped.stdout), ['bad/good.png'], [0]);
  });
});

describe('predict', () => {
  const shown = async (data: string | readonly string[]): Promise<string[][]> => {
    const { columns, rows } = await predict({ model: join(root, 'run'), data });
    const cells = Array.from({ length: rows }, (_, row) => columns.map(({ values }) => String(values[row])));
    return [columns.map(({ name }) => name), ...cells];
  };
  const errorOf = async (options: PredictFileOptions): Promise<string> =>
    predict(options).then(
      () => '',
      (error: Error) => error.message,
    );
  const at = (name: string): string => join(root, name);

  it('says what the model takes when it gets something else', async () => {
    expect(await errorOf({ model: at('run'), data: at('rows.csv') })).toBe(
      `The model was trained on images of 10 x 8 pixels (width x height), RGB, but ${at('rows.csv')} holds none. ` +
        'Expected image files, a folder of them, a CSV file with a column of paths, or an IDX, CIFAR or Parquet file.',
    );
    expect(await errorOf({ model: at('run'), data: [at('new'), at('none.png')] })).toBe(
      `There is no file or folder ${at('none.png')}. Expected images, or a folder of them.`,
    );
    const table =
      'The model was trained on a table with the columns age, income, yearly, member, sure, home, size, ..., but';
    expect(await errorOf({ model: at('rows.onnx'), data: at('new/a.png') })).toBe(
      `${table} received the images of ${at('new/a.png')}. Give a table.`,
    );
    expect(await errorOf({ model: at('rows.onnx'), data: at('new') })).toBe(
      `${table} received the folder ${at('new')}. Give a table.`,
    );
    const one = 'The model was trained on a table, so one file of rows is expected, but received';
    const rows = at('rows.csv');
    expect(await errorOf({ model: at('rows.onnx'), data: [rows, rows] })).toBe(`${one} 2 files. Give one file.`);
    expect(await errorOf({ model: at('rows.onnx'), data: rows, skipBad: true })).toBe(
      `${one} the choice to skip bad images. Give one file.`,
    );
  });

  it('lists the bad ones of several files', async () => {
    const data = [at('bad/empty.jpg'), at('bad/good.png'), at('new/a.png')];
    expect(await errorOf({ model: at('run'), data })).toMatch(
      `1 of 3 images of those from ${at('bad/empty.jpg')} to ${at('new/a.png')} cannot be used:\n  1 empty (0 bytes): `,
    );
    const { columns } = await predict({ model: at('run'), data, skipBad: true });
    expect(columns[0]?.values).toEqual([at('bad/good.png'), at('new/a.png')]);
  });

  it('takes a manifest in its own order, and does not need its labels', async () => {
    const lines = ['new/z.png,?', 'new/deep/er/c.png,', 'new/a.png,cat'];
    await writeFile(join(root, 'list.csv'), `file,label\n${lines.join('\n')}\n`);
    const paths = lines.map((line) => line.split(',')[0] ?? '');
    expectImages(await shown(join(root, 'list.csv')), paths, [3, 2, 0]);
  });

  it('takes CIFAR files', async () => {
    // Of another size, so only the forms agree: three grey images of 32 x 32.
    const records = [0, 128, 255].map((level) => new Uint8Array(3073).fill(level, 1));
    await writeFile(join(root, 'data_batch_1.bin'), Buffer.concat(records));
    const rows = await shown(join(root, 'data_batch_1.bin'));
    expect(rows.map(([path]) => path)).toEqual(['path', ...[0, 1, 2].map((i) => `data_batch_1.bin#${i}`)]);
    expect(new Set(rows.map(([, , cat]) => cat)).size).toBe(4);
  });

  it('takes IDX files, bright or dark', async () => {
    const header = Buffer.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 8, 0, 0, 0, 10]);
    const idx = Buffer.concat([header, Buffer.alloc(80, 20), Buffer.alloc(80, 150)]);
    await writeFile(join(root, 'new-images.idx'), idx);
    const rows = await shown([join(root, 'new-images.idx'), join(root, 'new', 'a.png')]);
    expect(rows.slice(1).map(([path]) => path)).toEqual([
      'new-images.idx#0',
      'new-images.idx#1',
      join(root, 'new/a.png'),
    ]);
    expect(rows[1]?.[2]).not.toBe(rows[2]?.[2]);
    expectImages([rows[0] ?? [], rows[3] ?? []], [join(root, 'new/a.png')], [0]);
  });

  it('tells how images of another size were read', async () => {
    const large: Table = imageTable(1, 'three', { channels: 3, height: 20, width: 40 }, 6);
    if (large.images === null) throw new Error('a table of images has images');
    await writeFile(join(root, 'large.png'), await encodeStoredPng(large.images.pixels, large.images));
    const { notes } = await predict({ model: join(root, 'run'), data: join(root, 'large.png') });
    expect(notes).toEqual([
      'The images are 40 x 20; they are made 10 x 8 (width x height): fitted by the shorter side, and cut at the centre.',
    ]);
  });
});

describe('fettle export', () => {
  it.each([
    ['uint8', 'nchw', 255],
    ['uint8', 'nhwc', 255],
    ['float32', 'nchw', 1],
  ] as const)('writes a model that is fed %s %s up to %d, and predicts the same', async (input, layout, white) => {
    const model = join(root, `${input}-${layout}.onnx`);
    const { image } = await exportFile({ model: join(root, 'run'), input, layout, out: model });
    expect(image).toMatchObject({ type: input, layout, range: [0, white] });
    const { columns } = await predict({ model, data: join(root, 'new') });
    expect(columns[1]?.values).toEqual(wanted.labels);
    expect(
      largestDifference(
        columns[2]?.values as Float32Array,
        wanted.values.filter((_, i) => i % 3 === 0),
      ),
    ).toBeLessThan(1e-5);
  });

  it('says how the model is fed, for predict to know', async () => {
    const form = ['--input', 'float32', '--layout', 'nhwc'];
    expect(await fettle(['export', 'run', ...form, '--out', 'own.onnx'], { cwd: root })).toEqual({
      code: 0,
      stdout:
        'model    own.onnx\ninput    image float32 [N, 8, 10, 3], RGB, 0 black to 1 white\noutput   probabilities, label\n',
      stderr: '',
    });
    const { stdout } = await fettle(['predict', 'own.onnx', 'new'], { cwd: root });
    expectImages(
      cellsOf(stdout),
      names.map((name) => `new/${name}`),
      [0, 1, 2, 3],
    );
  });

  it('copies a model, also of a table', async () => {
    const done = await fettle(['export', 'rows.onnx', '--out', 'copy.onnx'], { cwd: root });
    expect(done.stdout).toBe(
      'model    copy.onnx\ninput    9 columns of a table, each [N, 1]\noutput   probabilities, label\n',
    );
    expect(await readFile(join(root, 'copy.onnx'))).toEqual(await readFile(join(root, 'rows.onnx')));
    const copied = await exportFile({ model: join(root, 'run'), out: join(root, 'images.onnx') });
    expect(copied.image).toMatchObject({ type: 'uint8', layout: 'nchw' });
  });

  it('says what cannot be chosen', async () => {
    const rows = await fettle(['export', 'rows.onnx', '--layout', 'nhwc', '--out', 'x.onnx'], { cwd: root });
    expect(rows).toEqual({
      code: 2,
      stdout: '',
      stderr:
        'error: rows.onnx was trained on a table: its inputs are the columns, and there is no type or layout to choose. ' +
        'Leave out --input and --layout.\n',
    });
    const other = await fettle(['export', 'run', '--input', 'int8', '--out', 'x.onnx'], { cwd: root });
    expect(other).toMatchObject({ code: 2 });
    expect(other.stderr).toContain("argument 'int8' is invalid. Allowed choices are uint8, float32.");
    const out = join(root, 'none', 'x.onnx');
    await expect(exportFile({ model: join(root, 'run'), out })).rejects.toThrow(
      `Cannot write ${out}: the folder is not there (any more).`,
    );
  });
});
