import { lineParser } from './lines.ts';
import type { LogReader } from './reader.ts';

/** `0/<run>/metrics/val/loss`: the folder of the run, and the metric, which may hold slashes. */
const METRIC = /^(.*?)(?:^|\/)metrics\/(.+)$/;
const LINE = /^\d+ (\S+)(?: (-?\d+))?$/;

/** The metrics of MLflow's file store: one file per metric, `timestamp value step` in each line. */
export const mlflow: LogReader<'mlflow'> = {
  id: 'mlflow',
  about: "MLflow's file store: mlruns/<experiment>/<run>/metrics/<name>.",
  firstEpoch: 1,
  runningTrainError: false,
  detects({ path, head }) {
    if (!METRIC.test(path)) return false;
    const line = new TextDecoder('utf-8').decode(head.subarray(0, 200)).split('\n')[0] ?? '';
    return LINE.test(line.trim());
  },
  runOf: (path) => METRIC.exec(path)?.[1] ?? '',
  open(path, series) {
    const name = METRIC.exec(path)?.[2] ?? path;
    let first: number | null = null;
    return lineParser(series, (line) => {
      if (line.trim() === '') return;
      const [time = '', text = '', step] = line.trim().split(' ');
      const value = mlflowNumber(text);
      const milliseconds = Number(time);
      if (value === null || !Number.isFinite(milliseconds)) {
        series.skip(`lines of ${name} that are no \`timestamp value step\``);
        return;
      }
      first ??= milliseconds;
      const at = step === undefined || !Number.isFinite(Number(step)) ? null : Number(step);
      series.add(name, { epoch: null, step: at, seconds: (milliseconds - first) / 1000 }, value);
    });
  },
};

function mlflowNumber(text: string): number | null {
  if (/^[+-]?nan$/i.test(text)) return Number.NaN;
  if (/^\+?inf(inity)?$/i.test(text)) return Number.POSITIVE_INFINITY;
  if (/^-inf(inity)?$/i.test(text)) return Number.NEGATIVE_INFINITY;
  const value = Number(text);
  return text !== '' && Number.isFinite(value) ? value : null;
}
