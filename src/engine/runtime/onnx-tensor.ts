// In: what both bindings of onnxruntime give. Out: this engine's tensors and errors.
// A tensor is onnxruntime's own with two more fields, so that nothing is wrapped or copied when a session runs.

import { FettleError } from '../../base/error.ts';
import type { DType } from '../graph/graph.ts';
import type { Tensor, TensorData } from './runtime.ts';

/** What this engine uses of onnxruntime's tensor. */
export interface OnnxTensor {
  readonly type: string;
  readonly dims: readonly number[];
}

const ARRAYS: Readonly<Record<DType, new (n: number) => object>> = {
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
  string: Array,
};

/** Throws unless the data are of the tensor's type and as many as its shape holds. */
export function checkTensor(dtype: DType, data: TensorData, shape: readonly number[]): void {
  const size = shape.reduce((product, dim) => product * dim, 1);
  if (data instanceof ARRAYS[dtype] && data.length === size) return;
  throw new FettleError(
    'engine',
    `tensor: expected ${ARRAYS[dtype].name} of ${size} elements for ${dtype}[${shape.join(', ')}], received ` +
      `${data.constructor.name} of ${data.length}. Correct the type or the shape.`,
  );
}

/** Makes onnxruntime's tensor one of this engine's. */
export function tagTensor<T extends OnnxTensor>(tensor: T): T & Tensor {
  return Object.assign(tensor, { dtype: tensor.type as DType, shape: tensor.dims }) as unknown as T & Tensor;
}

/** Does something with onnxruntime; what it throws becomes an error that says what could not be done. */
export async function attempt<T>(what: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw new FettleError('engine', `onnxruntime could not ${what}: ${messageOf(cause)}`, { cause });
  }
}

/** The text of anything that was thrown; a wasm engine throws numbers. */
export function messageOf(cause: unknown): string {
  return cause instanceof Error ? cause.message.trim() : String(cause);
}

/** Throws unless a run of a session with resident outputs leaves them to the engine. */
export function checkFetches(resident: readonly string[], fetches: object | undefined): void {
  if (resident.length === 0 || fetches === undefined) return;
  throw new FettleError(
    'engine',
    `run: expected no preallocated outputs, since ${resident.join(', ')} stay on the device, received ` +
      `${Object.keys(fetches).join(', ')}. Run without fetches and read the other outputs from the result.`,
  );
}

/** Throws unless `threads` is a number of threads. */
export function checkThreads(threads: number): void {
  if (Number.isInteger(threads) && threads >= 1) return;
  throw new FettleError(
    'engine',
    `threads: expected a whole number above 0, received ${threads}. Use 1 or more threads.`,
  );
}
