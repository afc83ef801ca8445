// fettle's batches of images as its trainer makes them, and the trainer's own steps on such images without augmentation:
// with the default plan's network, and with a LeNet. usage: fettle.ts SHAPE

import type { Dataset } from '../../src/data/dataset.ts';
import { sharedUint8 } from '../../src/data/table.ts';
import { createArena } from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { defaultImagePlan } from '../../src/plan/defaults.ts';
import { createImageBatcher, imageRegions } from '../../src/training/images/image-batch.ts';
import { createTrainer, type Trainer } from '../../src/training/trainer.ts';
import { versions } from '../../src/tuning/versions.node.ts';
import { type Request, serve, timed } from '../lib/serve.ts';
import { augmentations, shapes } from './setting.ts';

const [batchSize, channels, height, width] = shapes[process.argv[2] ?? ''] ?? [64, 3, 32, 32];
const rows = 4096;

function randomImages(): Dataset {
  const pixels = sharedUint8(rows * channels * height * width);
  for (let i = 0; i < pixels.length; i++) pixels[i] = Math.random() * 256;
  return {
    task: 'classification',
    rows,
    width: 0,
    numeric: new Float32Array(0),
    cardinalities: [],
    categories: new Int32Array(0),
    images: {
      ...{ channels, height, width, pixels },
      index: Uint32Array.from({ length: rows }, (_, i) => i),
      center: new Array(channels).fill(127.5),
      factor: new Array(channels).fill(1 / 74),
    },
    continuous: [],
    target: Int32Array.from({ length: rows }, (_, i) => i % 10),
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    targetMean: 0,
    targetDeviation: 1,
  };
}

const data = randomImages();
const { images } = data;
if (images === null) throw new Error('There are no images.');
const batch = new Uint32Array(batchSize);
let step = 0;
const nextRows = (): Uint32Array => {
  for (let i = 0; i < batchSize; i++) batch[i] = Math.random() * rows;
  step++;
  return batch;
};

const batchers = new Map(
  Object.entries(augmentations).map(([name, plan]) => {
    const arena = createArena(imageRegions(images, plan, batchSize));
    return [name, createImageBatcher({ arena, images, plan, batchSize, seed: 0 })];
  }),
);
const plan = defaultImagePlan({
  task: 'classification',
  minimizesError: true,
  seed: 0,
  image: { channels, height, width },
});
const { network } = plan;
const training = { ...plan.training, batchSize };
const runtime = createOnnxRuntime({ threads: 1 });
const trainer = await createTrainer(runtime, { ...plan, training }, data);
// LeNet-5 (LeCun et al., 1998) in the plan's words: few networks for images are smaller.
const leNet = {
  ...network,
  stages: [[6], [16]],
  kernel: 5,
  stem: 1,
  hidden: [120, 84],
  normalization: 'none',
} as const;
const small = await createTrainer(runtime, { ...plan, training, network: leNet }, data);
const learningRate = 1e-4;
const stepOf = (one: Trainer) => (): Promise<number> =>
  one.step({ step, rows: nextRows(), learningRate, l2: 0, l1: 0, dropout: 0, noise: 0 });

await timed(5, stepOf(trainer));
await timed(5, stepOf(small));
for (const { fill } of batchers.values()) await timed(50, () => fill(step, nextRows()));
const { fettle, node, 'onnxruntime-node': onnxruntime } = versions();
await serve(
  { fettle, node, onnxruntime },
  {
    fill: async ({ count, ...request }: Request & { readonly augmentation?: string }) => {
      const batcher = batchers.get(request.augmentation ?? '');
      if (batcher === undefined) throw new Error(`Expected an augmentation, received "${request.augmentation}".`);
      const start = performance.now();
      for (let i = 0; i < count; i++) batcher.fill(step, nextRows());
      return { ms: performance.now() - start };
    },
    step: async ({ count }) => ({ ms: await timed(count, stepOf(trainer)) }),
    small: async ({ count }) => ({ ms: await timed(count, stepOf(small)) }),
  },
);
await trainer.release();
await small.release();
