// In: the bytes of one record of a W&B run file. Out: what it says of the history, or of the end of the run. Only the
// fields that this needs are read, by their numbers in wandb/proto/wandb_internal.proto; all others are skipped.

import { loggedNumber } from './csv-rows.ts';
import { parseLoggedJson } from './json-values.ts';
import { BYTES, fields, VARINT } from './message-fields.ts';

/** What one record says; `other` is anything that a diagnosis does not need. */
export type WandbMessage =
  | { readonly kind: 'history'; readonly entry: Readonly<Record<string, unknown>> }
  | { readonly kind: 'exit'; readonly code: number }
  | { readonly kind: 'other' };

interface Item {
  readonly name: string;
  readonly value: unknown;
}

/** HistoryItem: key 1, nested_key 2 (one part each), value_json 16. */
function itemOf(bytes: Uint8Array): Item {
  let key = '';
  const parts: string[] = [];
  let json = '';
  fields(bytes, (field, wire, reader) => {
    if (wire !== BYTES) return false;
    if (field === 1) key = reader.string();
    else if (field === 2) parts.push(reader.string());
    else if (field === 16) json = reader.string();
    else return false;
    return true;
  });
  return { name: parts.length > 0 ? parts.join('/') : key, value: loggedNumber(json) ?? parseLoggedJson(json) };
}

/** HistoryRecord: item 1, step 2 (num 1). */
function historyOf(bytes: Uint8Array): Readonly<Record<string, unknown>> {
  const items: Item[] = [];
  let step: number | null = null;
  fields(bytes, (field, wire, reader) => {
    if (wire !== BYTES) return false;
    if (field === 1) items.push(itemOf(reader.bytes()));
    else if (field === 2) {
      step = 0;
      fields(reader.bytes(), (inner, innerWire, data) => {
        if (inner !== 1 || innerWire !== VARINT) return false;
        step = Number(data.int64());
        return true;
      });
    } else return false;
    return true;
  });
  // The parts of a histogram are items of their own, marked by one of them.
  const media = items.flatMap(({ name }) => (name.endsWith('/_type') ? [name.slice(0, -'_type'.length)] : []));
  const values = items.filter(({ name }) => !media.some((prefix) => name.startsWith(prefix)));
  return {
    ...(step === null ? {} : { _step: step }),
    ...Object.fromEntries(values.map(({ name, value }) => [name, value])),
  };
}

/** Reads one record (history 2, exit 18); throws whatever the protobuf reader throws for bytes that are none. */
export function readWandbMessage(bytes: Uint8Array): WandbMessage {
  let message: WandbMessage = { kind: 'other' };
  fields(bytes, (field, wire, reader) => {
    if (wire !== BYTES) return false;
    if (field === 2) message = { kind: 'history', entry: historyOf(reader.bytes()) };
    else if (field === 18) {
      let code = 0;
      fields(reader.bytes(), (inner, innerWire, data) => {
        if (inner !== 1 || innerWire !== VARINT) return false;
        code = data.int32();
        return true;
      });
      message = { kind: 'exit', code };
    } else return false;
    return true;
  });
  return message;
}
