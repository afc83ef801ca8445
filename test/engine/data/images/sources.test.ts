import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from 'vitest';
import { readImages } from '../../../../src/data/images/read-images.node.ts';
import { findHeldOut, imageSourceOf } from '../../../../src/data/images/source.node.ts';
import { inferRoles } from '../../../../src/data/roles.ts';
import { greyPng } from '../../../unit/data/images/bytes.ts';
import { cells } from '../cells.ts';
import { encode, pixelsOf, plain, rowsOf, tree } from './make.ts';

const red = encode('png', 8, 8, plain(200, 30, 30));
const blue = encode('webp', 8, 8, plain(30, 30, 200));

describe('a CSV file that lists images', () => {
  it('is read in its order, with its other columns', async () => {
    const folder = tree({
      'img/a.png': red,
      'img/b.webp': blue,
      'list.csv': 'image,age,label\nimg/b.webp,41.5,cat\nimg/a.png,7,dog\nimg/b.webp,,cat\n',
    });
    const path = join(folder, 'list.csv');
    expect(await imageSourceOf(path)).toBe('manifest');
    const table = await readImages(path);
    expect(table.columns.map(({ name, kind }) => `${name} ${kind}`)).toEqual([
      'path text',
      'age numeric',
      'label text',
    ]);
    expect(rowsOf(table)).toEqual(['img/b.webp cat', 'img/a.png dog', 'img/b.webp cat']);
    expect(cells(table, 'age')).toEqual([41.5, 7, null]);
    expect([0, 1, 2].map((row) => pixelsOf(table, row)[0])).toEqual([30, 200, 30]);
    expect(table.notes[0]).toBe('Column "image" says where the images are.');
  });

  it('keeps numbers for regression', async () => {
    const lines = Array.from({ length: 12 }, (_, i) => `${i}.png,${i / 8}`);
    const files = Object.fromEntries(lines.map((_, i) => [`${i}.png`, red]));
    const folder = tree({ ...files, 'ages.tsv': `file\tage\n${lines.join('\n').replaceAll(',', '\t')}\n` });
    const table = await readImages(join(folder, 'ages.tsv'), { target: 'age' });
    expect(cells(table, 'age').slice(0, 3)).toEqual([0, 0.125, 0.25]);
    expect(inferRoles(table, { target: 'age' })).toMatchObject({ task: 'regression', target: 'age' });
  });

  it('takes absolute paths, any column that holds files, and any name', async () => {
    const folder = tree({ 'ä b.dat': red });
    const path = join(folder, 'x.csv');
    writeFileSync(path, `what,where\n1,"${join(folder, 'ä b.dat')}"\n2,ä b.dat\n`);
    expect(cells(await readImages(path), 'path')).toEqual([join(folder, 'ä b.dat'), 'ä b.dat']);
  });

  it('keeps another column called path under another name', async () => {
    const folder = tree({ 'a.png': red, 'x.csv': 'file,path,label\na.png,north,c\n' });
    const table = await readImages(join(folder, 'x.csv'));
    expect(cells(table, 'path')).toEqual(['a.png']);
    expect(cells(table, 'path_2')).toEqual(['north']);
  });

  it('names files that are not there, and rows without a path', async () => {
    const folder = tree({ 'a.png': red, 'x.csv': 'file,label\na.png,c\ngone.png,c\n,d\na.png,d\n' });
    const path = join(folder, 'x.csv');
    await expect(readImages(path)).rejects.toThrow(
      `2 of 4 images of ${path} cannot be used:\n  2 not there: gone.png, (row 3 names none)`,
    );
    const table = await readImages(path, { skipBad: true });
    expect(rowsOf(table)).toEqual(['a.png c', 'a.png d']);
    const all = tree({ 'x.csv': 'image,label\n1.png,c\n2.png,d\n' });
    await expect(readImages(join(all, 'x.csv'))).rejects.toThrow('None of the 2 images of');
  });

  it('is a table where its cells are other files, or none', async () => {
    const folder = tree({ 'notes.txt': 'x', 'x.csv': 'file,label\nnotes.txt,c\n', 'y.csv': 'a,b\n1,2\n' });
    expect(await imageSourceOf(join(folder, 'x.csv'))).toBeNull();
    expect(await imageSourceOf(join(folder, 'y.csv'))).toBeNull();
  });

  it('needs no labels for prediction', async () => {
    const folder = tree({ 'a.png': red, 'x.csv': 'path\na.png\n' });
    const table = await readImages(join(folder, 'x.csv'), { labels: false });
    expect(table.columns.map(({ name }) => name)).toEqual(['path']);
  });
});

describe('IDX', () => {
  const idx = (sizes: readonly number[], data: readonly number[]): Buffer => {
    const header = Buffer.alloc(4 + 4 * sizes.length);
    header.writeUInt32BE(0x0800 + sizes.length, 0);
    for (const [i, size] of sizes.entries()) header.writeUInt32BE(size, 4 + 4 * i);
    return Buffer.concat([header, Buffer.from(data)]);
  };
  const images = idx([2, 2, 3], [1, 2, 3, 4, 5, 6, 11, 12, 13, 14, 15, 16]);
  const labels = idx([2], [7, 0]);

  it.each([
    ['train-images-idx3-ubyte', 'train-labels-idx1-ubyte', images, labels],
    ['train-images-idx3-ubyte.gz', 'train-labels-idx1-ubyte.gz', gzipSync(images), gzipSync(labels)],
    ['train-images.idx.gz', 'train-labels.idx.gz', gzipSync(images), gzipSync(labels)],
    ['my-images.idx3', 'my-labels.idx1', images, labels],
    ['train-images.idx.gz', 'train-labels.idx', gzipSync(images), labels],
  ])('reads %s with %s', async (name, labelName, bytes, labelBytes) => {
    const folder = tree({ [name]: bytes, [labelName]: labelBytes });
    const path = join(folder, name);
    expect(await imageSourceOf(path)).toBe('idx');
    const table = await readImages(path);
    expect(rowsOf(table)).toEqual([`${name}#0 7`, `${name}#1 0`]);
    expect(table.images).toMatchObject({ channels: 1, height: 2, width: 3 });
    expect(pixelsOf(table, 1)).toEqual([11, 12, 13, 14, 15, 16]);
    expect(table.images?.pixels.buffer).toBeInstanceOf(SharedArrayBuffer);
  });

  it('takes the training pair of a folder, and finds the other', async () => {
    const folder = tree({
      'train-images-idx3-ubyte.gz': gzipSync(images),
      'train-images-idx3-ubyte': images,
      'train-labels-idx1-ubyte': labels,
      't10k-images-idx3-ubyte': images,
      't10k-labels-idx1-ubyte': labels,
    });
    expect(await imageSourceOf(folder)).toBe('idx');
    const table = await readImages(folder);
    expect(cells(table, 'path')).toEqual(['train-images-idx3-ubyte#0', 'train-images-idx3-ubyte#1']);
    expect(table.notes).toEqual([
      'The images are those of "train-images-idx3-ubyte"; "t10k-images-idx3-ubyte" is held out as the test set.',
    ]);
    const heldOut = await findHeldOut(folder);
    expect(heldOut).toBe(join(folder, 't10k-images-idx3-ubyte'));
    expect((await readImages(heldOut ?? '')).rows).toBe(2);
    writeFileSync(join(folder, 'letters-images-idx3-ubyte'), images);
    await expect(readImages(folder)).rejects.toThrow('holds 3 IDX files of images: letters-images-idx3-ubyte, t10k-');
  });

  it('needs labels to train and none to predict', async () => {
    const folder = tree({ 'train-images.idx': images, 'digits.idx': images });
    await expect(readImages(join(folder, 'train-images.idx'))).rejects.toThrow(
      'train-images.idx has no labels: expected its labels in train-labels.idx beside it. Add them, or rename the files.',
    );
    await expect(readImages(join(folder, 'digits.idx'))).rejects.toThrow(
      'digits.idx has no labels: expected a name with "images", and labels beside it named alike.',
    );
    const table = await readImages(join(folder, 'digits.idx'), { labels: false });
    expect(table.columns.map(({ name }) => name)).toEqual(['path']);
  });

  it('takes size and channels of the model', async () => {
    const folder = tree({ 'digits.idx': images });
    const options = { labels: false, channels: 3, size: { height: 4, width: 4 } } as const;
    const table = await readImages(join(folder, 'digits.idx'), options);
    expect(table.images).toMatchObject(options.size);
    expect(table.images?.pixels.length).toBe(2 * 48);
    expect(pixelsOf(table, 0).slice(0, 16)).toEqual(pixelsOf(table, 0).slice(32));
    const same = await readImages(join(folder, 'digits.idx'), { labels: false, channels: 3 });
    expect(pixelsOf(same, 0)).toEqual([1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6, 1, 2, 3, 4, 5, 6]);
  });

  it.each([
    ['cut off', images.subarray(0, 20), labels, 'is cut off: expected 28 bytes by its header, received at most 20.'],
    [
      'cut off in gzip',
      gzipSync(images.subarray(0, 20)),
      labels,
      'is cut off: expected 28 bytes by its header, received at most 20.',
    ],
    [
      'cut off as gzip',
      gzipSync(images).subarray(0, 25),
      labels,
      'cannot be read (Z_BUF_ERROR). Its compressed data are damaged',
    ],
    ['too long', Buffer.concat([images, Buffer.from([1])]), labels, 'goes on after its 28 bytes'],
    ['a claim of terabytes', idx([4e9, 1000, 1000], []), labels, 'is cut off: expected 4,000,000,000,000,016 bytes'],
    [
      'a claim of terabytes in gzip',
      gzipSync(idx([4e9, 1000, 1000], [])),
      labels,
      'is cut off: expected 4,000,000,000,000,016',
    ],
    ['other labels', images, idx([3], [1, 2, 3]), 'holds 3 labels, but'],
    ['images as labels', images, images, 'is no IDX file of labels: expected it to begin with 00 00 08 01'],
  ])('says what is wrong: %s', async (_, bytes, labelBytes, expected) => {
    const folder = tree({ 'train-images.idx': bytes, 'train-labels.idx': labelBytes });
    await expect(readImages(join(folder, 'train-images.idx'))).rejects.toThrow(expected);
  });
});

describe('CIFAR', () => {
  const record = (labels: readonly number[], color: readonly [number, number, number]): number[] => [
    ...labels,
    ...color.flatMap((value) => Array<number>(1024).fill(value)),
  ];

  it('reads all training batches of CIFAR-10 with the names of classes', async () => {
    const folder = tree({
      'data_batch_1.bin': Buffer.from([...record([1], [1, 2, 3]), ...record([0], [4, 5, 6])]),
      'data_batch_2.bin': Buffer.from(record([9], [7, 8, 9])),
      'test_batch.bin': Buffer.from(record([1], [0, 0, 0])),
      'batches.meta.txt': 'airplane\nautomobile\n\n',
    });
    expect(await imageSourceOf(folder)).toBe('cifar');
    const table = await readImages(folder);
    expect(rowsOf(table)).toEqual([
      'data_batch_1.bin#0 automobile',
      'data_batch_1.bin#1 airplane',
      'data_batch_2.bin#0 9',
    ]);
    expect(table.images).toMatchObject({ channels: 3, height: 32, width: 32 });
    expect([0, 1024, 2048].map((i) => pixelsOf(table, 2)[i])).toEqual([7, 8, 9]);
    expect(table.notes[0]).toContain('"test_batch.bin" is held out as the test set.');
    expect(await findHeldOut(folder)).toBe(join(folder, 'test_batch.bin'));
    expect(rowsOf(await readImages(join(folder, 'test_batch.bin')))).toEqual(['test_batch.bin#0 automobile']);
  });

  it('reads the fine labels of CIFAR-100', async () => {
    const folder = tree({
      'train.bin': Buffer.from(record([3, 1], [1, 2, 3])),
      'test.bin': Buffer.from(record([3, 99], [1, 2, 3])),
      'fine_label_names.txt': 'apple\nfish\n',
    });
    expect(rowsOf(await readImages(folder))).toEqual(['train.bin#0 fish']);
    expect(rowsOf(await readImages((await findHeldOut(folder)) ?? ''))).toEqual(['test.bin#0 99']);
  });

  it('says what is wrong', async () => {
    const folder = tree({ 'data_batch_1.bin': Buffer.from(record([10], [0, 0, 0])) });
    await expect(readImages(folder)).rejects.toThrow(
      'data_batch_1.bin, image 0: its label is 10, but CIFAR-10 has labels 0 to 9.',
    );
    const short = tree({ 'data_batch_1.bin': Buffer.alloc(5000) });
    await expect(readImages(short)).rejects.toThrow('has 5,000 bytes, but a CIFAR-10 file is a multiple of 3,073');
  });
});

describe('Parquet', () => {
  /** Writes a query as Parquet; `$name` in it is a file's bytes. */
  async function parquet(query: string, files: Readonly<Record<string, Uint8Array>>, options = ''): Promise<string> {
    const folder = tree(files);
    const path = join(folder, 'data.parquet');
    const blob = (name: string): string => `(SELECT content FROM read_blob('${join(folder, name)}'))`;
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const sql = query.replaceAll(/\$([\w.]+)/g, (_, name: string) => blob(name));
    await connection.run(`COPY (${sql}) TO '${path}' (FORMAT parquet${options})`);
    connection.closeSync();
    instance.closeSync();
    for (const name of Object.keys(files)) rmSync(join(folder, name));
    return path;
  }

  it('reads a column of bytes', async () => {
    const path = await parquet(
      `SELECT $a.png AS picture, 'x' AS label, 1.5 AS weight UNION ALL SELECT $b.webp, 'y', 2`,
      {
        'a.png': red,
        'b.webp': blue,
      },
    );
    expect(await imageSourceOf(path)).toBe('parquet');
    const table = await readImages(path);
    expect(rowsOf(table)).toEqual(['data.parquet#0 x', 'data.parquet#1 y']);
    expect(cells(table, 'weight')).toEqual([1.5, 2]);
    expect([0, 1].map((row) => pixelsOf(table, row)[0])).toEqual([200, 30]);
    expect(table.notes).toEqual(['The images are those of column "picture".']);
  });

  it("reads Hugging Face's struct, and the names of its classes", async () => {
    const features = JSON.stringify({ info: { features: { label: { names: ['cat', 'dog'], _type: 'ClassLabel' } } } });
    const path = await parquet(
      `SELECT {'bytes': $a.png, 'path': 'one.png'} AS image, 1 AS label UNION ALL SELECT {'bytes': $b.webp, 'path': 'two.webp'}, -1`,
      { 'a.png': red, 'b.webp': blue },
      `, KV_METADATA {huggingface: '${features}'}`,
    );
    expect(rowsOf(await readImages(path))).toEqual(['one.png dog', 'two.webp null']);
  });

  it('names bad cells', async () => {
    const path = await parquet(
      `SELECT $a.png AS image, 'x' AS label UNION ALL SELECT NULL, 'x' UNION ALL SELECT 'no'::BLOB, 'y' UNION ALL SELECT $b.webp, 'y'`,
      { 'a.png': red, 'b.webp': blue },
    );
    await expect(readImages(path)).rejects.toThrow(
      /2 of 4 images of .* cannot be used:\n {2}1 empty \(0 bytes\): data\.parquet#1\n {2}1 no images: data\.parquet#2\n/,
    );
    expect(rowsOf(await readImages(path, { skipBad: true }))).toEqual(['data.parquet#0 x', 'data.parquet#3 y']);
  });

  it('reads many row groups, and images longer than a head', async () => {
    const large = encode('png', 300, 300, (x, y) => [
      (x * x * 7 + y * 31) % 256,
      (x * y * 13) % 256,
      (x * 3 + y * y * 5) % 256,
    ]);
    expect(large.length).toBeGreaterThan(140_000);
    const path = await parquet(
      `SELECT CASE WHEN range % 50 = 7 THEN $large ELSE $small END AS image, range % 3 AS label FROM range(5000)`,
      { large, small: greyPng(8, 8) },
      ', ROW_GROUP_SIZE 2048',
    );
    const table = await readImages(path, { size: { height: 8, width: 8 }, channels: 1 });
    expect(table.rows).toBe(5000);
    expect(pixelsOf(table, 4999)).toEqual(Array(64).fill(100));
    expect(pixelsOf(table, 57)).not.toEqual(Array(64).fill(100));
    expect(cells(table, 'label').slice(4995)).toEqual([0, 1, 2, 0, 1]);
  });

  it('is a table where no column holds images', async () => {
    const path = await parquet(`SELECT 'bytes'::BLOB AS a, 1 AS b`, {});
    expect(await imageSourceOf(path)).toBeNull();
  });
});
