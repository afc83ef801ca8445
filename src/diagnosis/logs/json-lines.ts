import { entryAdder, isEntry, numbersIn, parseLoggedJson } from './json-values.ts';
import { firstLine, lineParser } from './lines.ts';
import { axisOf, meaningOf } from './names.ts';
import type { LogReader } from './reader.ts';

/** One JSON object per line, each an epoch or a step, its values named by convention. */
export const jsonLines: LogReader<'json-lines'> = {
  id: 'json-lines',
  about: 'JSON lines: one object per epoch or step, such as {"epoch": 1, "train_loss": 0.5, "val_acc": 0.8}.',
  firstEpoch: 1,
  runningTrainError: false,
  detects({ path, head, chosen }) {
    const entry = parseLoggedJson(firstLine(head));
    const lines = /\.(jsonl|ndjson)$/i.test(path);
    if (!isEntry(entry)) return chosen && lines;
    const names = numbersIn(entry).map(([name]) => name);
    return (
      names.some((name) => meaningOf(name) !== null) ||
      (chosen && (lines || names.some((name) => axisOf(name) !== null)))
    );
  },
  runOf: (path) => path,
  open(_, series) {
    const add = entryAdder(series);
    return lineParser(series, (line) => {
      if (line.trim() === '') return;
      const entry = parseLoggedJson(line);
      if (isEntry(entry)) add(entry);
      else series.skip('lines that are no JSON object');
    });
  },
};
