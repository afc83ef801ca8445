// In: the graph of a training step with its gradients. Out: the same graph with the optimizer's update behind them.
// On a device whose memory the kernels cannot reach, this is what `optimizer.ts` does elsewhere: clipping, decoupled decay,
// update, proximal L1 step, moving average and the norms of each layer; what varies from step to step is one input.

import { FettleError } from '../../base/error.ts';
import {
  abs,
  add,
  concat,
  div,
  type Graph,
  max,
  min,
  mul,
  neg,
  reduceMax,
  reduceSum,
  reshape,
  split,
  sqrt,
  square,
  sub,
  unsqueeze,
  type Value,
} from '../../engine/index.ts';
import type { OptimizerPlan } from '../../plan/plan.ts';
import type { Layout, PlacedParameter } from '../layout.ts';
import { averageShare, type OptimizerOptions, type StepStrengths } from '../optimizer.ts';
import type { UpdateRule } from '../optimizers/rule.ts';
import { updateRule } from '../optimizers/table.ts';
import { type DeviceTensor, deviceTensors, inputNamed, tensorName } from './tensors.ts';

/** What an update is made of. */
export interface UpdateOptions {
  readonly optimizer: OptimizerPlan;
  readonly training: OptimizerOptions;
  readonly layout: Layout;
  /** Whether the plan asks for an L1 step at all; without it the graph has none. */
  readonly l1: boolean;
}

/** Regions whose new values the graph gives out, under `new.` and the name of each tensor. */
export function updatedRegions({ optimizer, training }: UpdateOptions): readonly string[] {
  return ['parameters', ...updateRule(optimizer).moments, ...(training.averaging > 0 ? ['average'] : [])];
}

/** The input `numbers` at step t = 1, 2, ...: the rule's own, then decay, L1 step and the average's share. */
export function updateNumbers(options: UpdateOptions, t: number, strengths: StepStrengths): Float32Array {
  const { learningRate, l2, l1 } = strengths;
  if (l1 > 0 && !options.l1) {
    throw new FettleError('internal', `The update was built without an L1 step, but is asked for one of ${l1}.`);
  }
  const { averaging } = options.training;
  return Float32Array.of(
    ...updateRule(options.optimizer).numbers(t, learningRate),
    learningRate * l2,
    learningRate * l1,
    averaging > 0 ? averageShare(averaging, t) : 0,
  );
}

/** The numbers of a step as values of shape [1]. */
interface Numbers {
  readonly rule: readonly Value[];
  readonly decay: Value;
  readonly threshold: Value;
  readonly share: Value;
}

function numberValues(graph: Graph, options: UpdateOptions): Numbers {
  const count = updateNumbers(options, 1, { learningRate: 1, l2: 0, l1: 0 }).length;
  const values = split(graph.input('numbers', [count]), Array<number>(count).fill(1), 0);
  const [decay, threshold, share] = values.slice(-3) as [Value, Value, Value];
  return { rule: values.slice(0, -3), decay, threshold, share };
}

/**
 * min(1, limit / (norm + 1e-6)) over all gradients. The squares are those of the gradients over their largest magnitude:
 * kernels add squares in float64, in which no float32 overflows.
 */
function clipScale(graph: Graph, gradients: readonly Value[], limit: number): Value {
  const largest = gradients.map((g) => reduceMax(abs(g))).reduce((a, b) => max(a, b));
  const unit = max(largest, 1e-30);
  const total = gradients.map((g) => reduceSum(square(div(g, unit)))).reduce((a, b) => add(a, b));
  const norm = mul(unit, sqrt(total));
  return min(graph.scalar(1), div(graph.scalar(limit), add(norm, 1e-6)));
}

/** A number per element of a tensor, or one for all; padding takes what does nothing: 0. */
function perElement(graph: Graph, tensor: DeviceTensor, of: (parameter: PlacedParameter) => number): Value | number {
  const [first, ...others] = tensor.parameters.map(of);
  if (first !== undefined && others.every((x) => x === first)) return first;
  const start = tensor.parameters[0]?.slot.offset ?? 0;
  const values = new Float32Array(tensor.shape.reduce((a, b) => a * b, 1));
  for (const parameter of tensor.parameters) {
    const from = parameter.slot.offset - start;
    values.fill(of(parameter), from, from + parameter.slot.length);
  }
  return graph.constant(values, tensor.shape);
}

/** a b, where 1 leaves b as it is. */
function scaled(factor: Value | number, x: Value): Value {
  return factor === 1 ? x : mul(factor, x);
}

/** w - clamp(w, -t, t): w moves towards zero by the threshold and stops there. */
function softThreshold(w: Value, threshold: Value): Value {
  return sub(w, min(max(w, neg(threshold)), threshold));
}

/** One tensor before and after a step. */
interface Updated {
  readonly outputs: Readonly<Record<string, Value>>;
  /** [3 * parts]: for each part the squares of the new weights, of the gradients and of the updates. */
  readonly sums: readonly Value[];
}

/** What all tensors of a step share. */
interface Shared {
  readonly graph: Graph;
  readonly options: UpdateOptions;
  readonly rule: UpdateRule;
  readonly numbers: Numbers;
  readonly scale: Value | null;
}

/** The new weights of a tensor and what led to them. */
function newWeights({ graph, options, rule, numbers, scale }: Shared, tensor: DeviceTensor, w: Value, g: Value) {
  const moments = rule.moments.map((name) => graph.input(tensorName(name, tensor), tensor.shape));
  const gradient = scale === null ? g : mul(scale, g);
  const { change, moments: next } = rule.change({ gradient, moments, numbers: numbers.rule });
  const factor = perElement(graph, tensor, ({ slot }) => slot.learningRateFactor);
  const penalty = perElement(graph, tensor, ({ slot }) => (slot.penalized ? slot.learningRateFactor : 0));
  const decayed = penalty === 0 ? w : mul(sub(1, scaled(penalty, numbers.decay)), w);
  const moved = sub(decayed, scaled(factor, change));
  const weights = options.l1 && penalty !== 0 ? softThreshold(moved, scaled(penalty, numbers.threshold)) : moved;
  return { weights, moments: next };
}

function updateTensor(shared: Shared, tensor: DeviceTensor, g: Value): Updated {
  const { graph, options, rule, numbers } = shared;
  const w = inputNamed(graph, tensorName('parameters', tensor));
  const { weights, moments } = newWeights(shared, tensor, w, g);
  const outputs: Record<string, Value> = { [`new.${tensorName('parameters', tensor)}`]: weights };
  rule.moments.forEach((name, i) => {
    outputs[`new.${tensorName(name, tensor)}`] = moments[i] as Value;
  });
  if (options.training.averaging > 0) {
    const name = tensorName('average', tensor);
    const average = graph.input(name, tensor.shape);
    outputs[`new.${name}`] = add(average, mul(numbers.share, sub(weights, average)));
  }
  return { outputs, sums: partSums(tensor, [weights, g, sub(weights, w)]) };
}

/** The sums of the squares of some tensors over each part. */
function partSums({ parts }: DeviceTensor, tensors: readonly Value[]): readonly Value[] {
  if (parts.length === 1) return tensors.map((x) => reshape(reduceSum(square(x)), [1]));
  const squares = square(
    concat(
      tensors.map((x) => unsqueeze(x, [0])),
      0,
    ),
  ); // [3, P]
  const pieces = split(
    squares,
    parts.map(({ floats }) => floats),
    1,
  );
  return pieces.map((piece) => reduceSum(piece, [1])); // [3]
}

/**
 * Adds the update to a step's graph. `outputs` are the step's, with its gradients; the result are the outputs that
 * take the place of the gradients: the new tensors, and `health` [3 * parts] in the order of `healthParts`.
 */
export function addUpdate(
  graph: Graph,
  outputs: Readonly<Record<string, Value>>,
  options: UpdateOptions,
): Readonly<Record<string, Value>> {
  const tensors = deviceTensors(options.layout);
  const gradients = tensors.map((tensor) => outputs[tensorName('gradients', tensor)] as Value);
  const { clipNorm } = options.training;
  const shared: Shared = {
    graph,
    options,
    rule: updateRule(options.optimizer),
    numbers: numberValues(graph, options),
    scale: clipNorm === null ? null : clipScale(graph, gradients, clipNorm),
  };
  const updated = tensors.map((tensor, i) => updateTensor(shared, tensor, gradients[i] as Value));
  const health = concat(
    updated.flatMap(({ sums }) => sums),
    0,
  );
  return Object.assign({ health }, ...updated.map((tensor) => tensor.outputs)) as Record<string, Value>;
}
