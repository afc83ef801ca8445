import { csvParser, headerOf } from './csv-rows.ts';
import { firstLine } from './lines.ts';
import { axisOf } from './names.ts';
import type { LogReader } from './reader.ts';

/** The metrics.csv of Lightning's CSVLogger: sparse rows, training and validation metrics on different lines. */
export const lightningCsv: LogReader<'lightning-csv'> = {
  id: 'lightning-csv',
  about: "Lightning's CSVLogger: a metrics.csv with the columns epoch and step, where most cells of a row are empty.",
  firstEpoch: 0,
  runningTrainError: false,
  detects(facts) {
    const names = headerOf(facts, firstLine(facts.head));
    return names?.some((name) => axisOf(name) === 'step') ?? false;
  },
  runOf: (path) => path,
  open: (_, series) => csvParser(series),
};
