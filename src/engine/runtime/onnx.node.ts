// In: the bytes of an ONNX model. Out: sessions of onnxruntime-node on the CPU (see runtime.ts for the port).
// A tensor is onnxruntime's own with two more fields, so that nothing is wrapped or copied when a session runs.

import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { FettleError } from '../../base/error.ts';
import type { DType } from '../graph/graph.ts';
import type { Runtime, Session, Tensor, TensorData } from './runtime.ts';

/** How onnxruntime is to run. */
export interface OnnxRuntimeOptions {
  /** Threads for one run, 1 by default: the same threads give the same bits. */
  readonly threads?: number;
}

type Tagged = OrtTensor & Tensor;

const ARRAYS: Readonly<Record<DType, new (n: number) => object>> = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  bool: Uint8Array,
  string: Array,
};

/** The runtime over onnxruntime-node's CPU kernels. */
export function createOnnxRuntime(options: OnnxRuntimeOptions = {}): Runtime {
  const threads = options.threads ?? 1;
  if (!Number.isInteger(threads) || threads < 1) {
    throw new FettleError(
      'engine',
      `threads: expected a whole number above 0, received ${threads}. Use 1 or more threads.`,
    );
  }
  const sessionOptions: InferenceSession.SessionOptions = {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    // Failures are thrown with their message; onnxruntime would print them too.
    logSeverityLevel: 4,
    // Idle threads would take the cores from the trials beside this one.
    extra: {
      session: { intra_op: { allow_spinning: '0' } },
      // It fuses x sigmoid(a x) of float64 too, for which there is no kernel (found by a random graph).
      optimization: { disable_specified_optimizers: 'QuickGeluFusion' },
    },
  };
  return {
    name: 'onnxruntime-node',
    tensor,
    async load(bytes) {
      const session = await attempt('load', () => InferenceSession.create(bytes, sessionOptions));
      return wrap(session);
    },
  };
}

function wrap(session: InferenceSession): Session {
  const outputs = session.outputNames;
  return {
    inputs: session.inputNames,
    outputs,
    async run(feeds, fetches) {
      // Safe: every Tensor of this runtime is an OrtTensor.
      const given = feeds as Readonly<Record<string, Tagged>>;
      if (fetches === undefined) {
        const results = await attempt('run', () => session.run(given));
        for (const name of outputs) tag(results[name] as OrtTensor);
        return results as unknown as Readonly<Record<string, Tagged>>;
      }
      const copies = await attempt('run', () => session.run(given, fetches as Readonly<Record<string, Tagged>>));
      for (const name in copies) drop(copies[name] as OrtTensor, fetches[name]);
      return fetches;
    },
    release: () => session.release(),
  };
}

/**
 * Frees what the binding returns beside a preallocated output: a copy of it. Left to the collector, the copies of a
 * network's gradients cost a full collection every few dozen steps, a sixth of the time of a large network's step.
 */
function drop(copy: OrtTensor, kept: Tensor | undefined): void {
  if (copy.type === 'string') return;
  const buffer = (copy.data as Float32Array).buffer;
  if (buffer instanceof ArrayBuffer && buffer !== (kept?.data as Float32Array | undefined)?.buffer) buffer.transfer(0);
}

function tensor(dtype: DType, data: TensorData, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (!(data instanceof ARRAYS[dtype]) || data.length !== size) {
    throw new FettleError(
      'engine',
      `tensor: expected ${ARRAYS[dtype].name} of ${size} elements for ${dtype}[${shape.join(', ')}], received ` +
        `${data.constructor.name} of ${data.length}. Correct the type or the shape.`,
    );
  }
  return tag(new OrtTensor(dtype as 'float32', data as Float32Array, shape));
}

function tag(tensor: OrtTensor): Tagged {
  return Object.assign(tensor, { dtype: tensor.type as DType, shape: tensor.dims }) as Tagged;
}

async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new FettleError('engine', `onnxruntime could not ${what} the model: ${message}`, { cause });
  }
}
