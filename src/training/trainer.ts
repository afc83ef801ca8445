// In: a plan, a dataset and an engine. Out: a trainer that makes single steps and predicts;
// parameters, gradients and moments lie in one flat memory that the engine reads and writes without copies.

import { createRandom } from '../base/random.ts';
import type { Dataset, DatasetImages } from '../data/dataset.ts';
import type { Runtime } from '../engine/index.ts';
import type { Arena } from '../engine/kernels/arena.ts';
import { classWeights, createLoss, createNetwork, initializeNetwork, type NetworkInputs } from '../network/index.ts';
import type { ImageInputs } from '../network/specs.ts';
import type { Plan } from '../plan/plan.ts';
import type { ActivationHealth, LayerHealth } from '../record/record.ts';
import { type BatchSettings, checkAugmentation, createBatch, isMixing } from './batch.ts';
import { createDeviceStepper, type DeviceStepper, type DeviceStepperOptions } from './device/stepper.ts';
import { createEvaluation } from './evaluation.ts';
import { createLayout, type Layout } from './layout.ts';
import { bufferTensors, createMemory, keptRegions, layoutTensors, only, spreadRows } from './memory.ts';
import { createOptimizer, type Optimizer } from './optimizer.ts';
import { activationPiece, evaluationPiece } from './predictor.ts';
import type { Predictions } from './score.ts';
import { buildTrainingStep, type StepGraph, trainingValues } from './step.ts';

/** What one step is made with. */
export interface StepSettings extends BatchSettings {
  readonly learningRate: number;
  readonly l2: number;
  readonly l1: number;
}

/** Makes single steps on one training set and predicts on any. */
export interface Trainer {
  readonly layout: Layout;
  readonly batchSize: number;
  /** The health of the layers in the network's order, without activations; up to date after `read`. */
  readonly optimizer: Pick<Optimizer, 'statistics' | 'reset'>;
  /** Everything that training changes, by name: parameters, moments, averages, buffers. Views, not copies. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /** The parameters that are evaluated: the moving average where the plan asks for one. A view. */
  readonly evaluated: Float32Array;
  /** The network's buffers (bins, running statistics). Views. */
  readonly buffers: Readonly<Record<string, Float32Array>>;
  /** Makes one training step and gives the batch's loss before it. */
  step(settings: StepSettings): Promise<number>;
  /**
   * Brings the views up to date where the engine keeps what they show on a device; before this they are only good after
   * the start. What is written to them afterwards holds from the next step on.
   */
  read(): Promise<void>;
  /** Predicts in evaluation mode with the evaluated parameters, regression in the target's own unit. */
  predict(data: Dataset): Promise<Predictions>;
  /** Looks at the activations on some rows, with the evaluated parameters, by layer (see `Evaluation`). */
  activations(data: Dataset): Promise<ReadonlyMap<string, ActivationHealth>>;
  release(): Promise<void>;
}

/** Training rows that data-driven layers (bins, data-driven initialization) look at. */
const sampleRows = 4096;

/** The data as the network sees it; `outputs` is 1 for a number and for one logit. */
export function networkInputs(plan: Plan, data: Dataset): NetworkInputs {
  const { width, continuous, cardinalities, classes, images } = data;
  const outputs = plan.loss.kind === 'binary-cross-entropy' ? 1 : (classes?.length ?? 1);
  const image = images === null ? null : scaledShape(images);
  return { numeric: width, continuous, cardinalities, image, outputs };
}

function scaledShape({ channels, height, width, center, factor }: DatasetImages): ImageInputs {
  return { channels, height, width, center, factor };
}

function lossOf(plan: Plan, data: Dataset, outputs: number) {
  const balanced = 'classWeights' in plan.loss && plan.loss.classWeights === 'balanced';
  const weights = balanced ? classWeights(data.target as Int32Array, data.classes?.length ?? 2) : null;
  return createLoss(plan.loss, { outputs, classWeights: weights });
}

/** What steps over shared memory are made of. */
type StepperOptions = Omit<DeviceStepperOptions, 'values'> & { readonly graph: StepGraph };

/** Loads the training step over the memory that the kernels share with the engine; every tensor is made once. */
async function createStepper(parts: StepperOptions): Promise<DeviceStepper> {
  const { runtime, plan, network, layout, memory, buffers, batch, graph } = parts;
  const slots = layout.parameters.map(({ slot }) => slot);
  const optimizer = createOptimizer(plan.optimizer, memory, slots, plan.training);
  // A step on images takes milliseconds and holds a batch's activations, which must not be there twice.
  const session = await runtime.load(graph.bytes, { oneBlock: plan.network.kind === 'mlp' });
  const next = Object.fromEntries(graph.updates.map((name) => [name, Float32Array.from(buffers[name] ?? [])]));
  const all = {
    ...batch.tensors,
    ...layoutTensors(runtime, layout, memory.float32('parameters'), { packed: 'parameters', single: 'parameter' }),
    ...bufferTensors(runtime, network.buffers, buffers, 'buffer'),
  };
  const feeds = only(all, session.inputs);
  const loss = new Float32Array(1);
  const fetches = {
    loss: runtime.tensor('float32', loss, []),
    ...layoutTensors(runtime, layout, memory.float32('gradients'), { packed: 'gradients', single: 'gradient' }),
    ...bufferTensors(runtime, network.buffers, next, 'next'),
  };
  const step = async (settings: StepSettings): Promise<number> => {
    batch.fill(settings);
    await session.run(feeds, fetches);
    for (const name of graph.updates) buffers[name]?.set(next[name] ?? []);
    optimizer.step(settings.step, settings);
    return loss[0] as number;
  };
  return { step, read: async () => undefined, health: optimizer, release: () => session.release() };
}

/** Figures of layers in the network's order; an optimizer gives them in that of its memory. */
function inOrder({ layers }: Layout, { statistics, reset }: Trainer['optimizer']): Trainer['optimizer'] {
  const place = ({ layer }: LayerHealth): number => layers.indexOf(layer);
  return { reset, statistics: () => statistics()?.toSorted((a, b) => place(a) - place(b)) ?? null };
}

/** Views of everything that training changes. */
function stateOf(plan: Plan, layout: Layout, memory: Arena, buffers: Readonly<Record<string, Float32Array>>) {
  const regions = keptRegions(plan, layout).map((name) => [name, memory.float32(name)] as const);
  const moving = Object.entries(buffers).map(([name, values]) => [`buffer.${name}`, values] as const);
  return Object.fromEntries([...regions, ...moving]);
}

/** A trainer with freshly initialized parameters; the same plan and data give the same parameters. */
export async function createTrainer(runtime: Runtime, plan: Plan, data: Dataset): Promise<Trainer> {
  checkAugmentation(plan, data);
  const inputs = networkInputs(plan, data);
  const network = createNetwork(plan.network, inputs);
  const layout = createLayout(network.parameters);
  const options = { task: data.task, network, inputs, layout, loss: lossOf(plan, data, inputs.outputs) };
  const batchSize = Math.min(plan.training.batchSize, data.rows);
  const extras = { dropout: plan.regularization.dropout.rate > 0, mixing: isMixing(plan, data) };
  const block = await runtime.convolutionBlock();
  const graph =
    runtime.device === 'cpu'
      ? buildTrainingStep(options, batchSize, extras, block)
      : trainingValues(options, batchSize, extras);
  const memory = createMemory(plan, layout, graph.masks, batchSize, data);
  const start = initializeNetwork(network, { random: createRandom(plan.seed), sample: spreadRows(data, sampleRows) });
  const parameters = memory.float32('parameters');
  for (const { spec, slot } of layout.parameters) parameters.set(start.parameters.get(spec.name) ?? [], slot.offset);
  const buffers = Object.fromEntries(start.buffers);
  const evaluated = plan.training.averaging > 0 ? memory.float32('average') : parameters;
  const batch = createBatch({ runtime, plan, data, memory, masks: graph.masks, batchSize });
  const parts = { runtime, plan, network, layout, memory, buffers, batch };
  const stepper =
    'bytes' in graph
      ? await createStepper({ ...parts, graph })
      : await createDeviceStepper({ ...parts, values: graph });
  const pieces = { prediction: evaluationPiece(plan, data), activations: activationPiece(plan, data) };
  const evaluation = await createEvaluation({ runtime, options, block, evaluated, buffers, pieces });
  return {
    layout,
    batchSize,
    optimizer: inOrder(layout, stepper.health),
    state: stateOf(plan, layout, memory, buffers),
    evaluated,
    buffers,
    step: stepper.step,
    read: stepper.read,
    async predict(rows) {
      await stepper.read();
      return evaluation.predict(rows);
    },
    async activations(rows) {
      await stepper.read();
      return evaluation.activations(rows);
    },
    async release() {
      await stepper.release();
      await evaluation.release();
    },
  };
}
