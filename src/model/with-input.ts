// In: a model file for images, and how its images shall be fed. Out: the same model with such an input.
// The model's first nodes turn what is fed into float32 pixels [N, C, H, W] from 0 to 255; only they are replaced.

import { create, fromBinary, toBinary } from '@bufbuild/protobuf';
import { FettleError } from '../base/error.ts';
import { attributeProto, tensorProto, valueInfo } from '../engine/graph/encode-tensor.ts';
import {
  TensorProto_DataType as DataType,
  type GraphProto,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
} from '../engine/graph/onnx_pb.ts';
import { type InputForm, inputShape, type ModelImage, modelImage } from './image-input.ts';
import { imageProperty, readMetadata } from './metadata.ts';

/** Names in the file of what a form needs beside the model's own. */
const turned = 'image.turned';
const white = 'image.white';

/** The kinds of nodes between the input and the pixels. */
function firstOps({ type, layout }: InputForm): readonly string[] {
  const values = type === 'uint8' ? 'Cast' : 'Mul';
  return layout === 'nchw' ? [values] : ['Transpose', values];
}

/**
 * The model with its images fed in another form: bytes, or float32 from 0 to 1 (times 255 inside, not rounded), by planes
 * (nchw) or pixel by pixel (nhwc). What is left out stays as it is. `name` is how errors call the model.
 * Throws `usage` for a model of a table, `file` for a file that fettle did not write.
 */
export function withInput(bytes: Uint8Array, form: Partial<InputForm>, name = 'The model'): Uint8Array {
  const { image: before } = readMetadata(bytes, name);
  if (before === null) {
    throw new FettleError(
      'usage',
      `${name} was trained on a table: its inputs are the columns, and there is no type or layout to choose. ` +
        'Leave out --input and --layout.',
    );
  }
  const after = modelImage(before, { type: form.type ?? before.type, layout: form.layout ?? before.layout });
  const model = fromBinary(ModelProtoSchema, bytes);
  const { graph } = model;
  const found = graph === undefined ? null : findFirstNodes(graph, before);
  if (graph === undefined || found === null) {
    throw new FettleError(
      'file',
      `${name} is damaged: its input does not reach the network as its property fettle.image says. Write the model again.`,
    );
  }
  graph.node = graph.node.flatMap((node) => {
    const place = found.nodes.indexOf(node);
    return place === 0 ? firstNodes(after, found.pixels) : place > 0 ? [] : [node];
  });
  graph.input = graph.input.map((input) =>
    input.name === before.name ? valueInfo(after.name, { dtype: after.type, shape: inputShape(after, 'N') }) : input,
  );
  graph.initializer = graph.initializer.filter((tensor) => tensor.name !== white);
  if (after.type === 'float32')
    graph.initializer.push(tensorProto(white, { dtype: 'float32', shape: [], data: [255] }));
  const { key, value } = imageProperty(after);
  for (const property of model.metadataProps) if (property.key === key) property.value = value;
  return toBinary(ModelProtoSchema, model);
}

/** The nodes from the input to the pixels, and the pixels' name; null where they are not what the form says. */
function findFirstNodes(graph: GraphProto, image: ModelImage) {
  const nodes: NodeProto[] = [];
  let pixels = image.name;
  for (const op of firstOps(image)) {
    const readers = graph.node.filter(({ input }) => input.includes(pixels));
    const [node] = readers;
    const [output] = node?.output ?? [];
    if (readers.length !== 1 || node?.opType !== op || output === undefined) return null;
    nodes.push(node);
    pixels = output;
  }
  return { nodes, pixels };
}

/** The nodes that turn an input of this form into the pixels. */
function firstNodes(image: ModelImage, pixels: string): NodeProto[] {
  const isTurned = image.layout === 'nhwc';
  const planes = isTurned ? turned : image.name;
  const turn = {
    opType: 'Transpose',
    input: [image.name],
    output: [turned],
    attribute: [attributeProto('perm', { ints: [0, 3, 1, 2] })],
  };
  const read =
    image.type === 'uint8'
      ? { opType: 'Cast', input: [planes], attribute: [attributeProto('to', { int: DataType.FLOAT })] }
      : { opType: 'Mul', input: [planes, white] };
  return [...(isTurned ? [turn] : []), { ...read, output: [pixels] }].map((node) =>
    create(NodeProtoSchema, { domain: '', ...node }),
  );
}
