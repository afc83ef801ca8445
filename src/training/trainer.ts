// In: a plan, a dataset and an engine. Out: a trainer that makes single steps and predicts;
// parameters, gradients and moments lie in one flat memory that the engine reads and writes without copies.

import { createRandom, hash32 } from '../base/random.ts';
import type { Dataset, DatasetImages } from '../data/dataset.ts';
import type { Runtime, Session, Tensor } from '../engine/index.ts';
import type { Arena } from '../engine/kernels/arena.ts';
import {
  classWeights,
  createLoss,
  createNetwork,
  initializeNetwork,
  type Network,
  type NetworkInputs,
} from '../network/index.ts';
import type { ImageInputs } from '../network/specs.ts';
import { elementCount } from '../network/specs.ts';
import type { Plan } from '../plan/plan.ts';
import { createLayout, type Layout } from './layout.ts';
import {
  bufferTensors,
  createMemory,
  gatherImages,
  gatherRows,
  imageSize,
  keptRegions,
  layoutTensors,
  only,
  spreadRows,
} from './memory.ts';
import { createOptimizer, type Optimizer } from './optimizer.ts';
import type { Predictions } from './score.ts';
import { buildEvaluationStep, buildTrainingStep, type StepGraph } from './step.ts';

/** What one step is made with. */
export interface StepSettings {
  /** 1-based number of the step. */
  readonly step: number;
  /** Rows of the training set in this batch; as many as the batch size. */
  readonly rows: Uint32Array;
  readonly learningRate: number;
  readonly l2: number;
  readonly l1: number;
  readonly dropout: number;
  readonly noise: number;
}

/** Makes single steps on one training set and predicts on any. */
export interface Trainer {
  readonly layout: Layout;
  readonly batchSize: number;
  readonly optimizer: Optimizer;
  /** Everything that training changes, by name: parameters, moments, averages, buffers. Views, not copies. */
  readonly state: Readonly<Record<string, Float32Array>>;
  /** The parameters that are evaluated: the moving average where the plan asks for one. A view. */
  readonly evaluated: Float32Array;
  /** The network's buffers (bins, running statistics). Views. */
  readonly buffers: Readonly<Record<string, Float32Array>>;
  /** Makes one training step and gives the batch's loss before it. */
  step(settings: StepSettings): Promise<number>;
  /** Predicts in evaluation mode with the evaluated parameters, regression in the target's own unit. */
  predict(data: Dataset): Promise<Predictions>;
  release(): Promise<void>;
}

/** Rows that are evaluated in one call, divided by the number of members. */
const evaluationRows = 4096;

/** Images that are evaluated in one call: their activations are thousands of times as large as a table's row. */
const evaluationImages = 64;

/** Rows of one evaluation call. */
function evaluationPiece({ network }: Plan, { images }: Dataset): number {
  if (images !== null) return evaluationImages;
  return Math.max(256, Math.floor(evaluationRows / (network.kind === 'mlp' ? network.members.count : 1)));
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

/** Targets as the network is trained on them: class codes, or standardized values. */
function trainingTarget(data: Dataset): Int32Array | Float32Array {
  if (data.task === 'classification') return data.target;
  return Float32Array.from(data.target, (y) => (y - data.targetMean) / data.targetDeviation);
}

/** The images of consecutive rows of a dataset. */
function imageFeeds(runtime: Runtime, { images }: Dataset, start: number, rows: number): Record<string, Tensor> {
  if (images === null) return {};
  const pixels = new Uint8Array(rows * imageSize(images));
  gatherImages(
    pixels,
    images,
    Uint32Array.from({ length: rows }, (_, i) => start + i),
  );
  return { images: runtime.tensor('uint8', pixels, [rows, images.channels, images.height, images.width]) };
}

/** Runs the evaluation session over a dataset, a piece at a time. */
async function predictAll(
  runtime: Runtime,
  session: Session,
  fixed: Record<string, Tensor>,
  data: Dataset,
  piece: number,
): Promise<Predictions> {
  const outputs = data.classes?.length ?? 1;
  const values = new Float32Array(data.rows * outputs); // [N, K]
  const codes = data.cardinalities.length;
  for (let start = 0; start < data.rows; start += piece) {
    const rows = Math.min(piece, data.rows - start);
    const numeric = data.numeric.subarray(start * data.width, (start + rows) * data.width);
    const categories = data.categories.subarray(start * codes, (start + rows) * codes);
    const feeds = {
      ...fixed,
      ...imageFeeds(runtime, data, start, rows),
      numeric: runtime.tensor('float32', numeric, [rows, data.width]),
      categories: runtime.tensor('int32', categories, [rows, codes]),
    };
    const view = values.subarray(start * outputs, (start + rows) * outputs);
    await session.run(only(feeds, session.inputs), { prediction: runtime.tensor('float32', view, [rows, outputs]) });
  }
  if (data.task === 'regression') {
    for (let i = 0; i < values.length; i++) values[i] = (values[i] as number) * data.targetDeviation + data.targetMean;
  }
  return { rows: data.rows, outputs, values };
}

/** What a trainer is put together from. */
interface Parts {
  readonly runtime: Runtime;
  readonly plan: Plan;
  readonly data: Dataset;
  readonly network: Network;
  readonly layout: Layout;
  readonly memory: Arena;
  readonly buffers: Readonly<Record<string, Float32Array>>;
  readonly optimizer: Optimizer;
  readonly graph: StepGraph;
  readonly batchSize: number;
}

/** The bytes of a batch of images. */
function imageBatch(memory: Arena, images: DatasetImages, batchSize: number): Uint8Array<ArrayBuffer> {
  return memory.uint8('images').subarray(0, batchSize * imageSize(images)); // [B, C, H, W]
}

/** The arrays of one batch; every step refills them in place. */
function createBatch({ data, memory, batchSize, plan, graph }: Parts) {
  const numeric = memory.float32('numeric'); // [B, D]
  const codes = data.cardinalities.length;
  const categories = new Int32Array(batchSize * codes); // [B, C]
  const target = data.task === 'classification' ? new Int32Array(batchSize) : new Float32Array(batchSize); // [B]
  const source = trainingTarget(data);
  const dropoutSeed = hash32(`dropout/${plan.seed}`);
  const noiseSeed = hash32(`noise/${plan.seed}`);
  const addNoise = (deviation: number, step: number): void => {
    const noise = memory.float32('noise');
    noise.fill(0);
    memory.kernels.noise(memory.offset('noise'), noise.length, deviation, noiseSeed, step, 0);
    for (let i = 0; i < noise.length; i++) {
      // Flags and one-hot columns keep their exact values: noise there would invent categories.
      if (data.continuous[i % data.width]) numeric[i] = (numeric[i] as number) + (noise[i] as number);
    }
  };
  const images = data.images === null ? null : imageBatch(memory, data.images, batchSize);
  const fill = (settings: StepSettings): void => {
    if (data.images !== null && images !== null) gatherImages(images, data.images, settings.rows);
    gatherRows(numeric, data.numeric, settings.rows, data.width);
    gatherRows(categories, data.categories, settings.rows, codes);
    gatherRows(target, source, settings.rows, 1);
    if (settings.noise > 0) addNoise(settings.noise, settings.step);
    graph.masks.forEach(({ name, shape }, index) => {
      const offset = memory.offset(`mask.${name}`);
      memory.kernels.dropoutMask(offset, elementCount(shape), settings.dropout, dropoutSeed, settings.step, index);
    });
  };
  return { numeric, categories, images, target, fill };
}

function batchImages({ runtime, data, batchSize }: Parts, pixels: Uint8Array | null): Record<string, Tensor> {
  if (data.images === null || pixels === null) return {};
  const { channels, height, width } = data.images;
  return { images: runtime.tensor('uint8', pixels, [batchSize, channels, height, width]) };
}

/** Loads the training step; every tensor is made once. */
async function createStepper(parts: Parts) {
  const { runtime, data, network, layout, memory, buffers, optimizer, graph, batchSize } = parts;
  const session = await runtime.load(graph.bytes);
  const batch = createBatch(parts);
  const next = Object.fromEntries(graph.updates.map((name) => [name, Float32Array.from(buffers[name] ?? [])]));
  const masks = graph.masks.map(({ name, shape }) => [
    `mask.${name}`,
    runtime.tensor('float32', memory.float32(`mask.${name}`), shape),
  ]);
  const kind = data.task === 'classification' ? 'int32' : 'float32';
  const all = {
    numeric: runtime.tensor('float32', batch.numeric, [batchSize, data.width]),
    categories: runtime.tensor('int32', batch.categories, [batchSize, data.cardinalities.length]),
    target: runtime.tensor(kind, batch.target, [batchSize]),
    ...layoutTensors(runtime, layout, memory.float32('parameters'), { packed: 'parameters', single: 'parameter' }),
    ...bufferTensors(runtime, network.buffers, buffers, 'buffer'),
    ...Object.fromEntries(masks),
  };
  const feeds = only({ ...all, ...batchImages(parts, batch.images) }, session.inputs);
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
  return { step, release: () => session.release() };
}

/** Views of everything that training changes. */
function stateOf(plan: Plan, layout: Layout, memory: Arena, buffers: Readonly<Record<string, Float32Array>>) {
  const regions = keptRegions(plan, layout).map((name) => [name, memory.float32(name)] as const);
  const moving = Object.entries(buffers).map(([name, values]) => [`buffer.${name}`, values] as const);
  return Object.fromEntries([...regions, ...moving]);
}

/** A trainer with freshly initialized parameters; the same plan and data give the same parameters. */
export async function createTrainer(runtime: Runtime, plan: Plan, data: Dataset): Promise<Trainer> {
  const inputs = networkInputs(plan, data);
  const network = createNetwork(plan.network, inputs);
  const layout = createLayout(network.parameters);
  const options = { task: data.task, network, inputs, layout, loss: lossOf(plan, data, inputs.outputs) };
  const batchSize = Math.min(plan.training.batchSize, data.rows);
  const { dropout, augmentation } = plan.regularization;
  const mixing = data.images !== null && (augmentation.mixup > 0 || augmentation.cutmix > 0);
  const graph = buildTrainingStep(options, batchSize, { dropout: dropout.rate > 0, mixing });
  const memory = createMemory(plan, layout, graph.masks, batchSize, data);
  const values = initializeNetwork(network, { random: createRandom(plan.seed), sample: spreadRows(data, sampleRows) });
  const parameters = memory.float32('parameters');
  for (const { spec, slot } of layout.parameters) parameters.set(values.parameters.get(spec.name) ?? [], slot.offset);
  const buffers = Object.fromEntries(values.buffers);
  const evaluated = plan.training.averaging > 0 ? memory.float32('average') : parameters;
  const slots = layout.parameters.map(({ slot }) => slot);
  const optimizer = createOptimizer(plan.optimizer, memory, slots, plan.training);
  const stepper = await createStepper({
    runtime,
    plan,
    data,
    network,
    layout,
    memory,
    buffers,
    optimizer,
    graph,
    batchSize,
  });
  const evaluator = await runtime.load(buildEvaluationStep(options).bytes);
  const fixed = {
    ...layoutTensors(runtime, layout, evaluated, { packed: 'parameters', single: 'parameter' }),
    ...bufferTensors(runtime, network.buffers, buffers, 'buffer'),
  };
  const piece = evaluationPiece(plan, data);
  return {
    layout,
    batchSize,
    optimizer,
    state: stateOf(plan, layout, memory, buffers),
    evaluated,
    buffers,
    step: stepper.step,
    predict: (rows) => predictAll(runtime, evaluator, fixed, rows, piece),
    async release() {
      await stepper.release();
      await evaluator.release();
    },
  };
}
