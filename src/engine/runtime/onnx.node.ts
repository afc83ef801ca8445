// In: the bytes of an ONNX model. Out: sessions of onnxruntime-node on a device (see runtime.ts for the port).
// On the CPU a tensor is a view of the caller's memory; on any other device onnxruntime copies it there and back.

import { InferenceSession, Tensor as OrtTensor } from 'onnxruntime-node';
import { encode } from '../graph/encode.ts';
import { createGraph } from '../graph/graph.ts';
import { neg } from '../ops/index.ts';
import { findConvolutionBlock } from './convolution-block.ts';
import { deviceError, deviceReason, requireDevice } from './devices.node.ts';
import { attempt, checkFetches, checkTensor, checkThreads, messageOf, tagTensor } from './onnx-tensor.ts';
import type { Device, Runtime, Session, Tensor } from './runtime.ts';
import { webGpuModel } from './webgpu-model.ts';

/** How onnxruntime is to run. */
export interface OnnxRuntimeOptions {
  /** Threads for one run, 1 by default: the same threads give the same bits. */
  readonly threads?: number;
  /**
   * Where models run, 'cpu' by default. What a device has no kernel for runs on the CPU inside onnxruntime.
   * A device that is not installed, or that turns out not to work when a model is loaded, is an error of code `engine`.
   */
  readonly device?: Device;
}

type Tagged = OrtTensor & Tensor;

/** The runtime over onnxruntime-node. */
export function createOnnxRuntime(options: OnnxRuntimeOptions = {}): Runtime {
  const { threads = 1, device = 'cpu' } = options;
  checkThreads(threads);
  if (device !== 'cpu') requireDevice(device);
  let block: Promise<number | null> | undefined;
  const alive: InferenceSession[] = [];
  const runtime: Runtime = {
    name: device === 'cpu' ? 'onnxruntime-node' : `onnxruntime-node/${device}`,
    device,
    tensor(dtype, data, shape) {
      checkTensor(dtype, data, shape);
      return tagTensor(new OrtTensor(dtype as 'float32', data as Float32Array, shape));
    },
    async load(bytes, { resident = [], oneBlock = true } = {}) {
      const held = device === 'cpu' || device === 'coreml' ? [] : resident;
      const create = async (): Promise<InferenceSession> => {
        const { provider, model } = device === 'webgpu' ? webGpu(bytes) : { provider: device, model: bytes };
        return InferenceSession.create(model, settings(threads, provider, held, oneBlock));
      };
      const session = device === 'cpu' ? await attempt('load the model', create) : await loadOn(device, create);
      // The shaders that WebGPU has compiled are forgotten with the last session: seconds, where plans are trained in turn.
      if (device === 'webgpu' && alive.length === 0) {
        alive.push(await InferenceSession.create(smallest(), settings(threads, device, [], true)));
      }
      return wrap(session, resident);
    },
    convolutionBlock() {
      block ??= device === 'cpu' ? findConvolutionBlock(runtime) : Promise.resolve(null);
      return block;
    },
    free(tensor) {
      // Safe: every Tensor of this runtime is an OrtTensor.
      const own = tensor as Tagged;
      if (own.location === 'gpu-buffer') own.dispose();
    },
  };
  return runtime;
}

type Provider = InferenceSession.ExecutionProviderConfig;

/** A model that does next to nothing. */
const smallest = (): Uint8Array => encode({ y: neg(createGraph().input('x', [1])) });

/** In its other layout, NHWC, a convolution from 6 channels to 8 is wrong (docs/decisions/0008-devices.md). */
const webGpuLayout = 'NCHW';

function webGpu(bytes: Uint8Array): { readonly provider: Provider; readonly model: Uint8Array } {
  const { bytes: model, onCpu } = webGpuModel(bytes);
  // It refuses an empty list of names.
  const names = onCpu.length === 0 ? {} : { forceCpuNodeNames: onCpu };
  return { provider: { name: 'webgpu', preferredLayout: webGpuLayout, ...names }, model };
}

function settings(
  threads: number,
  provider: Provider,
  resident: readonly string[],
  oneBlock: boolean,
): InferenceSession.SessionOptions {
  const kept = Object.fromEntries(resident.map((name) => [name, 'gpu-buffer' as const]));
  return {
    executionProviders: [provider],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    executionMode: 'sequential',
    graphOptimizationLevel: 'all',
    enableMemPattern: oneBlock,
    // Failures are thrown with their message; onnxruntime would print them too.
    logSeverityLevel: 4,
    ...(resident.length > 0 && { preferredOutputLocation: kept }),
    // Idle threads would take the cores from the trials beside this one.
    extra: {
      session: { intra_op: { allow_spinning: '0' } },
      // It fuses x sigmoid(a x) of float64 too, for which there is no kernel (found by a random graph).
      optimization: { disable_specified_optimizers: 'QuickGeluFusion' },
    },
  };
}

/** Loads on a device; one that has no driver is only noticed now. */
async function loadOn(device: Device, create: () => Promise<InferenceSession>): Promise<InferenceSession> {
  try {
    return await create();
  } catch (cause) {
    const reason = deviceReason(messageOf(cause));
    if (reason !== null) throw deviceError(device, reason, cause);
    return await attempt(`load the model on ${device}`, () => Promise.reject(cause));
  }
}

function wrap(session: InferenceSession, resident: readonly string[]): Session {
  const outputs = session.outputNames;
  return {
    inputs: session.inputNames,
    outputs,
    async run(feeds, fetches) {
      checkFetches(resident, fetches);
      // Safe: every Tensor of this runtime is an OrtTensor.
      const given = feeds as Readonly<Record<string, Tagged>>;
      if (fetches === undefined) {
        const results = await attempt('run the model', () => session.run(given));
        for (const name of outputs) tagTensor(results[name] as OrtTensor);
        return results as unknown as Readonly<Record<string, Tagged>>;
      }
      const copies = await attempt('run the model', () =>
        session.run(given, fetches as Readonly<Record<string, Tagged>>),
      );
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
