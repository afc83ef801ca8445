// In: the values of a training step and a device with a memory of its own. Out: steps whose update happens there.
// Parameters, moments and averages stay on the device from step to step; the loss and the layers' norms come back.

import { encode, type Runtime, type Value } from '../../engine/index.ts';
import type { Arena } from '../../engine/kernels/arena.ts';
import type { Network } from '../../network/index.ts';
import type { Plan } from '../../plan/plan.ts';
import type { Batch, BatchSettings } from '../batch.ts';
import { createHealth } from '../health.ts';
import type { Layout } from '../layout.ts';
import { bufferTensors, only } from '../memory.ts';
import { FLUSH_EVERY, type Optimizer, type StepStrengths } from '../optimizer.ts';
import type { StepValues } from '../step.ts';
import { createDeviceState } from './state.ts';
import { deviceTensors } from './tensors.ts';
import { addUpdate, type UpdateOptions, updatedRegions, updateNumbers } from './update-graph.ts';

/** What steps on a device are made of. */
export interface DeviceStepperOptions {
  readonly runtime: Runtime;
  readonly plan: Plan;
  readonly network: Network;
  readonly layout: Layout;
  /** The state as the caller sees it. */
  readonly memory: Arena;
  readonly buffers: Readonly<Record<string, Float32Array>>;
  readonly batch: Batch;
  readonly values: StepValues;
}

/** Steps on a device. */
export interface DeviceStepper {
  /** Makes one step and gives the batch's loss before it. */
  step(settings: BatchSettings & StepStrengths): Promise<number>;
  /** Brings the state back into the caller's memory; what is written there holds from the next step on. */
  read(): Promise<void>;
  /** The health of the layers; its zeros are counted in the caller's memory. */
  readonly health: Pick<Optimizer, 'statistics' | 'reset'>;
  release(): Promise<void>;
}

/** The outputs of a step but its gradients, which stay inside the graph. */
function withoutGradients(outputs: Readonly<Record<string, Value>>): Record<string, Value> {
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => !/^gradients?(\.|$)/.test(name)));
}

/** Sums of squares by part become the layers' figures. */
function createDeviceHealth(layout: Layout, memory: Arena) {
  const parts = deviceTensors(layout).flatMap((tensor) => tensor.parts);
  const health = createHealth(parts);
  const start = memory.offset('parameters');
  const zeros = (): number[] =>
    parts.map(({ slots }) =>
      slots.reduce((sum, { offset, length }) => sum + memory.kernels.zeros(start + 4 * offset, length), 0),
    );
  return {
    add(sums: Float32Array): void {
      parts.forEach((_, i) => {
        health.add(i, sums.subarray(3 * i, 3 * i + 3), 1);
      });
      health.endStep();
    },
    figures: { statistics: () => health.read(zeros()), reset: health.reset },
  };
}

/** Loads the step with its update; the state begins as it is in the caller's memory. */
export async function createDeviceStepper(parts: DeviceStepperOptions): Promise<DeviceStepper> {
  const { runtime, plan, network, layout, memory, buffers, batch, values } = parts;
  const { optimizer, training, regularization } = plan;
  const update: UpdateOptions = { optimizer, training, layout, l1: regularization.l1.strength > 0 };
  const graph = (values.outputs.loss as Value).graph;
  const outputs = { ...withoutGradients(values.outputs), ...addUpdate(graph, values.outputs, update) };
  const state = await createDeviceState(runtime, layout, memory, updatedRegions(update));
  const session = await runtime.load(encode(outputs), { resident: state.outputs });
  const numbers = updateNumbers(update, 1, { learningRate: 0, l2: 0, l1: 0 });
  const own = { ...batch.tensors, ...bufferTensors(runtime, network.buffers, buffers, 'buffer') };
  const fixed = {
    ...only(own, session.inputs),
    numbers: runtime.tensor('float32', numbers, [numbers.length]),
  };
  const health = createDeviceHealth(layout, memory);
  return {
    async step(settings) {
      batch.fill(settings);
      numbers.set(updateNumbers(update, settings.step, settings));
      const results = await session.run({ ...fixed, ...state.tensors() });
      state.replace(results);
      for (const name of values.updates) buffers[name]?.set(results[`next.${name}`]?.data as Float32Array);
      health.add(results.health?.data as Float32Array);
      const loss = results.loss?.data as Float32Array;
      if (settings.step % FLUSH_EVERY === 0) await state.flush();
      return loss[0] as number;
    },
    read: state.read,
    health: health.figures,
    async release() {
      await state.release();
      await session.release();
    },
  };
}
