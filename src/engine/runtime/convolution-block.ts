// In: a runtime. Out: how many channels lie side by side in the layout of its processor-specific convolutions.

import { create, toBinary } from '@bufbuild/protobuf';
import { valueInfo } from '../graph/encode-tensor.ts';
import { ModelProtoSchema } from '../graph/onnx_pb.ts';
import type { Runtime } from './runtime.ts';

const image = { dtype: 'float32', shape: [1, 4, 1, 1] } as const;

/** Brings an image of four channels into the layout: the result has as many channels as a block. null where the engine
 * does not know the layout. */
export async function findConvolutionBlock(runtime: Pick<Runtime, 'load' | 'tensor'>): Promise<number | null> {
  const domain = 'com.microsoft.nchwc';
  const model = create(ModelProtoSchema, {
    irVersion: 10n,
    opsetImport: [
      { domain: '', version: 21n },
      { domain, version: 1n },
    ],
    graph: {
      name: 'convolution-block',
      node: [{ opType: 'ReorderInput', domain, input: ['x'], output: ['y'] }],
      input: [valueInfo('x', image)],
      output: [{ name: 'y' }],
    },
  });
  try {
    const session = await runtime.load(toBinary(ModelProtoSchema, model));
    const { y } = await session.run({ x: runtime.tensor('float32', new Float32Array(4), image.shape) });
    await session.release();
    const channels = y?.shape[1] ?? 0;
    // A processor without such kernels leaves the four as they are.
    return channels > 4 ? channels : null;
  } catch {
    return null;
  }
}
