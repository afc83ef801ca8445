import { csvParser, headerOf } from './csv-rows.ts';
import { firstLine } from './lines.ts';
import { axisOf } from './names.ts';
import type { LogReader } from './reader.ts';

/** The file of Keras' CSVLogger: one row per epoch, training and validation metrics in the same row. */
export const kerasCsv: LogReader<'keras-csv'> = {
  id: 'keras-csv',
  about: "Keras' CSVLogger: a CSV file with one row per epoch and columns such as loss, accuracy, val_loss.",
  firstEpoch: 0,
  runningTrainError: true,
  detects(facts) {
    const names = headerOf(facts, firstLine(facts.head));
    return names !== null && !names.some((name) => axisOf(name) === 'step');
  },
  runOf: (path) => path,
  open: (_, series) => csvParser(series),
};
