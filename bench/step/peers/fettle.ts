// fettle's own trainer: gathering the batch, forward, backward, optimizer with its health statistics, and once an
// epoch the reading of those. With a second argument `plain` they are not read (see ../../overhead).

import { batchCount, epochOrder, fillBatch } from '../../../src/data/batches.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { createMemory } from '../../../src/training/memory.ts';
import { createOptimizer } from '../../../src/training/optimizer.ts';
import { createTrainer, type Trainer } from '../../../src/training/trainer.ts';
import { versions } from '../../../src/tuning/versions.node.ts';
import { serve, timed } from '../../lib/serve.ts';
import { batchSize, learningRate, readDims, rows } from '../setting.ts';

const dims = readDims();
const plain = process.argv[3] === 'plain';

function randomData(): Dataset {
  return {
    task: 'classification',
    rows,
    width: dims.input,
    numeric: Float32Array.from({ length: rows * dims.input }, () => 2 * Math.random() - 1),
    cardinalities: [],
    images: null,
    categories: new Int32Array(0),
    continuous: Array.from({ length: dims.input }, () => true),
    target: Int32Array.from({ length: rows }, (_, i) => i % dims.output),
    classes: Array.from({ length: dims.output }, (_, i) => String(i)),
    targetMean: 0,
    targetDeviation: 1,
  };
}

function planOf(): Plan {
  const plan = defaultPlan({ task: 'classification', minimizesError: false, seed: 0 });
  return {
    ...plan,
    network: { ...plan.network, hidden: dims.hidden, activation: 'relu', initializer: 'he-normal', inputScale: false },
    optimizer: { kind: 'adam', learningRate, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    training: { ...plan.training, batchSize },
  };
}

/** Steps through the data, epoch after epoch, as a training does. */
function createSteps(trainer: Trainer) {
  const batches = batchCount(rows, batchSize);
  const batch = new Uint32Array(batchSize);
  let order = epochOrder(0, 0, rows);
  let step = 0;
  let loss = 0;
  const next = async (): Promise<void> => {
    fillBatch(order, step % batches, batch);
    step++;
    loss = await trainer.step({ step, rows: batch, learningRate, l2: 0, l1: 0, dropout: 0, noise: 0 });
    if (step % batches > 0) return;
    order = epochOrder(0, step / batches, rows);
    if (plain) return;
    trainer.optimizer.statistics();
    trainer.optimizer.reset();
  };
  return { next, loss: () => loss };
}

/** The optimizer of the trainer, on gradients of its own. */
function optimizerAlone({ layout }: Trainer, plan: Plan, data: Dataset) {
  const memory = createMemory(plan, layout, [], batchSize, data);
  memory.float32('gradients').fill(1e-3);
  const slots = layout.parameters.map(({ slot }) => slot);
  return createOptimizer(plan.optimizer, memory, slots, plan.training);
}

const [plan, data] = [planOf(), randomData()];
const trainer = await createTrainer(createOnnxRuntime({ threads: 1 }), plan, data);
const optimizer = optimizerAlone(trainer, plan, data);
const steps = createSteps(trainer);
await timed(50, steps.next);
const { fettle, node, 'onnxruntime-node': onnxruntime } = versions();
let pass = 1000;
await serve(
  { fettle, node, onnxruntime, batch: `gathered from ${rows} rows` },
  {
    step: async ({ count }) => ({ ms: await timed(count, steps.next), loss: steps.loss() }),
    // The optimizer alone.
    pass: async ({ count }) => {
      const start = performance.now();
      for (let i = 0; i < count; i++) optimizer.step(++pass, { learningRate, l2: 0, l1: 0 });
      return { ms: performance.now() - start };
    },
    // What an evaluation adds: the zeros are counted, the means are read and started again.
    statistics: async ({ count }) => {
      const start = performance.now();
      for (let i = 0; i < count; i++) trainer.optimizer.statistics();
      return { ms: performance.now() - start };
    },
  },
);
await trainer.release();
