// The inside of a probe (probe.node.ts): computes a small product of matrices on the device that its argument names,
// and prints as JSON why that does not work, or null.

import { FettleError } from '../../base/error.ts';
import { encode } from '../graph/encode.ts';
import { createGraph } from '../graph/graph.ts';
import { add, matmul, relu } from '../ops/index.ts';
import { deviceReason } from './devices.node.ts';
import { createOnnxRuntime } from './onnx.node.ts';
import { messageOf } from './onnx-tensor.ts';
import type { Device } from './runtime.ts';

const expected = '0,0,19,34';

async function compute(device: Device): Promise<string> {
  const runtime = createOnnxRuntime({ device });
  const graph = createGraph();
  const [x, w] = [graph.input('x', [2, 3]), graph.input('w', [3, 2])];
  const session = await runtime.load(encode({ y: relu(add(matmul(x, w), -30)) }));
  const numbers = Float32Array.of(1, 2, 3, 4, 5, 6);
  const feeds = { x: runtime.tensor('float32', numbers, [2, 3]), w: runtime.tensor('float32', numbers, [3, 2]) };
  const found = Array.from((await session.run(feeds)).y?.data as Float32Array).join();
  await session.release();
  return found;
}

async function reason(device: Device): Promise<string | null> {
  try {
    const found = await compute(device);
    return found === expected ? null : `it computed ${found} where ${expected} is right`;
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    return deviceReason(messageOf(error.cause)) ?? error.message;
  }
}

process.stdout.write(JSON.stringify(await reason(process.argv[2] as Device)));
