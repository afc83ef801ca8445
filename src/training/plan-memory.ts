// In: a plan, the shape of its data and how many trials run at the same time. Out: the most memory that they will hold,
// in parts that a person knows, before anything is allocated.

import type { Dataset } from '../data/dataset.ts';
import type { ImageShape } from '../data/table.ts';
import { estimateMemory, type GraphMemory, type Region } from '../engine/index.ts';
import { createLoss, createNetwork } from '../network/index.ts';
import type { Plan } from '../plan/plan.ts';
import { activationValues } from './activation-health.ts';
import { isMixing } from './batch.ts';
import { activationRows } from './evaluate.ts';
import { createLayout } from './layout.ts';
import { memoryRegions } from './memory.ts';
import { optimizerRegions } from './optimizer.ts';
import { activationPiece, evaluationPiece } from './predictor.ts';
import { evaluationValues, trainingValues } from './step.ts';

/** What the memory of a training depends on, of the data. */
export interface PlanData extends Pick<Dataset, 'task' | 'width' | 'continuous' | 'cardinalities' | 'classes'> {
  /** Rows of the training set. */
  readonly rows: number;
  /** Rows that the epoch is chosen by; 0 without. */
  readonly devRows: number;
  /** Null for tables. */
  readonly images: ImageShape | null;
  /** The table or the image store, which all threads share. */
  readonly storedBytes: number;
}

/** A part of the memory, in words for people. */
export interface MemoryPart {
  readonly name: string;
  readonly bytes: number;
}

/** The most memory that a process will hold. */
export interface PlanMemory {
  readonly bytes: number;
  /** Their sum is `bytes`; the largest first. */
  readonly parts: readonly MemoryPart[];
}

/** Where a plan is trained. */
export interface PlanMemoryOptions {
  /** Trials at the same time, 1 by default. */
  readonly slots?: number;
  /** Whether each has a thread of its own, as in a tuning; false by default. */
  readonly workers?: boolean;
  /** `Runtime.convolutionBlock()` of the runtime that trains; null by default. */
  readonly convolutionBlock?: number | null;
}

const MB = 2 ** 20;

/** Measured: docs/decisions/0011-memory.md. */
const measured = {
  /** Node, fettle's modules and onnxruntime. */
  process: 170 * MB,
  /** A thread with its own heap and modules. */
  worker: 62 * MB,
  /** Three loaded sessions, before their nodes. */
  sessions: 12 * MB,
  /** A node of a loaded model. */
  node: 8000,
  /** onnxruntime's allocator leaves gaps between tensors: held bytes per byte of tensors. */
  gaps: 1.3,
};

/** Training rows that the final error is measured on, at most, and those of the curve and of activations (see evaluate.ts). */
const evaluatedRows = 50_000 + 2000 + 256;

/** The dataset's shape, for a training on `rows` and `devRows` rows like it. */
export function planData(
  { task, width, continuous, cardinalities, classes, images }: Dataset,
  counts: Pick<PlanData, 'rows' | 'devRows' | 'storedBytes'>,
): PlanData {
  return { task, width, continuous, cardinalities, classes, images, ...counts };
}

/** The most memory that a process holds which trains such plans, `slots` at a time. */
export function planMemory(plan: Plan, data: PlanData, options: PlanMemoryOptions = {}): PlanMemory {
  const { slots = 1, workers = false, convolutionBlock = null } = options;
  const trial = trialParts(plan, data, convolutionBlock);
  const parts = [
    { name: 'the program', bytes: measured.process },
    { name: data.images === null ? 'the table' : 'the images', bytes: data.storedBytes },
    ...(workers ? [{ name: 'threads', bytes: slots * measured.worker }] : []),
    ...trial.map(({ name, bytes }) => ({ name, bytes: slots * bytes })),
  ].filter(({ bytes }) => bytes > 0);
  return {
    bytes: parts.reduce((sum, { bytes }) => sum + bytes, 0),
    parts: parts.sort((a, b) => b.bytes - a.bytes),
  };
}

/** What one trial holds. */
function trialParts(plan: Plan, data: PlanData, convolutionBlock: number | null): readonly MemoryPart[] {
  const batchSize = Math.min(plan.training.batchSize, data.rows);
  const { options, layout } = stepOptions(plan, data);
  const extras = { dropout: plan.regularization.dropout.rate > 0, mixing: isMixing(plan, data) };
  const { outputs, masks } = trainingValues(options, batchSize, extras);
  const step = estimateMemory(outputs, { convolutionBlock });
  const piece = Math.min(evaluationPiece(plan, data), Math.max(data.rows, data.devRows));
  const evaluation = estimateMemory(evaluationValues(options), { sizes: { N: piece }, convolutionBlock });
  const looked = Math.min(activationPiece(plan, data), activationRows(data));
  const look = estimateMemory(activationValues(options).outputs, { sizes: { N: looked }, convolutionBlock });
  const state = bytesOf(optimizerRegions(plan.optimizer, layout.floats, plan.training));
  const batch = bytesOf(memoryRegions(plan, layout, masks, batchSize, data)) - state;
  const parameters = 4 * layout.floats;
  return [
    // The first values, the kept ones and those of the result; then the copy that a checkpoint is written from.
    { name: 'parameters, gradients and moments', bytes: 2 * state + 3 * parameters },
    { name: `activations of a batch of ${batchSize}`, bytes: batch + runBytes(step, plan.network.kind === 'mlp') },
    { name: `activations of an evaluation of ${piece} rows`, bytes: runBytes(evaluation, false) },
    { name: `activations of ${looked} rows that are looked at`, bytes: runBytes(look, false) },
    { name: 'models', bytes: measured.sessions + [step, evaluation, look].reduce((sum, x) => sum + modelBytes(x), 0) },
    { name: 'rows of a trial', bytes: rowBytes(data) },
  ];
}

function stepOptions(plan: Plan, { task, width, continuous, cardinalities, classes, images }: PlanData) {
  const outputs = plan.loss.kind === 'binary-cross-entropy' ? 1 : (classes?.length ?? 1);
  const ones = new Array<number>(images?.channels ?? 0).fill(1);
  const image = images === null ? null : { ...images, center: ones, factor: ones };
  const inputs = { numeric: width, continuous, cardinalities, image, outputs };
  const network = createNetwork(plan.network, inputs);
  const layout = createLayout(network.parameters);
  // Weights of classes are a handful of constants.
  const loss = createLoss(plan.loss, { outputs, classWeights: null });
  return { options: { task, network, inputs, layout, loss }, layout };
}

function bytesOf(regions: readonly Region[]): number {
  return regions.reduce((sum, { floats }) => sum + 4 * floats, 0);
}

/** Tensors of a run, twice where they get one block beside (see LoadOptions), and the copies of outputs that the binding makes. */
function runBytes({ peak, outputs }: GraphMemory, oneBlock: boolean): number {
  return Math.round((measured.gaps + (oneBlock ? 1 : 0)) * peak) + outputs;
}

function modelBytes({ nodes, constants }: GraphMemory): number {
  return nodes * measured.node + 3 * constants;
}

/** Inputs and targets of training and dev rows, their order, the rows that are evaluated, and predictions. */
function rowBytes({ rows, devRows, width, cardinalities, classes, images }: PlanData): number {
  const row = 4 * (width + cardinalities.length + (images === null ? 0 : 1)) + 4;
  const sampled = Math.min(rows, evaluatedRows);
  const outputs = classes?.length ?? 1;
  return (rows + devRows + sampled) * row + 12 * rows + (sampled + devRows) * (4 * outputs + 8);
}
