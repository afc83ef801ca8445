import { jsonCutter } from './json-cutter.ts';
import { isEntry, parseLoggedJson } from './json-values.ts';
import type { LogParser, LogReader } from './reader.ts';
import type { LogSeries } from './series.ts';
import { wandbAdder } from './wandb-entry.ts';
import { isWandbFile, wandbFileParser } from './wandb-file.ts';
import { readWandbMessage } from './wandb-message.ts';

const SUMMARY = /(^|\/)wandb-summary\.json$/;
const HISTORY = /(^|\/)wandb-history\.jsonl$/;
const FILE = /\.wandb$/;

const NO_END =
  'The file has no end of the run: it was killed, or it is still running. What was written so far is judged.';

function runFile(series: LogSeries): LogParser {
  const add = wandbAdder(series);
  let ended = false;
  const parser = wandbFileParser(series, (bytes) => {
    const message = readWandbMessage(bytes);
    if (message.kind === 'history') add(message.entry);
    if (message.kind !== 'exit') return;
    ended = true;
    if (message.code !== 0) series.remark(`The program of the run ended with exit code ${message.code}.`);
  });
  return {
    push: parser.push,
    end() {
      parser.end();
      if (!ended) series.remark(NO_END);
    },
  };
}

/** Columns by row numbers, as pandas' to_json() writes a table: `{"_step":{"0":0,"1":1},"loss":{"0":0.7,"1":0.5}}`. */
function rowsOf(table: Readonly<Record<string, unknown>>): readonly Readonly<Record<string, unknown>>[] {
  const rows = new Map<string, Record<string, unknown>>();
  for (const [name, column] of Object.entries(table)) {
    for (const [row, value] of Object.entries(isEntry(column) ? column : {})) {
      const entry = rows.get(row) ?? {};
      entry[name] = value;
      rows.set(row, entry);
    }
  }
  return [...rows.values()];
}

/** A table of columns is one object as long as the file. */
const LONGEST_TABLE = 256_000_000;

function history(series: LogSeries, isSummary: boolean): LogParser {
  const add = wandbAdder(series);
  if (isSummary) {
    series.remark(
      'A summary holds the last value of each metric only: there is no curve, and the errors are those of the end.',
    );
  }
  return jsonCutter(series, {
    longest: LONGEST_TABLE,
    onObject(text) {
      const entry = parseLoggedJson(text);
      if (!isEntry(entry)) series.skip('pieces that are no JSON object');
      else if (isEntry(entry._step)) for (const row of rowsOf(entry)) add(row);
      else add(entry);
    },
  });
}

/** What W&B leaves on disk or gives out as JSON. */
export const wandb: LogReader<'wandb'> = {
  id: 'wandb',
  about:
    "W&B: the run file run-*.wandb (offline runs too), a run's history as JSON lines or a JSON list, wandb-summary.json.",
  firstEpoch: 1,
  runningTrainError: false,
  detects({ path, head }) {
    if (isWandbFile(head)) return true;
    const text = new TextDecoder('utf-8').decode(head).trimStart();
    if (!/^\[?\s*\{/.test(text)) return false;
    return SUMMARY.test(path) || HISTORY.test(path) || /"_step"\s*:/.test(text);
  },
  runOf(path) {
    const folders = path.split('/');
    const name = folders.pop() ?? '';
    if (FILE.test(name)) return folders.join('/');
    if (!SUMMARY.test(name) && !HISTORY.test(name)) return path;
    if (folders.at(-1) === 'files') folders.pop();
    return folders.join('/');
  },
  filesOf(paths) {
    const best = [FILE, HISTORY].find((pattern) => paths.some((path) => pattern.test(path)));
    return best === undefined ? paths : paths.filter((path) => best.test(path));
  },
  open(path, series) {
    let parser: LogParser | null = null;
    let start = new Uint8Array();
    const choose = (): LogParser => (isWandbFile(start) ? runFile(series) : history(series, SUMMARY.test(path)));
    return {
      push(piece) {
        if (parser !== null) return parser.push(piece);
        const more = new Uint8Array(start.length + piece.length);
        more.set(start);
        more.set(piece, start.length);
        start = more;
        if (start.length < 4) return;
        parser = choose();
        parser.push(start);
      },
      end() {
        if (parser === null) {
          parser = choose();
          parser.push(start);
        }
        parser.end();
      },
    };
  },
};
