import { formatSignificant, plural } from '../../base/format.ts';
import type { TargetFacts } from '../../record/data-facts.ts';
import { cameOut } from '../harmless.ts';
import type { Case, Finding, Rule } from '../rule.ts';

const options = {
  /** Standard deviation of the trained target, of which 1 is sound: an order of magnitude to either side. */
  leastDeviation: 0.1,
  largestDeviation: 10,
  /** |mean| of the trained target in its standard deviations. */
  mean: 5,
  /** A number at the end of the range stands for "unknown" if it is so many deviations of the other rows off ... */
  distance: 10,
  /** ... in at least so many rows. */
  rows: 2,
};

/** What is wrong, with the number that shows it. */
interface Fault {
  readonly value: number;
  readonly unit: string;
  readonly because: string;
}

/** A number like 999 that several rows have, far from all others. */
function strangerOf({ repeatedEnd }: TargetFacts): Fault | null {
  if (repeatedEnd === null) return null;
  const { value, rows, distance } = repeatedEnd;
  if (rows < options.rows || !(distance >= options.distance)) return null;
  return {
    value: distance,
    unit: 'standard deviations of the other targets',
    because:
      `${plural(rows, 'training row')} have the target ${formatSignificant(value)}, which is ${formatSignificant(distance)} ` +
      'standard deviations away from every other: does it stand for "unknown"?',
  };
}

/** A target in a unit that the network has to grow or shrink to. */
function scaleOf({ trainedMean: mean, trainedDeviation: deviation }: TargetFacts): Fault | null {
  if (mean === null || deviation === null || !(deviation > 0)) return null;
  const text = `The target is trained with a mean of ${formatSignificant(mean)} and a standard deviation of ${formatSignificant(deviation)}`;
  if (deviation < options.leastDeviation || deviation > options.largestDeviation) {
    return {
      value: deviation,
      unit: 'standard deviation',
      because: `${text}; outputs, losses and learning rates are made for about 1.`,
    };
  }
  const away = Math.abs(mean) / deviation;
  if (away <= options.mean) return null;
  return {
    value: away,
    unit: 'standard deviations from 0',
    because: `${text}: it lies ${formatSignificant(away)} standard deviations from 0, where the outputs start.`,
  };
}

function judge({ evidence, gaps }: Case): Finding<'label-range'> | null {
  const target = evidence.data?.target;
  if (evidence.task !== 'regression' || target === undefined) return null;
  const fault = strangerOf(target) ?? (cameOut(gaps) ? null : scaleOf(target));
  if (fault === null) return null;
  return { id: 'label-range', ...fault, low: null, high: null, confidence: null, actions: labelRange.actions };
}

/** The target is not where a network expects it. */
export const labelRange: Rule<'label-range'> = {
  id: 'label-range',
  about: 'The number that is trained is far from mean 0 and deviation 1, or holds a value that stands for "unknown".',
  kind: 'data',
  options,
  actions: ['fix-data'],
  judge,
};
