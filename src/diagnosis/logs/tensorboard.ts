// In: TensorBoard event files: records of [length u64][crc of the length u32][event][crc of the event u32], crc being
// masked CRC-32C. Out: their scalars, in both forms: simple values (PyTorch, Lightning) and tensors (Keras, TensorFlow 2).

import { maskedCrc32c } from './crc32c.ts';
import { type EventMessage, readEvent } from './event-message.ts';
import type { LogParser, LogReader } from './reader.ts';
import type { LogSeries } from './series.ts';

const HEADER = 12;
const FOOTER = 4;
/** Longer records hold images or graphs; no scalar is in them, and they are passed over without being kept. */
const LONGEST_RECORD = 64_000_000;

const uint32At = (bytes: Uint8Array, at: number): number =>
  new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getUint32(at, true);

/** The length of the record that starts here; null if the bytes are no start of a record. */
function lengthAt(bytes: Uint8Array): number | null {
  if (maskedCrc32c(bytes.subarray(0, 8)) !== uint32At(bytes, 8)) return null;
  return uint32At(bytes, 0) + uint32At(bytes, 4) * 2 ** 32;
}

/** The folders in which Keras and others keep the two halves of one run. */
const HALVES: Readonly<Record<string, string>> = { train: 'train', validation: 'val', val: 'val', eval: 'val' };

function joined(parts: readonly Uint8Array[], length: number): Uint8Array {
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Cuts a stream of bytes into events. */
function recordParser(series: LogSeries, onEvent: (event: EventMessage) => void): LogParser {
  let parts: Uint8Array[] = [];
  let held = 0;
  /** Bytes that must be held before anything can be done. */
  let needed = HEADER;
  let passing = 0;
  let at = 0;
  let lost = false;
  const record = (bytes: Uint8Array, start: number, length: number): void => {
    const data = bytes.subarray(start + HEADER, start + HEADER + length);
    if (maskedCrc32c(data) !== uint32At(bytes, start + HEADER + length)) {
      series.skip('records whose checksum is wrong');
      return;
    }
    try {
      onEvent(readEvent(data));
    } catch {
      series.skip('records that are no event');
    }
  };
  /** Takes whole records off the start; returns how many bytes were taken. */
  const take = (bytes: Uint8Array): number => {
    let start = 0;
    needed = HEADER;
    while (!lost && bytes.length - start >= HEADER) {
      const length = lengthAt(bytes.subarray(start, start + HEADER));
      if (length === null) {
        lost = true;
        series.remark(`From byte ${at + start} on the file holds no records any more: what follows was not read.`);
        return bytes.length;
      }
      const whole = HEADER + length + FOOTER;
      if (length > LONGEST_RECORD) {
        series.skip('records of more than 64 MB');
        passing = whole - Math.min(whole, bytes.length - start);
        start += Math.min(whole, bytes.length - start);
        continue;
      }
      needed = whole;
      if (bytes.length - start < whole) break;
      record(bytes, start, length);
      start += whole;
      needed = HEADER;
    }
    return start;
  };
  return {
    push(piece) {
      if (lost) return;
      const passed = Math.min(passing, piece.length);
      passing -= passed;
      at += passed;
      const rest = passed === 0 ? piece : piece.subarray(passed);
      if (rest.length > 0) parts.push(rest);
      held += rest.length;
      if (held < needed) return;
      const bytes = parts.length === 1 ? rest : joined(parts, held);
      const taken = take(bytes);
      at += taken;
      held = lost ? 0 : bytes.length - taken;
      parts = held === 0 ? [] : [bytes.slice(taken)];
    },
    end() {
      if (!lost && (held > 0 || passing > 0)) {
        series.remark('The file ends inside a record, as when its writer was killed: that record was not read.');
      }
    },
  };
}

/** TensorBoard's event files; all those in one folder are one run. */
export const tensorboard: LogReader<'tensorboard'> = {
  id: 'tensorboard',
  about: "TensorBoard's event files (events.out.tfevents.*): the scalars of each folder are one run.",
  firstEpoch: 1,
  runningTrainError: false,
  detects: ({ path, head }) =>
    /tfevents/.test(path.split('/').at(-1) ?? '') || (head.length >= HEADER && lengthAt(head) === 24),
  runOf(path) {
    const folders = path.split('/').slice(0, -1);
    if (Object.hasOwn(HALVES, folders.at(-1) ?? '')) folders.pop();
    return folders.join('/');
  },
  aboutFiles(paths) {
    const folders = paths.map((path) => path.split('/').slice(0, -1).join('/'));
    return new Set(folders).size === folders.length
      ? null
      : 'Several event files lie in one folder and were read as one run; where they repeat a step, the later file counts. ' +
          'If they are different trainings, put each in a folder of its own.';
  },
  open(path, series) {
    const half = HALVES[path.split('/').at(-2) ?? ''] ?? null;
    let first: number | null = null;
    return recordParser(series, ({ wallTime, step, scalars }) => {
      if (!Number.isFinite(step)) return;
      first ??= wallTime;
      const seconds = Number.isFinite(wallTime - first) ? wallTime - first : null;
      for (const { tag, value } of scalars) {
        series.add(half === null ? tag : `${half}/${tag}`, { epoch: null, step, seconds }, value);
      }
    });
  },
};
