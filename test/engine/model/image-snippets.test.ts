// What the model card shows for images runs as it stands, and says what fettle says of the same files.

import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeStoredPng } from '../../../src/data/images/encode.node.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { nodeSnippet, pythonSnippet } from '../../../src/model/card-snippets.ts';
import { type InputForm, pixelLayouts, pixelTypes } from '../../../src/model/image-input.ts';
import { modelPredictions, openModel, predictedLabels } from '../../../src/model/predict.ts';
import { readModelImages } from '../../../src/model/read-images.node.ts';
import { withInput } from '../../../src/model/with-input.ts';
import { imagePlan, imageTable } from './image-table.ts';
import { exportTrained, largestDifference, trainOn } from './mixed-table.ts';
import { missingFromPython, runPython } from './python.ts';

const runtime = createOnnxRuntime();
const shapes = { grey: { channels: 1, height: 9, width: 8 }, RGB: { channels: 3, height: 8, width: 10 } } as const;
const forms = pixelTypes.flatMap((type) => pixelLayouts.map((layout): InputForm => ({ type, layout })));
const cases = (['grey', 'RGB'] as const).flatMap((order) =>
  forms.map((form) => [order, form.type, form.layout] as const),
);
const models = new Map<string, Uint8Array>();
let folder = '';

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-snippets-'));
  await symlink(resolve(import.meta.dirname, '../../../node_modules'), join(folder, 'node_modules'), 'junction');
  for (const [order, shape] of Object.entries(shapes)) {
    const trained = await trainOn(runtime, imagePlan('three', shape), imageTable(60, 'three', shape, 1), 'label', [1]);
    models.set(order, exportTrained(trained).bytes);
    await trained.release();
  }
});
afterAll(() => rm(folder, { recursive: true }));

/** The model in a form, written to model.onnx, and what it says of images. */
async function prepare(order: keyof typeof shapes, form: InputForm) {
  const bytes = withInput(models.get(order) ?? new Uint8Array(), form);
  await writeFile(join(folder, 'model.onnx'), bytes);
  const model = await openModel(bytes, runtime);
  const table = imageTable(20, 'three', shapes[order], 7);
  const predictions = await modelPredictions(model, table);
  await model.release();
  return { metadata: model.metadata, table, predictions, labels: predictedLabels(predictions, ['cat', 'dog', 'elk']) };
}

/** The first numbers in a printed text, which are its probabilities. */
const numbersIn = (text: string): number[] => (text.match(/\d\.\d+(e-\d+)?/g) ?? []).slice(0, 3).map(Number);

describe('the Node program of a model card', () => {
  it.each(cases)('predicts the pixels of a canvas: %s %s %s', async (order, type, layout) => {
    const { metadata } = await prepare(order, { type, layout });
    const { channels, height, width } = shapes[order];
    const program = nodeSnippet(metadata);
    // The program shows a white image; here it gets one with a gradient in each channel.
    const draw =
      'Uint8ClampedArray.from({ length: 4 * height * width }, (_, i) => (i % 4 === 3 ? 255 : (7 * i) % 256))';
    const other = program.replace('new Uint8ClampedArray(4 * height * width).fill(255)', draw);
    expect(other).not.toBe(program);
    for (const [text, rgba] of [
      [program, () => 255],
      [other, (i: number) => (7 * i) % 256],
    ] as const) {
      await writeFile(join(folder, 'program.mjs'), text);
      const shown = execFileSync(process.execPath, ['program.mjs'], { cwd: folder, encoding: 'utf8' });
      const pixels = Uint8Array.from({ length: channels * height * width }, (_, i) => {
        const [channel, pixel] = [Math.floor(i / (height * width)), i % (height * width)];
        const [r, g, b] = [rgba(4 * pixel), rgba(4 * pixel + 1), rgba(4 * pixel + 2)];
        return channels === 1 ? Math.round(0.299 * r + 0.587 * g + 0.114 * b) : rgba(4 * pixel + channel);
      });
      const table = { rows: 1, columns: [], images: { channels, height, width, pixels }, notes: [] };
      const model = await openModel(models.get(order) ?? new Uint8Array(), runtime);
      const { values } = await modelPredictions(model, table);
      await model.release();
      expect(largestDifference(numbersIn(shown), values)).toBeLessThan(1e-5);
    }
  });
});

const missing = missingFromPython('numpy', 'onnxruntime', 'PIL');

/** Feeds bytes [N, C, H, W] to a model in its own form and prints what it gives. */
const program = `
import json, sys
import numpy as np
import onnxruntime
type, layout, channels, height, width = sys.argv[1], sys.argv[2], *map(int, sys.argv[3:])
pixels = np.fromfile("pixels.bin", dtype=np.uint8).reshape(-1, channels, height, width)
if layout == "nhwc": pixels = pixels.transpose(0, 2, 3, 1)
if type == "float32": pixels = pixels.astype(np.float32) / np.float32(255)
session = onnxruntime.InferenceSession("model.onnx", providers=["CPUExecutionProvider"])
probabilities, labels = session.run(["probabilities", "label"], {"image": pixels})
print(json.dumps({"probabilities": probabilities.flatten().tolist(), "labels": labels.tolist()}))
`;

describe.skipIf(missing !== '')(`Python's onnxruntime${missing}`, () => {
  it.each(cases)('agrees on images and on the program of the card: %s %s %s', async (order, type, layout) => {
    const { metadata, table, predictions, labels } = await prepare(order, { type, layout });
    const { images } = table;
    if (images === null) throw new Error('a table of images has images');
    const { channels, height, width, pixels } = images;
    await writeFile(join(folder, 'pixels.bin'), pixels);
    await writeFile(join(folder, 'predict.py'), program);
    const args = ['predict.py', type, layout, channels, height, width].map(String);
    const found = JSON.parse(runPython(args, folder)) as { probabilities: number[]; labels: string[] };
    expect(largestDifference(found.probabilities, predictions.values)).toBeLessThan(1e-5);
    expect(found.labels).toEqual(labels);

    await writeFile(
      join(folder, 'image.png'),
      await encodeStoredPng(pixels.subarray(0, channels * height * width), images),
    );
    await writeFile(join(folder, 'snippet.py'), pythonSnippet(metadata));
    const shown = runPython(['snippet.py'], folder);
    expect(largestDifference(numbersIn(shown), predictions.values.subarray(0, 3))).toBeLessThan(1e-5);
    expect(shown).toContain(`array(['${labels[0]}']`);
  });

  it.each(['grey', 'RGB'] as const)(
    'brings files of another size to that of the model as fettle does: %s',
    async (order) => {
      const { metadata } = await prepare(order, { type: 'uint8', layout: 'nchw' });
      const large = imageTable(1, 'three', { channels: 3, height: 37, width: 50 }, 8).images;
      if (large === null || metadata.image === null) throw new Error('a table of images has images');
      const path = join(folder, 'image.png');
      await writeFile(path, await encodeStoredPng(large.pixels, large));
      await writeFile(join(folder, 'snippet.py'), pythonSnippet(metadata));
      const model = await openModel(models.get(order) ?? new Uint8Array(), runtime);
      const { values } = await modelPredictions(model, await readModelImages(metadata.image, [path]));
      await model.release();
      expect(largestDifference(numbersIn(runPython(['snippet.py'], folder)), values)).toBeLessThan(0.01);
    },
  );
});
