import { loggedNumber } from './csv-rows.ts';
import { jsonCutter } from './json-cutter.ts';
import { isEntry, parseLoggedJson } from './json-values.ts';
import type { LogReader } from './reader.ts';
import type { LogSeries } from './series.ts';

/** An answer with more characters is none of get-history, whose pages hold at most 25,000 values. */
const LONGEST_PAGE = 64_000_000;

/** A server with a database stores infinities as the largest double. */
function numberOf(value: unknown): number | null {
  const number = typeof value === 'string' ? loggedNumber(value) : value;
  if (typeof number !== 'number') return null;
  return Math.abs(number) === Number.MAX_VALUE ? Math.sign(number) * Number.POSITIVE_INFINITY : number;
}

function metricAdder(series: LogSeries): (metric: unknown) => void {
  let first: number | null = null;
  return (metric) => {
    const key = isEntry(metric) ? metric.key : undefined;
    // A value of 0 and a step of 0 are left out by some versions, as protobuf does with defaults.
    const value = isEntry(metric) ? numberOf(metric.value ?? 0) : null;
    if (!isEntry(metric) || typeof key !== 'string' || value === null) {
      series.skip('values without a name or a number');
      return;
    }
    const time = numberOf(metric.timestamp);
    if (time !== null) first ??= time;
    const seconds = time === null || first === null ? null : (time - first) / 1000;
    series.add(key, { epoch: null, step: numberOf(metric.step ?? 0), seconds }, value);
  };
}

/** The history of a run's metrics as MLflow's tracking server gives it, one answer after the other. */
export const mlflowRest: LogReader<'mlflow-rest'> = {
  id: 'mlflow-rest',
  about: "MLflow's tracking server: the answers to metrics/get-history of one run.",
  firstEpoch: 1,
  runningTrainError: false,
  detects({ head }) {
    const text = new TextDecoder('utf-8').decode(head);
    return /^\s*\{\s*"metrics"\s*:\s*\[\s*\{[^}]*"timestamp"/.test(text) && /"key"\s*:/.test(text);
  },
  runOf: (path) => path,
  open(_, series) {
    const add = metricAdder(series);
    return jsonCutter(series, {
      longest: LONGEST_PAGE,
      onObject(text) {
        const page = parseLoggedJson(text);
        const metrics = isEntry(page) ? (page.metrics ?? []) : null;
        if (Array.isArray(metrics)) for (const metric of metrics) add(metric);
        else series.skip('answers without metrics');
      },
      onTorn(text) {
        series.remark('The file is cut off or damaged: its whole entries were read, the rest was not.');
        for (const entry of text.match(/\{[^{}]*\}/g) ?? []) add(parseLoggedJson(entry));
      },
    });
  },
};
