// The engine: build a graph, differentiate it, encode it as ONNX, run it.
// In: a computation written with the functions below. Out: its values and gradients, over the caller's memory.

export { gradients } from './autodiff.ts';
export { type EncodeOptions, encode } from './graph/encode.ts';
export {
  type ConstantData,
  createGraph,
  type Dim,
  type DType,
  type Graph,
  type Node,
  type Real,
  type Shape,
  type Value,
  type ValueType,
} from './graph/graph.ts';
export { estimateMemory, type GraphMemory } from './graph/memory.ts';
export { printGraph } from './graph/print.ts';
export { formatShape } from './graph/shape.ts';
export { type Arena, createArena, type Region } from './kernels/arena.ts';
export type { Kernels } from './kernels/kernels.ts';
export * from './ops/index.ts';
export type { Op, Operand } from './ops/op.ts';
export type { OpName } from './ops/op-name.ts';
export {
  type Device,
  devices,
  type LoadOptions,
  type Runtime,
  type Session,
  type Tensor,
  type TensorData,
} from './runtime/runtime.ts';
