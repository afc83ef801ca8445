// In: the regions of a training's memory. Out: the same numbers on a device, changed there and brought back when asked.

import {
  abs,
  createGraph,
  encode,
  identity,
  less,
  type Runtime,
  type Tensor,
  type Value,
  where,
} from '../../engine/index.ts';
import type { Arena } from '../../engine/kernels/arena.ts';
import type { Layout } from '../layout.ts';
import { layoutTensors } from '../memory.ts';
import { FLUSH_BELOW } from '../optimizer.ts';
import { deviceTensors, regionNames, tensorName } from './tensors.ts';

/** The state of a training that lives on a device between steps. */
export interface DeviceState {
  /** Names of the outputs that hold the next state: `new.` and the name of each tensor. */
  readonly outputs: readonly string[];
  /** The state as a step is fed with it: the tensors on the device, or the caller's memory. */
  tensors(): Readonly<Record<string, Tensor>>;
  /** Takes a step's outputs in place of the state. */
  replace(results: Readonly<Record<string, Tensor>>): void;
  /** Makes all numbers of magnitude FLUSH_BELOW or less zero, as the kernels do. */
  flush(): Promise<void>;
  /** Copies the state into the caller's memory, which from then on is the state until the next step. */
  read(): Promise<void>;
  release(): Promise<void>;
}

/** float32 of magnitude FLUSH_BELOW or less are those below this one. */
const aboveFlush = ((): number => {
  const bits = new Uint32Array(new Float32Array([FLUSH_BELOW]).buffer);
  bits[0] = (bits[0] as number) + 1;
  return new Float32Array(bits.buffer)[0] as number;
})();

/** A model that gives each tensor of the state, changed by a function, as `new.NAME`. */
function mapped(layout: Layout, regions: readonly string[], change: (x: Value) => Value): Uint8Array {
  const graph = createGraph();
  const outputs: Record<string, Value> = {};
  for (const region of regions) {
    for (const tensor of deviceTensors(layout)) {
      const name = tensorName(region, tensor);
      outputs[`new.${name}`] = change(graph.input(name, tensor.shape));
    }
  }
  return encode(outputs);
}

/** The state over regions of an arena; `regions` are those that a step changes. */
export async function createDeviceState(
  runtime: Runtime,
  layout: Layout,
  memory: Arena,
  regions: readonly string[],
): Promise<DeviceState> {
  const host: Record<string, Tensor> = {};
  for (const region of regions) {
    Object.assign(host, layoutTensors(runtime, layout, memory.float32(region), regionNames(region)));
  }
  const names = Object.keys(host);
  const outputs = names.map((name) => `new.${name}`);
  const target = Object.fromEntries(names.map((name) => [`new.${name}`, host[name] as Tensor]));
  const reader = await runtime.load(mapped(layout, regions, identity));
  const tiny = (x: Value): Value => where(less(abs(x), x.graph.scalar(aboveFlush)), x.graph.scalar(0), x);
  const flusher = await runtime.load(mapped(layout, regions, tiny), { resident: outputs });
  let device: Readonly<Record<string, Tensor>> | null = null;

  const put = (next: Readonly<Record<string, Tensor>> | null): void => {
    for (const tensor of Object.values(device ?? {})) runtime.free(tensor);
    device = next;
  };
  const replace = (results: Readonly<Record<string, Tensor>>): void =>
    put(Object.fromEntries(names.map((name) => [name, results[`new.${name}`] as Tensor])));
  return {
    outputs,
    tensors: () => device ?? host,
    replace,
    async flush() {
      replace(await flusher.run(device ?? host));
    },
    async read() {
      if (device === null) return;
      await reader.run(device, target);
      put(null);
    },
    async release() {
      put(null);
      await reader.release();
      await flusher.release();
    },
  };
}
