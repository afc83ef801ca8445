// Whether the memory of a training stays flat: a small convolutional network with every augmentation, in one process.
// In: options. Out: the resident memory as it went, its slope after the warm-up, and results/memory-steps.json.

import { fitLine } from '../../src/base/statistics.ts';
import { batchCount, epochOrder, fillBatch } from '../../src/data/batches.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { defaultImagePlan } from '../../src/plan/defaults.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { createTrainer } from '../../src/training/trainer.ts';
import { peakMb, residentMb } from '../lib/child.ts';
import { machine } from '../lib/machine.ts';
import { count, readOptions } from '../lib/options.ts';
import { note, printTable, writeResults } from '../lib/output.ts';
import { randomData } from './random-data.ts';

const { options } = readOptions({ steps: '10000', every: '500', 'warm-up': '2000' });
const [steps, every, warmUp] = [
  count(options.steps, 'steps'),
  count(options.every, 'every'),
  count(options['warm-up'], 'warm-up'),
];
const shape = [3, 16, 16] as const;
const batchSize = 32;

function planOf(): Plan {
  const [channels, height, width] = shape;
  const plan = defaultImagePlan({
    task: 'classification',
    minimizesError: true,
    seed: 0,
    image: { channels, height, width },
  });
  return {
    ...plan,
    network: { ...plan.network, stages: [[16], [32]] },
    regularization: {
      ...plan.regularization,
      dropout: { rate: 0.2, fade: 'constant' },
      augmentation: {
        ...{ noise: 0, horizontalFlip: true, verticalFlip: true, shift: 0.1, rotation: 15, scale: 0.1 },
        ...{ color: 0.2, cutout: 0.3, mixup: 0.2, cutmix: 1 },
      },
    },
    training: { ...plan.training, batchSize },
  };
}

const where = machine();
const data = randomData(1024, shape);
const trainer = await createTrainer(createOnnxRuntime(), planOf(), data);
const rows = new Uint32Array(batchSize);
const batches = batchCount(data.rows, batchSize);
const points: { step: number; residentMb: number }[] = [];
let order = epochOrder(0, 0, data.rows);
const begun = performance.now();
for (let step = 1; step <= steps; step++) {
  fillBatch(order, (step - 1) % batches, rows);
  await trainer.step({ step, rows, learningRate: 1e-4, l2: 0.01, l1: 0, dropout: 0.2, noise: 0 });
  if (step % batches === 0) order = epochOrder(0, step / batches, data.rows);
  if (step % every !== 0) continue;
  await trainer.predict(data);
  points.push({ step, residentMb: residentMb() });
  note(`step ${step}: ${residentMb().toFixed(1)} MB`);
}
const seconds = (performance.now() - begun) / 1000;
await trainer.release();
const warm = points.filter(({ step }) => step > warmUp);
const { slope } = fitLine(
  warm.map(({ step }) => step),
  warm.map((point) => point.residentMb * 2 ** 20),
  0.95,
);
printTable(
  ['steps', 's', 'peak, MB', 'first, MB', 'last, MB', 'slope, bytes per step (95 %)'],
  [
    [
      String(steps),
      seconds.toFixed(0),
      peakMb().toFixed(0),
      warm[0]?.residentMb.toFixed(1) ?? '',
      warm.at(-1)?.residentMb.toFixed(1) ?? '',
      `${slope.value.toFixed(0)} (${slope.low.toFixed(0)} to ${slope.high.toFixed(0)})`,
    ],
  ],
);
writeResults('memory-steps', { machine: where, options, shape, batchSize, seconds, points, bytesPerStep: slope });
