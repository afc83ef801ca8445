// In: a path. Out: the file's format, and for text formats one pass over its bytes: valid UTF-8, lines, the beginning.

import { isUtf8 } from 'node:buffer';
import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { FettleError } from '../base/error.ts';

/** A format of tables. `json`: one array of objects; `json-lines`: one object per line. */
export type TableFormat = 'csv' | 'tsv' | 'parquet' | 'json' | 'json-lines';

/** What the name and the first bytes say about a file. */
export interface FileFormat {
  readonly path: string;
  readonly format: TableFormat;
  readonly gzip: boolean;
  readonly bytes: number;
}

/** What one pass over a text file says. */
export interface TextScan {
  /** Line ends; the last line counts also without one. An upper bound of the records. */
  readonly lines: number;
  /** Bytes after decompression. */
  readonly bytes: number;
  /** The first 256 KiB as text, cut after a line. */
  readonly sample: string;
  /** Whether the sample is the whole file. */
  readonly complete: boolean;
  /** Some lines end in \r\n and others in \n. */
  readonly mixedLineEnds: boolean;
}

const sampleBytes = 262_144;
const forms = 'CSV, TSV, Parquet, JSON or JSON lines';
const extensions: Readonly<Record<string, TableFormat>> = {
  csv: 'csv',
  txt: 'csv',
  data: 'csv',
  tsv: 'tsv',
  tab: 'tsv',
  parquet: 'parquet',
  pq: 'parquet',
  json: 'json',
  jsonl: 'json-lines',
  ndjson: 'json-lines',
};

/** Finds out what a file is: by its first bytes where they are certain, else by its extension. Throws `file` or `data`. */
export async function detectFormat(path: string): Promise<FileFormat> {
  const info = await stat(path).catch((cause: unknown) => {
    throw cannotRead(path, cause);
  });
  if (info.isDirectory())
    throw new FettleError('file', `${path} is a directory, but a table is expected: one ${forms} file. Name the file.`);
  if (info.size === 0 && info.isFile())
    throw new FettleError('data', `${path} is empty (0 bytes). Expected ${forms} with one row per example.`);
  const head = await readHead(path);
  const gzip = head[0] === 0x1f && head[1] === 0x8b;
  refuseForeign(path, head);
  const name = path.toLowerCase().replace(/\.gz$/, '');
  const extension = /\.([a-z0-9]+)$/.exec(name)?.[1] ?? '';
  if (head.subarray(0, 4).toString('latin1') === 'PAR1')
    return { path, format: 'parquet', gzip: false, bytes: info.size };
  const named = extensions[extension];
  if (named === 'parquet')
    throw new FettleError(
      'data',
      `${path} is named like Parquet, but it does not begin with "PAR1". Write the file again, or rename it.`,
    );
  if (named !== undefined) return { path, format: named, gzip, bytes: info.size };
  const first = gzip
    ? ''
    : head
        .toString('utf8')
        .replace(/^\ufeff/, '')
        .trimStart()[0];
  const format = first === '[' ? 'json' : first === '{' ? 'json-lines' : 'csv';
  return { path, format, gzip, bytes: info.size };
}

async function readHead(path: string): Promise<Buffer> {
  try {
    const file = await open(path, 'r');
    try {
      const head = Buffer.alloc(64);
      const { bytesRead } = await file.read(head, 0, 64, 0);
      return head.subarray(0, bytesRead);
    } finally {
      await file.close();
    }
  } catch (cause) {
    throw cannotRead(path, cause);
  }
}

function cannotRead(path: string, cause: unknown): FettleError {
  const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
  const text =
    code === 'ENOENT'
      ? `${path} does not exist. Check the path; it is taken from the current folder.`
      : code === 'EACCES'
        ? `${path} may not be read (permission denied). Change its permissions, or copy it to where you may read it.`
        : `${path} cannot be read (${code}).`;
  return new FettleError('file', text, { cause });
}

/** Other formats that people try, and text in another encoding, each by its first bytes. */
function refuseForeign(path: string, head: Buffer): void {
  const start = head.toString('latin1');
  if (start.startsWith('PK\x03\x04'))
    throw new FettleError(
      'data',
      `${path} is a zip archive (Excel files are, too), but ${forms} is expected. Export or unpack it first.`,
    );
  if (start.startsWith('\xff\xfe') || start.startsWith('\xfe\xff'))
    throw new FettleError(
      'data',
      `${path} is UTF-16, but UTF-8 is expected. Convert it: iconv -f UTF-16 -t UTF-8 FILE > NEW`,
    );
}

/** One pass over a text file. Throws `data` for bytes that are not UTF-8, naming the line, and for blank files. */
export async function scanText(file: FileFormat, signal?: AbortSignal): Promise<TextScan> {
  const raw = createReadStream(file.path, { highWaterMark: 1 << 18 });
  const stream: Readable = file.gzip ? raw.pipe(createGunzip()) : raw;
  raw.once('error', (cause) => stream.destroy(cause));
  const sample: Buffer[] = [];
  let bytes = 0;
  let lineEnds = 0;
  let returns = 0;
  let windows = 0;
  let lastByte = 0;
  let rest: Buffer = Buffer.alloc(0);
  try {
    for await (const piece of stream as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      if (bytes < sampleBytes) sample.push(piece);
      const chunk = rest.length > 0 ? Buffer.concat([rest, piece]) : piece;
      const whole = chunk.length - incompleteTail(chunk);
      if (!isUtf8(chunk.subarray(0, whole))) throw notUtf8(file.path, chunk, Math.max(lineEnds, returns - windows));
      rest = Buffer.from(chunk.subarray(whole));
      lineEnds += countByte(piece, 10);
      returns += countByte(piece, 13);
      windows += piece.indexOf('\r\n') >= 0 || (lastByte === 13 && piece[0] === 10) ? countPairs(piece, lastByte) : 0;
      lastByte = piece[piece.length - 1] as number;
      bytes += piece.length;
    }
  } catch (cause) {
    if (cause instanceof FettleError || signal?.aborted) throw cause;
    if (file.gzip)
      throw new FettleError(
        'file',
        `${file.path} cannot be decompressed: ${String(cause)}. Write the .gz file again.`,
        { cause },
      );
    throw cannotRead(file.path, cause);
  }
  if (rest.length > 0) throw notUtf8(file.path, rest, lineEnds);
  const head = cutSample(Buffer.concat(sample), bytes);
  if (head.text.trim() === '' && head.complete)
    throw new FettleError(
      'data',
      `${file.path} is empty (only blank lines). Expected ${forms} with one row per example.`,
    );
  const lines = (lineEnds > 0 ? lineEnds : returns) + (lastByte === 10 || lastByte === 13 ? 0 : 1);
  return { lines, bytes, sample: head.text, complete: head.complete, mixedLineEnds: windows > 0 && windows < lineEnds };
}

function cutSample(bytes: Buffer, total: number): { text: string; complete: boolean } {
  if (total <= sampleBytes) return { text: bytes.toString('utf8'), complete: true };
  const head = bytes.subarray(0, sampleBytes);
  const cut = Math.max(head.lastIndexOf(10), head.lastIndexOf(13));
  return {
    text: head.subarray(0, cut >= 0 ? cut + 1 : head.length - incompleteTail(head)).toString('utf8'),
    complete: false,
  };
}

function countByte(bytes: Buffer, byte: number): number {
  let count = 0;
  for (let at = bytes.indexOf(byte); at >= 0; at = bytes.indexOf(byte, at + 1)) count++;
  return count;
}

/** \r\n pairs that end in this piece, also when the \r was the last byte before it. */
function countPairs(bytes: Buffer, lastByte: number): number {
  let count = lastByte === 13 && bytes[0] === 10 ? 1 : 0;
  for (let at = bytes.indexOf('\r\n'); at >= 0; at = bytes.indexOf('\r\n', at + 2)) count++;
  return count;
}

/** Bytes at the end that begin a character which the next piece completes: 0 to 3. */
function incompleteTail(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back++) {
    const byte = bytes[bytes.length - back] as number;
    if (byte < 0x80) return 0;
    if (byte >= 0xc0) {
      const length = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
      return length > back ? back : 0;
    }
  }
  return 0;
}

function notUtf8(path: string, chunk: Buffer, linesBefore: number): FettleError {
  let line = linesBefore + 1;
  let start = 0;
  for (let end = chunk.indexOf(10); end >= 0 && isUtf8(chunk.subarray(start, end)); end = chunk.indexOf(10, start)) {
    start = end + 1;
    line++;
  }
  return new FettleError(
    'data',
    `${path} is not UTF-8: line ${line} holds bytes that are no UTF-8 character. Convert the file, for example: iconv -f WINDOWS-1252 -t UTF-8 FILE > NEW`,
  );
}
