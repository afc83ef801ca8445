// In: the bytes of an ONNX model. Out: sessions of onnxruntime-web (wasm) in a browser (see runtime.ts for the port).
// Its memory is not the caller's: what a run is fed with is copied there, and what it fetches is copied back.

import { env, InferenceSession, Tensor as OrtTensor } from 'onnxruntime-web/wasm';
import { FettleError } from '../../base/error.ts';
import { attempt, checkFetches, checkTensor, checkThreads, tagTensor } from './onnx-tensor.ts';
import type { Runtime, Session, Tensor } from './runtime.ts';

/** How onnxruntime-web is to run. */
export interface OnnxWebRuntimeOptions {
  /**
   * Threads for one run, 1 by default. More need shared memory, which a browser only gives to pages that are served
   * with `Cross-Origin-Opener-Policy: same-origin` and `Cross-Origin-Embedder-Policy: require-corp`.
   */
  readonly threads?: number;
  /**
   * Where the page finds `ort-wasm-simd-threaded.wasm` of onnxruntime-web. Default: where the bundler put it, beside the
   * page's script. It is fetched once per page, with the first model.
   */
  readonly wasm?: string | URL;
}

type Tagged = OrtTensor & Tensor;

/** Whether the page may share memory between threads; only browsers have such a thing. */
const isolated = (): boolean => (globalThis as { crossOriginIsolated?: boolean }).crossOriginIsolated === true;

/** The runtime over onnxruntime-web's wasm kernels. Its options hold for the whole page from the first model on. */
export function createOnnxWebRuntime(options: OnnxWebRuntimeOptions = {}): Runtime {
  const { threads = 1, wasm } = options;
  checkThreads(threads);
  if (threads > 1 && !isolated()) {
    throw new FettleError(
      'engine',
      `threads: expected 1 on a page that is not cross-origin isolated, received ${threads}. Serve the page with the ` +
        'headers Cross-Origin-Opener-Policy: same-origin and Cross-Origin-Embedder-Policy: require-corp, or use 1 thread.',
    );
  }
  env.wasm.numThreads = threads;
  if (wasm !== undefined) env.wasm.wasmPaths = { wasm };
  return {
    name: 'onnxruntime-web',
    device: 'cpu',
    tensor(dtype, data, shape) {
      checkTensor(dtype, data, shape);
      return tagTensor(new OrtTensor(dtype as 'float32', data as Float32Array, shape));
    },
    async load(bytes, { resident = [] } = {}) {
      return wrap(await attempt('load the model', () => InferenceSession.create(bytes, settings)), resident);
    },
    // Its builds leave the layout out.
    convolutionBlock: () => Promise.resolve(null),
    free: () => undefined,
  };
}

const settings: InferenceSession.SessionOptions = {
  executionProviders: ['wasm'],
  graphOptimizationLevel: 'all',
  // Failures are thrown with their message; onnxruntime would print them too.
  logSeverityLevel: 4,
  // It fuses x sigmoid(a x) of float64 too, for which there is no kernel (found by a random graph).
  extra: { optimization: { disable_specified_optimizers: 'QuickGeluFusion' } },
};

function wrap(session: InferenceSession, resident: readonly string[]): Session {
  const outputs = session.outputNames;
  return {
    inputs: session.inputNames,
    outputs,
    async run(feeds, fetches) {
      checkFetches(resident, fetches);
      // Safe: every Tensor of this runtime is an OrtTensor.
      const given = feeds as Readonly<Record<string, Tagged>>;
      const names = fetches === undefined ? outputs : Object.keys(fetches);
      const results = await attempt('run the model', () => session.run(given, names));
      if (fetches !== undefined) {
        for (const name of names) copyInto(name, fetches[name] as Tensor, results[name] as OrtTensor);
        return fetches;
      }
      for (const name of names) tagTensor(results[name] as OrtTensor);
      return results as unknown as Readonly<Record<string, Tagged>>;
    },
    release: () => session.release(),
  };
}

/** Copies an output into the caller's memory; a preallocated output that does not fit is refused as by onnxruntime-node. */
function copyInto(name: string, target: Tensor, result: OrtTensor): void {
  if (target.dtype !== result.type || target.shape.join() !== result.dims.join()) {
    throw new FettleError(
      'engine',
      `run: expected ${result.type}[${result.dims.join(', ')}] for the preallocated output ${name}, received ` +
        `${target.dtype}[${target.shape.join(', ')}]. Make it like the model's output.`,
    );
  }
  // Text has no fixed size, so it can only be exchanged.
  if (target.dtype === 'string') (target.data as string[]).splice(0, target.data.length, ...(result.data as string[]));
  else (target.data as Float32Array).set(result.data as Float32Array);
}
