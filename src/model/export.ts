// In: a plan, a fitted preprocessing and the weights of one or more networks that share it. Out: the bytes of model.onnx.
// Raw columns go in, one input [N, 1] per used column, named as the column: numbers and booleans float32 (missing = NaN),
// categories string (missing = '', an unseen text counts as missing), date-times float64 seconds since 1970 UTC (missing = NaN);
// or images, one input `image` [N, C, H, W] of bytes. Out come `probabilities` [N, K] and `label` [N], or `value` [N, 1].
// Numbers are float32: digits beyond the seventh of a double are lost on the way in, as they were in training.

import { FettleError } from '../base/error.ts';
import type { Preprocessing } from '../data/preprocessing.ts';
import { add, argMax, createGraph, encode, gather, mul, type Value } from '../engine/index.ts';
import type { NetworkInputs } from '../network/index.ts';
import type { ImageInputs } from '../network/specs.ts';
import type { Plan } from '../plan/plan.ts';
import { type ColumnRange, modelColumns } from './columns.ts';
import { exportedForm, imageName, modelImage } from './image-input.ts';
import { inputGraph } from './input-graph.ts';
import { type ModelOutputs, planHash, writeMetadata } from './metadata.ts';
import { exportedNetwork, type NetworkWeights, predictionGraph } from './network-graph.ts';

export type { NamedTensors, NetworkWeights } from './network-graph.ts';

/** What a model file is made of. */
export interface ExportOptions {
  readonly plan: Plan;
  /** The shape of the data that the networks were made for. */
  readonly networkInputs: NetworkInputs;
  readonly preprocessing: Preprocessing;
  /** One or more; their predictions are averaged. */
  readonly networks: readonly NetworkWeights[];
  /** Versions of what made the model, by package; `fettle` is its own. */
  readonly versions: Readonly<Record<string, string>>;
  /** What the training rows held, see `columnRanges`; it travels with the model. */
  readonly ranges?: Readonly<Record<string, ColumnRange>>;
}

/** What was exported. */
export interface ExportedModel {
  /** The ONNX file: opset 21 and ai.onnx.ml. */
  readonly bytes: Uint8Array;
  /** Trained numbers in all networks, and those that are not zero. */
  readonly parameters: number;
  readonly nonzero: number;
}

/**
 * Writes a model file. Throws `engine` when the weights are over 2 GB, and `internal` when the parts do not fit together.
 * @example
 * const { bytes } = exportModel({ plan, networkInputs, preprocessing, networks: [{ parameters, buffers }], versions });
 */
export function exportModel(options: ExportOptions): ExportedModel {
  const { plan, networkInputs, preprocessing, networks, versions } = options;
  checkInputs(networkInputs, preprocessing);
  const { network, parameters } = exportedNetwork(plan, networkInputs, networks.length);
  const graph = createGraph({ real: 'float32' });
  const prediction = predictionGraph(graph, plan, network, inputGraph(graph, preprocessing), networks);
  const { outputs, values } = nameOutputs(preprocessing, prediction);
  const { target, images } = preprocessing;
  const metadata = writeMetadata({
    versions,
    task: target.kind === 'classes' ? 'classification' : 'regression',
    target: target.name,
    classes: target.kind === 'classes' ? target.classes : null,
    outputs,
    columns: modelColumns(preprocessing, options.ranges),
    image: images === null ? null : modelImage(images, exportedForm),
    preprocessing,
    plan,
    planHash: planHash(plan),
    networks: networks.length,
    parameters: parameters * networks.length,
  });
  const bytes = encode(values, { metadata, name: 'fettle', keepInputs: true });
  return { bytes, parameters: parameters * networks.length, nonzero: countNonzero(networks) };
}

/** Images and their scaling in words, to compare them. */
function imageText(images: ImageInputs | null): string {
  if (images === null) return '';
  const { channels, height, width, center, factor } = images;
  return ` and images of ${channels} x ${height} x ${width} less [${center.join(', ')}] times [${factor.join(', ')}]`;
}

/** The network must have been made for the matrix that the preprocessing gives, or for its images. */
function checkInputs(inputs: NetworkInputs, preprocessing: Preprocessing): void {
  const cardinalities = preprocessing.columns.flatMap((column) =>
    column.kind === 'embedding' ? [column.levels.length + 1] : [],
  );
  const wanted = `${preprocessing.width} numeric columns and embeddings of [${cardinalities.join(', ')}] levels${imageText(preprocessing.images)}`;
  const given = `${inputs.numeric} numeric columns and embeddings of [${inputs.cardinalities.join(', ')}] levels${imageText(inputs.image)}`;
  if (wanted === given) return;
  throw new FettleError(
    'internal',
    `The export expected a network for ${wanted}, but received one for ${given}. Pass the preprocessing that it was trained with.`,
  );
}

/** Names that no column has: a column called `label` makes the output `predicted_label`. */
function freeName(name: string, taken: ReadonlySet<string>): string {
  let free = name;
  while (taken.has(free)) free = `predicted_${free}`;
  return free;
}

function nameOutputs(
  preprocessing: Preprocessing,
  prediction: Value,
): { readonly outputs: ModelOutputs; readonly values: Readonly<Record<string, Value>> } {
  const taken = new Set([imageName, ...preprocessing.columns.map(({ name }) => name)]);
  const { target } = preprocessing;
  if (target.kind === 'number') {
    const outputs = { value: freeName('value', taken) };
    return { outputs, values: { [outputs.value]: add(mul(prediction, target.deviation), target.mean) } };
  }
  const { classes } = target;
  if (prediction.shape[1] !== classes.length) {
    throw new FettleError(
      'internal',
      `The export expected ${classes.length} probabilities, one per class, but the network gives ${prediction.shape[1]}. ` +
        'Pass the network that was trained for these classes.',
    );
  }
  const outputs = { probabilities: freeName('probabilities', taken), label: freeName('label', taken) };
  const names = prediction.graph.constant(classes, [classes.length], 'string');
  const label = gather(names, argMax(prediction, -1), 0); // [N]
  return { outputs, values: { [outputs.probabilities]: prediction, [outputs.label]: label } };
}

function countNonzero(networks: readonly NetworkWeights[]): number {
  let count = 0;
  for (const { parameters } of networks) {
    const tensors = parameters instanceof Map ? parameters.values() : Object.values(parameters);
    for (const tensor of tensors as Iterable<Float32Array>) for (const x of tensor) if (x !== 0) count++;
  }
  return count;
}
