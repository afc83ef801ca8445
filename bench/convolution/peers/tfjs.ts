// tfjs: its wasm backend, or its plain JavaScript backend where wasm lacks a kernel for the gradients. Images lie in its
// own layout, channels last; first weights and batch are those of the others.

import { createRequire } from 'node:module';
import { dirname } from 'node:path';
import * as tf from '@tensorflow/tfjs';
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { serve } from '../../lib/serve.ts';
import { networkOf } from '../networks.ts';
import { classes, labelsOf, pixelsOf, optimizer as rates, settingOf, startOf } from '../setting.ts';

const setting = settingOf(process.argv[2]);
const { channels, side, batch } = setting;

type Tensors = ReadonlyMap<string, tf.Variable>;

function parametersOf(): Tensors {
  const entries = networkOf(setting).parameters.map(({ name, shape }, i) => {
    const value = tf.tensor(startOf(i, name, shape), [...shape]);
    // [O, I, h, w] to [h, w, I, O]; after flattening [C, H, W] rows to [H, W, C].
    const moved =
      shape.length === 4 ? tf.transpose(value, [2, 3, 1, 0]) : name === 'third.weight' ? flatRows(value) : value;
    return [name, tf.variable(moved)] as const;
  });
  return new Map(entries);
}

function flatRows(weight: tf.Tensor): tf.Tensor {
  return tf.reshape(tf.transpose(tf.reshape(weight, [16, 5, 5, 120]), [1, 2, 0, 3]), [400, 120]);
}

function createForward(parameters: Tensors): (x: tf.Tensor4D) => tf.Tensor {
  const at = (name: string): tf.Variable => parameters.get(name) as tf.Variable;
  const conv = (x: tf.Tensor4D, name: string, stride = 1, padding: 'same' | 'valid' = 'same'): tf.Tensor4D => {
    const y = tf.conv2d(x, at(`${name}.weight`) as tf.Tensor4D, stride, padding);
    return parameters.has(`${name}.bias`) ? (tf.add(y, at(`${name}.bias`)) as tf.Tensor4D) : y;
  };
  const dense = (x: tf.Tensor, name: string): tf.Tensor =>
    tf.add(tf.matMul(x as tf.Tensor2D, at(`${name}.weight`) as tf.Tensor2D), at(`${name}.bias`));
  const pool = (x: tf.Tensor4D): tf.Tensor4D => tf.maxPool(x, 2, 2, 'valid');
  const unit = (x: tf.Tensor4D, name: string, stride = 1): tf.Tensor4D => {
    const y = conv(x, `${name}.convolution`, stride);
    const { mean, variance } = tf.moments(y, [0, 1, 2]);
    const [scale, bias] = [at(`${name}.normalization.scale`), at(`${name}.normalization.bias`)];
    return tf.batchNorm(
      y,
      mean as tf.Tensor1D,
      variance as tf.Tensor1D,
      bias as tf.Tensor1D,
      scale as tf.Tensor1D,
      1e-5,
    );
  };
  if (setting.name === 'lenet') {
    return (x) => {
      const h = pool(tf.relu(conv(pool(tf.relu(conv(x, 'first'))), 'second', 1, 'valid')));
      return dense(tf.relu(dense(tf.relu(dense(tf.reshape(h, [batch, 400]), 'third')), 'fourth')), 'output');
    };
  }
  if (setting.name === 'plain') {
    return (x) => {
      const first = tf.relu(conv(tf.relu(conv(x, 'stage.0.block.0.convolution')), 'stage.0.block.1.convolution'));
      const last = tf.relu(conv(pool(first), 'stage.1.block.0.convolution'));
      return dense(tf.mean(last, [1, 2]), 'output');
    };
  }
  return (x) => {
    let h = tf.relu(unit(x, 'stem'));
    for (const stage of [0, 1, 2]) {
      const [name, stride] = [`stage.${stage}.block.0`, stage === 0 ? 1 : 2];
      const through = unit(tf.relu(unit(h, `${name}.first`, stride)), `${name}.second`);
      h = tf.relu(tf.add(through, stage === 0 ? h : unit(h, `${name}.projection`, stride)));
    }
    return dense(tf.mean(h, [1, 2]), 'output');
  };
}

/** One step; the loss is read only when asked for, since reading waits. */
function createStep() {
  const forward = createForward(parametersOf());
  const bytes = tf.transpose(
    tf.tensor4d(Float32Array.from(pixelsOf(setting)), [batch, channels, side, side]),
    [0, 2, 3, 1],
  );
  const x = tf.mul(tf.sub(bytes, tf.tensor1d([...setting.center])), tf.tensor1d([...setting.factor])) as tf.Tensor4D;
  const y = tf.cast(tf.oneHot(tf.tensor1d(labelsOf(setting), 'int32'), classes), 'float32');
  const optimizer = tf.train.momentum(rates.learningRate, rates.momentum);
  const lossOf = (): tf.Scalar => tf.losses.softmaxCrossEntropy(y, forward(x)) as tf.Scalar;
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
  // One step only: on the plain backend it takes seconds.
  return { step, losses: [step(true)] };
}

const require = createRequire(import.meta.url);
setWasmPaths(`${dirname(require.resolve('@tensorflow/tfjs-backend-wasm/package.json'))}/dist/`);
setThreadsCount(Number(process.argv[3] ?? 1));
let why = '';
const { step, losses } = await start('wasm').catch((error: unknown) => {
  why = error instanceof Error ? error.message : String(error);
  return start('cpu');
});
await serve(
  { tfjs: tf.version_core, backend: why === '' ? 'wasm' : `cpu (wasm: ${why})` },
  {
    losses: async () => ({ losses }),
    step: async ({ count }) => {
      const begun = performance.now();
      let loss = 0;
      for (let i = 1; i <= count; i++) loss = step(i === count);
      return { ms: performance.now() - begun, loss };
    },
  },
);
