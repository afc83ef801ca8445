// In: the bytes of an ONNX model and tensors over the caller's memory. Out: sessions that run it. This is the port;
// `onnx.node.ts` implements it on onnxruntime-node, `onnx.web.ts` on onnxruntime-web.

import type { DType } from '../graph/graph.ts';

/** The elements of a tensor, by type: Float32Array, Float64Array, Int32Array, BigInt64Array, Uint8Array (uint8, bool), texts. */
export type TensorData = Float32Array | Float64Array | Int32Array | BigInt64Array | Uint8Array | readonly string[];

/** A tensor of a runtime: made by `Runtime.tensor`, or the result of a run. It is a view: writing to `data` is seen. */
export interface Tensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TensorData;
}

/** Where models run. Only `cpu` shares its memory with the caller; to all others tensors are copied, and back. */
export const devices = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;
/** Where models run. */
export type Device = (typeof devices)[number];

/** How a model is loaded. */
export interface LoadOptions {
  /**
   * Outputs that stay in the device's memory, where the engine can do that: `data` of their tensors is then not to be
   * read, they are for feeding to further runs of any session on the device, and are freed with `Runtime.free`.
   * Such a session is run without `fetches`. Default none.
   */
  readonly resident?: readonly string[];
  /**
   * Whether the tensors of a run get places in one block from the second run on. It saves some us a run, and holds the
   * tensors' memory twice: for small models. Default true; only onnxruntime-node on the CPU asks.
   */
  readonly oneBlock?: boolean;
}

/** A loaded model. */
export interface Session {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** Runs the model once. A tensor in `fetches` receives its output in place; the other outputs are new tensors.
   * With fetches the result holds only what is fetched, if `fetches` names all outputs it is `fetches` itself. */
  run(
    feeds: Readonly<Record<string, Tensor>>,
    fetches?: Readonly<Record<string, Tensor>>,
  ): Promise<Readonly<Record<string, Tensor>>>;
  /** Frees the model's memory; the session cannot run afterwards. */
  release(): Promise<void>;
}

/** Something that runs ONNX models. */
export interface Runtime {
  readonly name: string;
  readonly device: Device;
  /** A tensor over the caller's memory, which is not copied: it may be a view of a WebAssembly.Memory. */
  tensor(dtype: DType, data: TensorData, shape: readonly number[]): Tensor;
  load(bytes: Uint8Array, options?: LoadOptions): Promise<Session>;
  /** How many channels lie side by side in the layout of images that the fastest convolutions here take, for
   * `encode`'s option of that name; it depends on the processor. null where the engine has no such convolutions. */
  convolutionBlock(): Promise<number | null>;
  /** Frees a tensor that a run left in the device's memory; any other tensor stays as it is. */
  free(tensor: Tensor): void;
}
