// In: a plan, a network and a batch size. Out: the training step (forward, loss, backward) and the evaluation step,
// each as the bytes of one ONNX graph, with the names by which their tensors are fed and fetched.

import {
  add,
  concat,
  createGraph,
  encode,
  type Graph,
  gradients,
  mul,
  reshape,
  split,
  sub,
  type Value,
} from '../engine/index.ts';
import type { ForwardResult, Loss, MaskSpec, Network, NetworkInputs } from '../network/index.ts';
import type { Task } from '../plan/plan.ts';
import type { Layout } from './layout.ts';

/** A graph that is ready to be loaded. */
export interface StepGraph {
  readonly bytes: Uint8Array;
  /** Dropout masks that the step is fed with; none in evaluation. */
  readonly masks: readonly MaskSpec[];
  /** Buffers whose new values the step gives out under `next.NAME`. */
  readonly updates: readonly string[];
}

/** A graph that is not encoded yet. */
export interface StepValues extends Omit<StepGraph, 'bytes'> {
  readonly outputs: Readonly<Record<string, Value>>;
}

/** What both graphs are made of. */
export interface StepOptions {
  readonly task: Task;
  readonly network: Network;
  readonly inputs: NetworkInputs;
  readonly layout: Layout;
  readonly loss: Loss;
}

/** Gives each parameter as a value: cut out of the packed tensor, or an input of its own. */
function parameterValues(graph: Graph, layout: Layout): ReadonlyMap<string, Value> {
  const values = new Map<string, Value>();
  const packed = layout.parameters.filter((parameter) => parameter.packed);
  if (packed.length > 0) {
    const flat = graph.input('parameters', [layout.packedFloats]);
    const sizes: number[] = [];
    const places: number[] = [];
    packed.forEach(({ slot }, i) => {
      const next = packed[i + 1]?.slot.offset ?? layout.packedFloats;
      places.push(sizes.length);
      sizes.push(slot.length);
      const padding = next - slot.offset - slot.length;
      if (padding > 0) sizes.push(padding);
    });
    const pieces = sizes.length === 1 ? [flat] : split(flat, sizes, 0);
    packed.forEach(({ spec }, i) => {
      const piece = pieces[places[i] as number] as Value;
      values.set(spec.name, reshape(piece, spec.shape));
    });
  }
  for (const { spec, packed: isPacked } of layout.parameters) {
    if (!isPacked) values.set(spec.name, graph.input(`parameter.${spec.name}`, spec.shape));
  }
  return values;
}

/** A lookup that fails loudly: a name that a layer asks for and did not declare is our mistake. */
function lookup(values: ReadonlyMap<string, Value>, kind: string): (name: string) => Value {
  return (name) => {
    const value = values.get(name);
    if (value === undefined) throw new Error(`the network asks for the ${kind} '${name}', which it did not declare`);
    return value;
  };
}

/** The inputs of one batch: [N, D] numbers and [N, C] codes, or images. */
function dataValues(graph: Graph, inputs: NetworkInputs, rows: number | string) {
  const numeric = inputs.numeric > 0 ? graph.input('numeric', [rows, inputs.numeric]) : null; // [N, D]
  const codes = inputs.cardinalities.length;
  const categories = codes > 0 ? graph.input('categories', [rows, codes], 'int32') : null; // [N, C]
  const { image: shape } = inputs;
  const image =
    shape === null ? null : graph.input('images', [rows, shape.channels, shape.height, shape.width], 'uint8'); // [N, C, H, W]
  return { numeric, categories, image };
}

function bufferValues(graph: Graph, network: Network): ReadonlyMap<string, Value> {
  return new Map(network.buffers.map(({ name, shape }) => [name, graph.input(`buffer.${name}`, shape)]));
}

/** The gradients of packed parameters as one flat tensor, padded with zeros as the parameters are. */
function packGradients(graph: Graph, layout: Layout, gradient: (name: string) => Value): Value | null {
  const packed = layout.parameters.filter((parameter) => parameter.packed);
  const pieces: Value[] = [];
  packed.forEach(({ spec, slot }, i) => {
    const next = packed[i + 1]?.slot.offset ?? layout.packedFloats;
    pieces.push(reshape(gradient(spec.name), [slot.length]));
    const padding = next - slot.offset - slot.length;
    if (padding > 0) pieces.push(graph.constant(new Float32Array(padding), [padding]));
  });
  if (pieces.length === 0) return null;
  return pieces.length === 1 ? (pieces[0] as Value) : concat(pieces, 0);
}

/** What a training step has only where the plan asks for it: without it, it would be products with ones. */
export interface StepExtras {
  readonly dropout: boolean;
  /** Whether images are mixed in pairs (mixup, cutmix), so that each row has two targets. */
  readonly mixing: boolean;
}

/** s loss(target) + (1 - s) loss(partner target), with one share s per batch (Zhang et al., 2018). */
function mixedLoss(graph: Graph, loss: Loss, output: Value, target: Value): Value {
  const partner = graph.input('partner-target', target.shape, target.dtype); // [N]
  const share = graph.input('share', []);
  return add(mul(share, loss.loss(output, target)), mul(sub(1, share), loss.loss(output, partner)));
}

/** The whole training step as one graph; inputs and outputs by name as in `trainer.ts`. `convolutionBlock` is that of
 * the runtime it is for. */
export function buildTrainingStep(
  options: StepOptions,
  batchSize: number,
  extras: StepExtras,
  convolutionBlock: number | null = null,
): StepGraph {
  const { outputs, ...rest } = trainingValues(options, batchSize, extras);
  return { ...rest, bytes: encode(outputs, { convolutionBlock }) };
}

/** What a training step computes, by name. */
export function trainingValues(options: StepOptions, batchSize: number, extras: StepExtras): StepValues {
  const { dropout, mixing } = extras;
  const { network, inputs, layout, loss, task } = options;
  const graph = createGraph({ real: 'float32' });
  const data = dataValues(graph, inputs, batchSize);
  const target = graph.input('target', [batchSize], task === 'classification' ? 'int32' : 'float32');
  const parameters = parameterValues(graph, layout);
  const masks = dropout ? network.masks(batchSize) : [];
  const maskValues = new Map(masks.map(({ name, shape }) => [name, graph.input(`mask.${name}`, shape)]));
  const forward = network.forward({
    ...data,
    parameter: lookup(parameters, 'parameter'),
    buffer: lookup(bufferValues(graph, network), 'buffer'),
    mask: dropout ? lookup(maskValues, 'mask') : null,
    training: true,
  });
  const value = mixing ? mixedLoss(graph, loss, forward.output, target) : loss.loss(forward.output, target);
  const names = layout.parameters.map(({ spec }) => spec.name);
  const slopes = gradients(value, names.map(lookup(parameters, 'parameter')));
  const byName = new Map(names.map((name, i) => [name, slopes[i] as Value]));
  const outputs: Record<string, Value> = { loss: value };
  const packed = packGradients(graph, layout, lookup(byName, 'gradient'));
  if (packed !== null) outputs.gradients = packed;
  for (const { spec, packed: isPacked } of layout.parameters) {
    if (!isPacked) outputs[`gradient.${spec.name}`] = lookup(byName, 'gradient')(spec.name);
  }
  for (const [name, next] of Object.entries(forward.buffers)) outputs[`next.${name}`] = next;
  return { outputs, masks, updates: Object.keys(forward.buffers) };
}

/** The evaluation step: rows in, `prediction` [N, K] out (probabilities, or standardized values), averaged over members. */
export function buildEvaluationStep(options: StepOptions, convolutionBlock: number | null = null): StepGraph {
  return { bytes: encode(evaluationValues(options), { convolutionBlock }), masks: [], updates: [] };
}

/** What an evaluation step computes, by name; the number of rows is the symbolic size N. */
export function evaluationValues(options: StepOptions): Readonly<Record<string, Value>> {
  return { prediction: options.loss.prediction(evaluationForward(options).output) };
}

/** The network in evaluation mode, in a graph of its own; the number of rows is the symbolic size N. */
export function evaluationForward({ network, inputs, layout }: StepOptions): ForwardResult {
  const graph = createGraph({ real: 'float32' });
  const data = dataValues(graph, inputs, 'N');
  return network.forward({
    ...data,
    parameter: lookup(parameterValues(graph, layout), 'parameter'),
    buffer: lookup(bufferValues(graph, network), 'buffer'),
    mask: null,
    training: false,
  });
}
