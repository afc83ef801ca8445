import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { encodeStoredPng } from '../../../src/data/images/encode.node.ts';
import { defaultImagePlan } from '../../../src/plan/defaults.ts';
import { printPlan } from '../../../src/plan/plan.ts';
import { fettle } from './run-cli.ts';

const shape = { channels: 3, height: 8, width: 8 };
let folder = '';
let data = '';

/** Two classes of six images; the names need escaping. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-augment-'));
  data = join(folder, 'images');
  const random = createRandom('augment');
  for (const name of ['big & bold', "it's"]) {
    await mkdir(join(data, name), { recursive: true });
    for (let i = 0; i < 6; i++) {
      const pixels = Uint8Array.from({ length: 192 }, () => random.below(256));
      await writeFile(join(data, name, `${i}.png`), await encodeStoredPng(pixels, shape));
    }
  }
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const out = (name: string): string => join(folder, name);
const read = (name: string): Promise<string> => readFile(out(name), 'utf8');
const imagesOf = (html: string): readonly string[] => [...html.matchAll(/src="([^"]*)"/g)].map(([, uri = '']) => uri);

async function pixelsOf(uri: string): Promise<Uint8Array> {
  return new Transformer(Buffer.from(uri.replace('data:image/png;base64,', ''), 'base64')).rawPixels();
}

describe.concurrent('fettle augment', () => {
  it('shows each augmentation alone and all together, on one page without scripts', async () => {
    const { code, stdout, stderr } = await fettle(['augment', data, '--out', out('all.html')]);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain(`10 groups of 4 out of 12 images in ${out('all.html')}\n`);
    const html = await read('all.html');
    const titles = [...html.matchAll(/<h2[^>]*>([^<]*)</g)].map(([, title]) => title);
    expect(titles).toEqual([
      ...['Horizontal flips', 'Vertical flips', 'Shifts', 'Rotations', 'Scales', 'Colors', 'Cutout', 'Mixup', 'Cutmix'],
      ...['All together', 'How to repeat it'],
    ]);
    expect(html).toContain('12 color images of 2 classes, 8 x 8 pixels.');
    expect(html).toContain('up to 12.5 % of their sides: 1 pixel to the left or right and 1 up or down.');
    expect(html).toContain('<th scope="row">big &amp; bold</th>');
    expect(html).toContain('<th scope="row">it&#39;s</th>');
    expect(html).not.toMatch(/<script|<link|https?:/);
    expect(imagesOf(html).length).toBe(10 * 4 * 9);
    // Both classes are there before a second image of either.
    const labels = [...html.matchAll(/<th scope="row">([^<]*)</g)].map(([, label]) => label);
    expect(labels.slice(0, 4)).toEqual(['big &amp; bold', 'it&#39;s', 'big &amp; bold', 'it&#39;s']);
  });

  it('shows flips as flips, beside the image as it is', async () => {
    await fettle(['augment', data, '--rows', '1', '--variants', '12', '--out', out('flips.html')]);
    const images = imagesOf(await read('flips.html')).slice(0, 13);
    const [original, ...variants] = await Promise.all(images.map(pixelsOf));
    if (original === undefined) throw new Error('no image');
    const channels = original.length / 64;
    const mirrored = original.map((_, i) => {
      const [pixel, c] = [Math.floor(i / channels), i % channels];
      return original[(pixel - (pixel % 8) + 7 - (pixel % 8)) * channels + c] as number;
    });
    const kinds = variants.map((x) => (Buffer.from(x).equals(Buffer.from(original)) ? 'as it is' : 'mirrored'));
    expect(new Set(kinds)).toEqual(new Set(['as it is', 'mirrored']));
    for (const variant of variants) {
      const isOriginal = Buffer.from(variant).equals(Buffer.from(original));
      expect(Buffer.from(variant)).toEqual(Buffer.from(isOriginal ? original : mirrored));
    }
  });

  it('shows what a plan does, with the shares of a mixture, and the same again', async () => {
    const plan = defaultImagePlan({ task: 'classification', minimizesError: true, seed: 3, image: shape });
    const { regularization } = plan;
    const augmentation = { ...regularization.augmentation, rotation: 20, cutmix: 1 };
    await writeFile(out('plan.json'), printPlan({ ...plan, regularization: { ...regularization, augmentation } }));
    const sheet = async (name: string, seed: readonly string[]): Promise<string> => {
      const { code } = await fettle(['augment', data, '--plan', out('plan.json'), '--out', out(name), ...seed]);
      expect(code).toBe(0);
      return read(name);
    };
    const html = await sheet('plan.html', []);
    expect(html).toContain('<h2 id="group-1">Rotations and cutmix</h2>');
    expect(html).toContain(
      'Images turn by up to 20 degrees to either side. A rectangle of each image comes from another',
    );
    expect(html.match(/>\d+\u00a0% its\u00a0own</g)?.length).toBe(8);
    expect(imagesOf(html).length).toBe(12 * 9);
    expect(imagesOf(await sheet('again.html', ['--seed', '3']))).toEqual(imagesOf(html));
    expect(imagesOf(await sheet('other.html', ['--seed', '4']))).not.toEqual(imagesOf(html));
  });

  it('draws a picture where a picture is asked for, and says what its rows are', async () => {
    const args = ['--rows', '2', '--variants', '3', '--out', out('sheet.png')];
    const { code, stdout } = await fettle(['augment', data, ...args]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^rows 1 - 2 {4}Horizontal flips\nrows 3 - 4 {4}Vertical flips\n/m);
    expect(stdout).toMatch(/rows 19 - 20 {2}All together\n/);
    const { width, height } = await new Transformer(await readFile(out('sheet.png'))).metadata();
    // Images of 8 pixels are drawn at 64; gaps of 2, and 12 around and between groups.
    expect([width, height]).toEqual([12 + 4 * 66 + 12 + 12, 12 + 20 * 66 + 10 * 12]);
  });

  it('refuses what it cannot show, and says what is expected', async () => {
    const table = out('table.csv');
    await writeFile(table, `a,label\n${Array.from({ length: 20 }, (_, i) => `${i},${i % 2}`).join('\n')}\n`);
    const { code, stderr, stdout } = await fettle(['augment', table, '--out', out('none.html')]);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toBe(
      `error: ${table} is a table of columns, but images are expected: a folder with one folder per class, a CSV file of paths and labels, IDX, CIFAR, or Parquet. For tables the augmentation is \`noise\`, which has nothing to show.\n`,
    );
    const ending = await fettle(['augment', data, '--out', out('sheet.jpg')]);
    expect(ending.code).toBe(2);
    expect(ending.stderr).toBe(`error: Expected --out to end in .html or .png, received "${out('sheet.jpg')}".\n`);
    const rows = await fettle(['augment', data, '--rows', '0']);
    expect(rows.stderr).toContain('Expected a whole number from 1 to 200, received "0".');
    const missing = await fettle(['augment', join(folder, 'nothing'), '--out', out('none.html')]);
    expect(missing.code).toBe(2);
    expect(missing.stderr).toContain('nothing');
    const nowhere = await fettle(['augment', data, '--out', join(folder, 'no', 'sheet.html')]);
    expect(nowhere.code).toBe(2);
    expect(nowhere.stderr).toContain('the folder is not there (any more)');
  });
});
