import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ImageShape, Table } from '../../../src/data/table.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { type InputForm, pixelLayouts, pixelTypes } from '../../../src/model/image-input.ts';
import { readMetadata } from '../../../src/model/metadata.ts';
import { modelPredictions, openModel, predictTable } from '../../../src/model/predict.ts';
import { withInput } from '../../../src/model/with-input.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { densePlan, imagePlan, imageTable, type LabelKind } from './image-table.ts';
import { exportTrained, largestDifference, mixedTable, smallPlan, trainOn, trainSmall } from './mixed-table.ts';

const runtime = createOnnxRuntime();
const grey: ImageShape = { channels: 1, height: 9, width: 8 };
const color: ImageShape = { channels: 3, height: 8, width: 10 };

const forms: readonly InputForm[] = pixelTypes.flatMap((type) => pixelLayouts.map((layout) => ({ type, layout })));

/** The bytes of a model that was trained on a few images. */
async function trainedBytes(plan: Plan, label: LabelKind, shape: ImageShape): Promise<Uint8Array> {
  const trained = await trainOn(runtime, plan, imageTable(60, label, shape, 1), 'label', [1]);
  const { bytes } = exportTrained(trained);
  await trained.release();
  return bytes;
}

async function predictionsOf(bytes: Uint8Array, table: Table, rowsPerCall?: number): Promise<Float32Array> {
  const model = await openModel(bytes, runtime);
  const { values } = await modelPredictions(model, table, rowsPerCall === undefined ? {} : { rowsPerCall });
  await model.release();
  return values;
}

/** The text of the error that the action ends with. */
async function errorOf(action: () => unknown): Promise<string> {
  try {
    await action();
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
  throw new Error('expected an error');
}

const cases: readonly [string, LabelKind, ImageShape, Plan, number][] = [
  ['a convolutional network, grey', 'three', grey, imagePlan('three', grey), 1],
  ['a convolutional network, in colour', 'three', color, imagePlan('three', color), 1],
  ['three of them, averaged', 'three', color, imagePlan('three', color, { normalization: 'none' }), 3],
  ['a residual network for a number', 'number', color, imagePlan('number', color, { block: 'residual' }), 1],
  ['a separable network', 'two', grey, imagePlan('two', grey, { block: 'separable', squeezeExcitation: true }), 2],
  ['dense layers', 'three', color, densePlan('three', color), 1],
  [
    'dense members for a number',
    'number',
    grey,
    densePlan('number', grey, { members: { count: 3, sharing: 'rank-one' } }),
    2,
  ],
  ['no hidden layers', 'two', color, densePlan('two', color, { hidden: [] }), 1],
];

describe('an exported model of images', () => {
  it.each(cases)('predicts from bytes as the trainer does: %s', async (_name, label, shape, plan, count) => {
    const seeds = Array.from({ length: count }, (_, i) => i + 1);
    const trained = await trainOn(runtime, plan, imageTable(60, label, shape, 1), 'label', seeds);
    const { bytes } = exportTrained(trained);
    const table = imageTable(130, label, shape, 2);
    const wanted = await trained.predict(table);
    await trained.release();
    expect(largestDifference(await predictionsOf(bytes, table), wanted)).toBeLessThan(1e-5);
    for (const form of forms) {
      const found = await predictionsOf(withInput(bytes, form), table, 50);
      expect(largestDifference(found, wanted)).toBeLessThan(1e-5);
    }
    // The checks above would pass if the network said the same of every image.
    expect(new Set(wanted).size).toBeGreaterThan(100);
  });

  it('predicts as the trainer does, whatever the images and the network', async () => {
    const shape = fc.record({
      channels: fc.constantFrom(1, 3),
      height: fc.integer({ min: 4, max: 14 }),
      width: fc.integer({ min: 4, max: 14 }),
    });
    const cnn = fc.record({
      stages: fc.array(fc.array(fc.integer({ min: 1, max: 7 }), { minLength: 1, maxLength: 2 }), {
        minLength: 1,
        maxLength: 2,
      }),
      block: fc.constantFrom('plain' as const, 'residual' as const, 'separable' as const),
      kernel: fc.constantFrom(3 as const, 5 as const),
      stem: fc.constantFrom(1 as const, 2 as const),
      squeezeExcitation: fc.boolean(),
      hidden: fc.array(fc.integer({ min: 1, max: 9 }), { maxLength: 1 }),
      activation: fc.constantFrom('relu' as const, 'gelu' as const, 'selu' as const),
      normalization: fc.constantFrom('none' as const, 'batch' as const),
    });
    const scaling = fc.record({
      center: fc.constantFrom('none' as const, 'mean' as const),
      scale: fc.constantFrom('none' as const, 'standard-deviation' as const),
    });
    const form = fc.record({ type: fc.constantFrom(...pixelTypes), layout: fc.constantFrom(...pixelLayouts) });
    const label = fc.constantFrom<LabelKind>('two', 'three', 'number');
    const rows = fc.integer({ min: 1, max: 70 });
    await fc.assert(
      fc.asyncProperty(
        shape,
        fc.option(cnn),
        scaling,
        form,
        label,
        rows,
        async (image, network, steps, to, kind, n) => {
          const base = network === null ? densePlan(kind, image) : imagePlan(kind, image, network);
          const plan = { ...base, preprocessing: { ...base.preprocessing, ...steps } };
          const trained = await trainOn(runtime, plan, imageTable(24, kind, image, 3), 'label', [1]);
          const { bytes } = exportTrained(trained);
          const table = imageTable(n, kind, image, 4);
          const wanted = await trained.predict(table);
          await trained.release();
          expect(largestDifference(await predictionsOf(bytes, table), wanted)).toBeLessThan(1e-5);
          expect(largestDifference(await predictionsOf(withInput(bytes, to), table), wanted)).toBeLessThan(2e-5);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('says what its input takes', async () => {
    const bytes = await trainedBytes(imagePlan('three', color), 'three', color);
    const { image, classes, columns, preprocessing } = readMetadata(bytes);
    expect(image).toEqual({
      name: 'image',
      type: 'uint8',
      layout: 'nchw',
      ...color,
      channelOrder: 'RGB',
      range: [0, 255],
      preparation:
        'turned as EXIF says, fitted by the shorter side (bilinear, over all pixels under each new one), cut at the centre, ' +
        'transparency on white, 16 bits as 8; grey as three equal channels',
    });
    expect({ classes, columns, images: preprocessing.images?.center.length }).toEqual({
      classes: ['cat', 'dog', 'elk'],
      columns: [],
      images: 3,
    });
    const model = await openModel(bytes, runtime);
    expect([model.session.inputs, model.session.outputs]).toEqual([['image'], ['probabilities', 'label']]);
    await model.release();
  });

  it('gives the class of each image', async () => {
    const bytes = await trainedBytes(imagePlan('three', grey), 'three', grey);
    const model = await openModel(bytes, runtime);
    const { columns } = await predictTable(model, imageTable(5, 'three', grey, 6));
    expect(columns.map(({ name }) => name)).toEqual([
      'path',
      'prediction',
      'probability_cat',
      'probability_dog',
      'probability_elk',
    ]);
    const { columns: one } = await predictTable(model, imageTable(5, 'three', grey, 6), { rows: Uint32Array.of(4) });
    expect(one[0]?.values).toEqual(['dog/4.png']);
    expect(one[1]?.values).toEqual([columns[1]?.values[4]]);
    await model.release();
  });

  it('refuses a table, images of another size, and no images', async () => {
    const model = await openModel(await trainedBytes(imagePlan('two', grey), 'two', grey), runtime);
    expect(await errorOf(() => predictTable(model, mixedTable(20, 'two', 1)))).toBe(
      'The model was trained on images of 8 x 9 pixels (width x height), grey, but received a table with the columns age, income, yearly, member, sure, home, size, .... Give images.',
    );
    expect(await errorOf(() => predictTable(model, imageTable(3, 'two', color, 1)))).toBe(
      "The model was trained on images of 8 x 9 pixels (width x height), grey, but received images of 10 x 8 pixels (width x height), RGB. Read them at the model's size.",
    );
    expect(await errorOf(() => predictTable(model, imageTable(0, 'two', grey, 1)))).toBe(
      'There are no images to predict. Expected at least one.',
    );
    await model.release();
  });
});

describe('a model of a table', () => {
  it('refuses images, and another form of them', async () => {
    const trained = await trainSmall(runtime, smallPlan('two'), 'two');
    const { bytes } = exportTrained(trained);
    await trained.release();
    const model = await openModel(bytes, runtime);
    expect(await errorOf(() => predictTable(model, imageTable(20, 'two', grey, 1)))).toBe(
      'The model was trained on a table with the columns age, income, yearly, member, sure, home, size, ..., but received images. Give a table.',
    );
    await model.release();
    expect(await errorOf(() => withInput(bytes, { type: 'float32' }, 'm.onnx'))).toBe(
      'm.onnx was trained on a table: its inputs are the columns, and there is no type or layout to choose. Leave out --input and --layout.',
    );
  });
});

describe('withInput', () => {
  it('goes from any form to any other and back', async () => {
    const bytes = await trainedBytes(imagePlan('three', color), 'three', color);
    for (const from of forms) {
      const first = withInput(bytes, from);
      expect(readMetadata(first).image).toMatchObject({ ...from, range: from.type === 'uint8' ? [0, 255] : [0, 1] });
      for (const to of forms) expect(withInput(withInput(first, to), from)).toEqual(first);
      expect(withInput(first, { type: 'uint8', layout: 'nchw' })).toEqual(bytes);
    }
  });

  it('keeps what is left out', async () => {
    const bytes = withInput(await trainedBytes(imagePlan('two', color), 'two', color), { layout: 'nhwc' });
    expect(readMetadata(bytes).image).toMatchObject({ type: 'uint8', layout: 'nhwc' });
    expect(readMetadata(withInput(bytes, { type: 'float32' })).image).toMatchObject({
      type: 'float32',
      layout: 'nhwc',
    });
    expect(withInput(bytes, {})).toEqual(bytes);
  });

  it('does not round numbers between two bytes', async () => {
    const bytes = withInput(await trainedBytes(imagePlan('two', grey), 'two', grey), { type: 'float32' });
    const model = await openModel(bytes, runtime);
    const at = async (pixel: number) => {
      const pixels = new Float32Array(72).fill(pixel / 255);
      const results = await model.session.run({ image: runtime.tensor('float32', pixels, [1, 1, 9, 8]) });
      return Number(results.probabilities?.data[0]);
    };
    const [low, middle, high] = [await at(100), await at(100.5), await at(101)];
    expect(Math.min(low, high)).toBeLessThan(middle);
    expect(middle).toBeLessThan(Math.max(low, high));
    await model.release();
  });
});
