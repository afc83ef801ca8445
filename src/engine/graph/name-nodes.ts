// In: the bytes of an ONNX model. Out: the same model with names for the nodes that a device is not to run.

import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type NodeProto } from './onnx_pb.ts';

/** A model in which some nodes have a name. */
export interface NamedNodes {
  readonly bytes: Uint8Array;
  readonly names: readonly string[];
}

/** Names the nodes that `isChosen` picks; without any the bytes are the same. */
export function nameNodes(bytes: Uint8Array, isChosen: (node: NodeProto) => boolean): NamedNodes {
  const model = fromBinary(ModelProtoSchema, bytes);
  const chosen = (model.graph?.node ?? []).filter(isChosen);
  chosen.forEach((node, i) => {
    node.name = `kept_${i}`;
  });
  if (chosen.length === 0) return { bytes, names: [] };
  return { bytes: toBinary(ModelProtoSchema, model), names: chosen.map(({ name }) => name) };
}
