// In: W&B's run file: `:W&B`, two magic bytes, a version, then LevelDB's log format: blocks of 32 kB with pieces
// [CRC-32 of type and data u32][length u16][type u8][data]. Out: its records, whole or joined of their pieces.

import { crc32 } from './crc32.ts';
import type { LogParser } from './reader.ts';
import type { LogSeries } from './series.ts';

const BLOCK = 32_768;
const HEADER = 7;
/** A longer record holds the run's settings or its files; no metric is in it. */
const LONGEST_RECORD = 16_000_000;

const WHOLE = 1;
const FIRST = 2;
const LAST = 4;

/** How W&B's run files begin. */
export const WANDB_MAGIC: Uint8Array = Uint8Array.of(0x3a, 0x57, 0x26, 0x42, 0xe1, 0xbe, 0);

/** Whether some bytes begin as W&B's run files do. */
export function isWandbFile(head: Uint8Array): boolean {
  return head.length >= 4 && WANDB_MAGIC.subarray(0, 4).every((byte, i) => head[i] === byte);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const all = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

/** Joins the pieces of records, which may go over blocks. */
function pieceJoiner(series: LogSeries, onRecord: (bytes: Uint8Array) => void) {
  /** The pieces of a record that is not whole yet; null if none is open. */
  let open: Uint8Array[] | null = null;
  let bytes = 0;
  const tell = (record: Uint8Array): void => {
    try {
      onRecord(record);
    } catch {
      series.skip('records that are no message of W&B');
    }
  };
  return {
    isOpen: (): boolean => open !== null,
    drop(): void {
      open = null;
    },
    add(type: number, data: Uint8Array): void {
      if (type === WHOLE || type === FIRST) {
        if (open !== null) series.skip('records without an end');
        open = type === WHOLE ? null : [];
        bytes = 0;
      }
      if (type === WHOLE) tell(data);
      if (open === null) return;
      bytes += data.length;
      // The block is used again, so the piece must be kept as a copy.
      if (bytes <= LONGEST_RECORD) open.push(data.slice());
      if (type !== LAST) return;
      if (bytes <= LONGEST_RECORD) tell(joined(open));
      else series.skip('records of more than 16 MB');
      open = null;
    },
  };
}

/** Cuts a run file into records; a damaged block is passed over to the next one, and that is counted. */
export function wandbFileParser(series: LogSeries, onRecord: (bytes: Uint8Array) => void): LogParser {
  const block = new Uint8Array(BLOCK);
  let filled = 0;
  let isFirst = true;
  const pieces = pieceJoiner(series, onRecord);
  /** Takes the pieces of one block; `isLast` when the file ends in it. */
  const take = (bytes: Uint8Array, isLast: boolean): void => {
    let at = isFirst ? HEADER : 0;
    if (isFirst && WANDB_MAGIC.some((byte, i) => bytes[i] !== byte)) {
      series.remark(
        'The file does not begin as the run files of W&B that fettle knows (version 0): it may be misread.',
      );
    }
    isFirst = false;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    while (bytes.length - at >= HEADER) {
      const length = view.getUint16(at + 4, true);
      const type = bytes[at + 6] ?? 0;
      // Zeros fill up a block.
      if (type === 0 && length === 0) return;
      const end = at + HEADER + length;
      if (isLast && end > bytes.length) break;
      if (end > bytes.length || type > LAST || crc32(bytes.subarray(at + 6, end)) !== view.getUint32(at, true)) {
        series.skip('blocks of 32 kB with a wrong checksum, from there on');
        pieces.drop();
        return;
      }
      pieces.add(type, bytes.subarray(at + HEADER, end));
      at = end;
    }
    if (isLast && (at < bytes.length || pieces.isOpen())) {
      series.remark('The file ends inside a record, as when its writer was killed: that record was not read.');
    }
  };
  return {
    push(bytes) {
      let from = 0;
      while (from < bytes.length) {
        const part = bytes.subarray(from, from + BLOCK - filled);
        block.set(part, filled);
        filled += part.length;
        from += part.length;
        if (filled < BLOCK) return;
        take(block, false);
        filled = 0;
      }
    },
    end: () => {
      if (filled > 0 || pieces.isOpen()) take(block.subarray(0, filled), true);
    },
  };
}
