// In: judged rows that the network was not trained on. Out: the rows whose label is more likely wrong than the prediction.

import { median } from '../../base/statistics.ts';
import type { WrongRow } from '../../record/error-analysis.ts';
import { type JudgedRows, wrongRow } from './judged-rows.ts';

/** Rows that are given back. */
const mostRows = 20;

/** An error this many times the usual one (1.48 median |error|, a deviation without the outliers) is no error of the network. */
const farOff = 8;

/** Mean probability that rows of a class get for it; null for a class without rows. */
function certainty({ truth, predictions, roles }: JudgedRows): readonly (number | null)[] {
  const { outputs, values } = predictions;
  return (roles.classes ?? []).map((_, k) => {
    let sum = 0;
    let count = 0;
    for (let i = 0; i < truth.length; i++) {
      if (truth[i] !== k) continue;
      sum += values[i * outputs + k] as number;
      count++;
    }
    return count === 0 ? null : sum / count;
  });
}

/** Of classes: predicted as certainly as rows of the predicted class are on average (confident learning). */
function ofClasses(judged: JudgedRows, predicted: Int32Array): readonly number[] {
  const { truth, predictions, terms } = judged;
  const { outputs, values } = predictions;
  const usual = certainty(judged);
  const margin = (i: number): number =>
    (values[i * outputs + (predicted[i] as number)] as number) - (values[i * outputs + (truth[i] as number)] as number);
  return Array.from(terms.keys())
    .filter((i) => {
      const k = predicted[i] as number;
      const limit = usual[k] ?? 1;
      return terms[i] === 1 && truth[i] !== -1 && (values[i * outputs + k] as number) >= limit;
    })
    .sort((a, b) => margin(b) - margin(a) || a - b);
}

/** Of a number: so far off as no other row is. */
function ofNumbers({ terms }: JudgedRows): readonly number[] {
  const errors = terms.map(Math.sqrt);
  const usual = 1.4826 * median(errors);
  const size = (i: number): number => errors[i] as number;
  return Array.from(terms.keys())
    .filter((i) => size(i) > farOff * usual)
    .sort((a, b) => size(b) - size(a) || a - b);
}

/**
 * Rows whose label is likely the mistake: predicted to be of another class as certainly as that class' own rows are
 * (confident learning, Northcutt et al., 2021), or a number that is further off than the others by far. Most certain first.
 */
export function likelyLabelErrors(judged: JudgedRows): readonly WrongRow[] {
  const found = judged.predicted === null ? ofNumbers(judged) : ofClasses(judged, judged.predicted);
  return found.slice(0, mostRows).map((i) => wrongRow(judged, i));
}
