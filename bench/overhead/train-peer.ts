// Whole trainings of fettle with all that it writes down about them, or, with the argument `plain`, without; and the
// parts of that alone.

import { removeStatistics } from './without.ts';

const [, , network = '', mode = ''] = process.argv;
if (mode === 'plain') await removeStatistics();
// Imported only now, so that they find what was put in place.
const { createOnnxRuntime } = await import('../../src/engine/runtime/onnx.node.ts');
const { activationRows, spreadSample } = await import('../../src/training/evaluate.ts');
const { describeStart } = await import('../../src/training/start.ts');
const { train } = await import('../../src/training/train.ts');
const { createTrainer } = await import('../../src/training/trainer.ts');
const { versions } = await import('../../src/tuning/versions.node.ts');
const { serve, timed } = await import('../lib/serve.ts');
const { trainingOf } = await import('./trainings.ts');

const { plan, data } = trainingOf(network);
const runtime = createOnnxRuntime({ threads: 1 });
const once = () => train({ plan, train: data, dev: null, metric: 'error', runtime });
const { record } = await once();
const trainer = await createTrainer(runtime, plan, data);
const sample = spreadSample(data, activationRows(data));
const looked = record.curve.filter(({ layers }) => layers?.some(({ activations }) => activations !== null));
const { fettle, node, 'onnxruntime-node': onnxruntime } = versions();
await serve(
  {
    ...{ fettle, node, onnxruntime },
    steps: String(record.curve.at(-1)?.step ?? 0),
    points: String(record.curve.length),
    looks: String(looked.length),
  },
  {
    train: async ({ count }) => ({ ms: await timed(count, once) }),
    // What the start costs, the loading of the graph left out.
    start: async ({ count }) => ({ ms: await timed(count, () => describeStart(trainer, plan, sample)) }),
    look: async ({ count }) => ({ ms: await timed(count, () => trainer.activations(sample)) }),
  },
);
await trainer.release();
