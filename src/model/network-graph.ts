// In: a plan, trained weights and what a network is fed with. Out: the prediction, with the weights as constants;
// several networks over the same inputs are averaged.

import { FettleError } from '../base/error.ts';
import { add, type Graph, mul, type Value } from '../engine/index.ts';
import {
  type BufferSpec,
  countParameters,
  createLoss,
  createNetwork,
  type Network,
  type NetworkInputs,
  type ParameterSpec,
} from '../network/index.ts';
import type { Plan } from '../plan/plan.ts';
import type { NetworkFeeds } from './input-graph.ts';

/** Tensors by name. */
export type NamedTensors = ReadonlyMap<string, Float32Array> | Readonly<Record<string, Float32Array>>;

/** The trained numbers of one network, by the names of its parameters and buffers. */
export interface NetworkWeights {
  readonly parameters: NamedTensors;
  readonly buffers: NamedTensors;
}

/** The most bytes of weights that one file holds: protobuf messages end at 2^31 - 1, and the rest needs room too. */
const mostBytes = 2 ** 31 - 2 ** 24;

function tensorOf(tensors: NamedTensors, name: string): Float32Array | undefined {
  return tensors instanceof Map ? tensors.get(name) : (tensors as Readonly<Record<string, Float32Array>>)[name];
}

/** Gives each declared tensor as a constant; one that is absent or has another size is our mistake. */
function constants(graph: Graph, kind: string, specs: readonly (ParameterSpec | BufferSpec)[], tensors: NamedTensors) {
  const shapes = new Map(specs.map(({ name, shape }) => [name, shape]));
  return (name: string): Value => {
    const shape = shapes.get(name);
    const values = tensorOf(tensors, name);
    const wanted = shape?.reduce((product, dim) => product * dim, 1);
    if (shape === undefined || values === undefined || values.length !== wanted) {
      throw new FettleError(
        'internal',
        `The export expected the ${kind} '${name}' of ${wanted ?? 'an unknown number of'} floats, but received ${values?.length ?? 'none'}. ` +
          'Pass the weights of a network of the same plan and data.',
      );
    }
    return graph.constant(values, shape, 'float32');
  };
}

/** Throws `engine` if the weights do not fit into one file. */
export function checkSize(parameters: number, networks: number): void {
  const bytes = 4 * parameters * networks;
  if (bytes <= mostBytes) return;
  const gigabytes = (bytes / 1e9).toFixed(1);
  throw new FettleError(
    'engine',
    `The model would hold ${gigabytes} GB of weights (${networks} ${networks === 1 ? 'network' : 'networks'} of ${parameters} parameters), ` +
      'but an ONNX file ends at 2 GB. Export fewer networks, or train a smaller one.',
  );
}

/** The network that a plan describes, and what an export needs to know of it. */
export interface ExportedNetwork {
  readonly network: Network;
  /** Trained numbers of one network. */
  readonly parameters: number;
}

/** The network of a plan, small enough for `networks` of it to be exported. */
export function exportedNetwork(plan: Plan, inputs: NetworkInputs, networks: number): ExportedNetwork {
  const network = createNetwork(plan.network, inputs);
  const parameters = countParameters(network);
  checkSize(parameters, networks);
  return { network, parameters };
}

/** Probabilities [N, K] or the value in the unit of training [N, 1]: the mean over all networks and their members. */
export function predictionGraph(
  graph: Graph,
  plan: Plan,
  network: Network,
  feeds: NetworkFeeds,
  weights: readonly NetworkWeights[],
): Value {
  const loss = createLoss(plan.loss, { outputs: network.inputs.outputs, classWeights: null });
  let sum: Value | null = null;
  for (const { parameters, buffers } of weights) {
    const { output } = network.forward({
      ...feeds,
      parameter: constants(graph, 'parameter', network.parameters, parameters),
      buffer: constants(graph, 'buffer', network.buffers, buffers),
      mask: null,
      training: false,
    });
    const prediction = loss.prediction(output);
    sum = sum === null ? prediction : add(sum, prediction);
  }
  if (sum === null) {
    throw new FettleError(
      'internal',
      'The export expected at least one network, but received none. Pass trained weights.',
    );
  }
  return mul(sum, 1 / weights.length);
}
