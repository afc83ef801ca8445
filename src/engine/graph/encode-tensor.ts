// In: shapes, types, attributes and tensors of a graph. Out: their ONNX messages.

import { create } from '@bufbuild/protobuf';
import type { OnnxAttribute } from '../ops/op.ts';
import type { DType, ValueType } from './graph.ts';
import {
  type AttributeProto,
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataType as DataType,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from './onnx_pb.ts';
import { concrete } from './shape.ts';

/** TensorProto.DataType of onnx.proto. */
const DATA_TYPE = {
  float32: DataType.FLOAT,
  float64: DataType.DOUBLE,
  int32: DataType.INT32,
  int64: DataType.INT64,
  uint8: DataType.UINT8,
  bool: DataType.BOOL,
  string: DataType.STRING,
} as const satisfies Readonly<Record<DType, DataType>>;

/** The type and shape of an input or output. */
export function valueInfo(name: string, { dtype, shape }: ValueType): ValueInfoProto {
  const dim = shape.map((size) => ({
    value:
      typeof size === 'string'
        ? { case: 'dimParam' as const, value: size }
        : { case: 'dimValue' as const, value: BigInt(size) },
  }));
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: 'tensorType', value: { elemType: DATA_TYPE[dtype], shape: { dim } } } },
  });
}

/** A tensor that is part of the model. */
export function tensorProto(
  name: string,
  { dtype, shape, data }: ValueType & { readonly data: ArrayLike<number | string> },
): TensorProto {
  const dims = concrete('encode', shape).map(BigInt);
  if (dtype === 'string') {
    const encoder = new TextEncoder();
    return create(TensorProtoSchema, {
      name,
      dims,
      dataType: DATA_TYPE[dtype],
      stringData: Array.from(data, (x) => encoder.encode(String(x))),
    });
  }
  return create(TensorProtoSchema, { name, dims, dataType: DATA_TYPE[dtype], rawData: rawData(dtype, data) });
}

/** The attribute of a node. */
export function attributeProto(name: string, attribute: OnnxAttribute): AttributeProto {
  const encoder = new TextEncoder();
  if ('int' in attribute)
    return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(attribute.int) });
  if ('ints' in attribute)
    return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: attribute.ints.map(BigInt) });
  if ('float' in attribute)
    return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: attribute.float });
  if ('string' in attribute)
    return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s: encoder.encode(attribute.string) });
  return create(AttributeProtoSchema, {
    name,
    type: AttributeType.STRINGS,
    strings: attribute.strings.map((text) => encoder.encode(text)),
  });
}

/** The elements as ONNX stores them: little endian, whatever this machine's order is. */
function rawData(dtype: Exclude<DType, 'string'>, data: ArrayLike<number | string>): Uint8Array {
  const bytesPerElement = { float32: 4, float64: 8, int32: 4, int64: 8, uint8: 1, bool: 1 }[dtype];
  const bytes = new Uint8Array(data.length * bytesPerElement);
  const view = new DataView(bytes.buffer);
  for (let i = 0; i < data.length; i++) {
    const at = i * bytesPerElement;
    const x = Number(data[i]);
    if (dtype === 'float32') view.setFloat32(at, x, true);
    else if (dtype === 'float64') view.setFloat64(at, x, true);
    else if (dtype === 'int32') view.setInt32(at, x, true);
    else if (dtype === 'int64') view.setBigInt64(at, BigInt(x), true);
    else view.setUint8(at, x);
  }
  return bytes;
}
