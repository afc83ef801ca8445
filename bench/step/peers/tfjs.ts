// tfjs on one core: its wasm backend, or its plain JavaScript backend where wasm lacks a kernel for the gradients.
// A fixed batch, functional forward pass, Adam by `optimizer.minimize`.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { serve } from '../../lib/serve.ts';
import { batchSize, learningRate, readDims } from '../setting.ts';

const { input, hidden, output } = readDims();
const require = createRequire(import.meta.url);

/** One step; the loss is read only when asked for, since reading waits. */
function createStep() {
  const widths = [input, ...hidden, output];
  const layers = widths.slice(1).map((width, i) => {
    const from = widths[i] as number;
    const w = tf.variable(tf.randomNormal([from, width], 0, Math.sqrt(2 / from)));
    return { w, b: tf.variable(tf.zeros([width])) };
  });
  // Each row twice with different labels: what cannot be learnt by heart keeps its gradients.
  const half = batchSize / 2;
  const x = tf.tile(tf.randomUniform([half, input], -1, 1), [2, 1]);
  const labels = Array.from({ length: batchSize }, (_, i) => ((i % half) + Math.floor(i / half)) % output);
  const y = tf.cast(tf.oneHot(tf.tensor1d(labels, 'int32'), output), 'float32');
  const optimizer = tf.train.adam(learningRate, 0.9, 0.999, 1e-8);
  const lossOf = (): tf.Scalar => {
    const logits = layers.reduce((h: tf.Tensor, { w, b }, i) => {
      const z = tf.add(tf.matMul(h as tf.Tensor2D, w as tf.Tensor2D), b);
      return i < layers.length - 1 ? tf.relu(z) : z;
    }, x);
    return tf.losses.softmaxCrossEntropy(y, logits) as tf.Scalar;
  };
  return (wantLoss: boolean): number => {
    const loss = optimizer.minimize(lossOf, wantLoss);
    const value = loss?.dataSync()[0] ?? 0;
    loss?.dispose();
    return value;
  };
}

async function start(backend: 'wasm' | 'cpu') {
  if (!(await tf.setBackend(backend))) throw new Error(`the backend ${backend} does not start`);
  const step = createStep();
  step(true);
  step(true);
  return step;
}

// Files beside the package's main file; a URL works with none of Node's readers there.
setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
setThreadsCount(1);
let why = '';
const step = await start('wasm').catch((error: unknown) => {
  why = error instanceof Error ? error.message : String(error);
  return start('cpu');
});
const backend = why === '' ? 'wasm' : `cpu (wasm: ${why})`;
await serve(
  { tfjs: tf.version_core, backend, batch: 'fixed' },
  {
    step: async ({ count }) => {
      const begun = performance.now();
      let loss = 0;
      for (let i = 1; i <= count; i++) loss = step(i === count);
      return { ms: performance.now() - begun, loss };
    },
  },
);
