// In: the bytes of one TensorBoard event. Out: its step, time, and scalars. Only the fields that scalars need are read, by
// their numbers in tensorflow/core/{util/event,framework/summary,framework/tensor}.proto; all others are skipped.

import { BYTES, FIXED32, FIXED64, fields, VARINT } from './message-fields.ts';

/** One scalar. */
export interface EventScalar {
  readonly tag: string;
  readonly value: number;
}

/** What an event says. */
export interface EventMessage {
  /** Seconds since 1970. */
  readonly wallTime: number;
  readonly step: number;
  readonly scalars: readonly EventScalar[];
}

const DT_FLOAT = 1;
const DT_DOUBLE = 2;

/** The only number of a tensor of floats or doubles; null for other tensors. */
function tensorScalar(bytes: Uint8Array): number | null {
  let type = 0;
  const found: number[] = [];
  let content: Uint8Array | null = null;
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === VARINT) type = reader.int32();
    else if (field === 4 && wire === BYTES) content = reader.bytes();
    else if (field === 5 && wire === FIXED32) found.push(reader.float());
    else if (field === 6 && wire === FIXED64) found.push(reader.double());
    else if ((field === 5 || field === 6) && wire === BYTES) found.push(...packed(reader.bytes(), field === 5 ? 4 : 8));
    else return false;
    return true;
  });
  const size = type === DT_FLOAT ? 4 : type === DT_DOUBLE ? 8 : 0;
  if (size === 0) return null;
  const raw = content as Uint8Array | null;
  const values = raw !== null && raw.length > 0 ? packed(raw, size) : found;
  return values.length === 1 ? (values[0] ?? null) : null;
}

/** At most two numbers of a packed field: more is no scalar. */
function packed(bytes: Uint8Array, size: 4 | 8): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.min(2, Math.floor(bytes.length / size)) }, (_, i) =>
    size === 4 ? view.getFloat32(4 * i, true) : view.getFloat64(8 * i, true),
  );
}

/** The name of the plugin in a SummaryMetadata; '' if it names none. */
function pluginOf(bytes: Uint8Array): string {
  let name = '';
  fields(bytes, (field, wire, reader) => {
    if (field !== 1 || wire !== BYTES) return false;
    fields(reader.bytes(), (inner, innerWire, data) => {
      if (inner !== 1 || innerWire !== BYTES) return false;
      name = data.string();
      return true;
    });
    return true;
  });
  return name;
}

function scalarOf(bytes: Uint8Array): EventScalar | null {
  let tag = '';
  let value: number | null = null;
  let plugin = '';
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === BYTES) tag = reader.string();
    else if (field === 2 && wire === FIXED32) value = reader.float();
    else if (field === 8 && wire === BYTES) value = tensorScalar(reader.bytes());
    else if (field === 9 && wire === BYTES) plugin = pluginOf(reader.bytes());
    else return false;
    return true;
  });
  return value === null || (plugin !== '' && plugin !== 'scalars') ? null : { tag, value };
}

/** Reads one event; throws whatever the protobuf reader throws for bytes that are none. */
export function readEvent(bytes: Uint8Array): EventMessage {
  let wallTime = 0;
  let step = 0;
  const scalars: EventScalar[] = [];
  fields(bytes, (field, wire, reader) => {
    if (field === 1 && wire === FIXED64) wallTime = reader.double();
    else if (field === 2 && wire === VARINT) step = Number(reader.int64());
    else if (field === 5 && wire === BYTES) {
      fields(reader.bytes(), (inner, innerWire, summary) => {
        if (inner !== 1 || innerWire !== BYTES) return false;
        const scalar = scalarOf(summary.bytes());
        if (scalar !== null) scalars.push(scalar);
        return true;
      });
    } else return false;
    return true;
  });
  return { wallTime, step, scalars };
}
