import { formatSignificant } from '../../base/format.ts';
import type { Plan } from '../../plan/plan.ts';
import type { InputFacts } from '../../record/data-facts.ts';
import { cameOut } from '../harmless.ts';
import type { Case, Finding, Rule } from '../rule.ts';

const options = {
  /** Median standard deviation of the inputs: larger than this is far from 1. */
  large: 20,
  /** All inputs deviate by less than this. */
  small: 0.03,
  /** The widest column beside the median one ... */
  ratio: 100,
  /** ... if it is wide at all. */
  wide: 30,
  /** The largest |mean| in median standard deviations ... */
  mean: 10,
  /** ... if it is away from 0 at all. */
  away: 2,
};

type Scale = NonNullable<InputFacts['scale']>;

/** What is wrong, with the number that shows it. */
interface Fault {
  readonly value: number;
  readonly unit: string;
  readonly because: string;
}

/** What the first layer makes of its inputs' scale. */
interface Shelter {
  /** Every column is put into bins of its own, whatever its unit. */
  readonly columns: boolean;
  /** All that one unit gets is normalized. */
  readonly size: boolean;
  /** A constant is taken away from all that one unit gets. */
  readonly mean: boolean;
}

function shelterOf(plan: Plan | null): Shelter {
  if (plan === null) return { columns: false, size: false, mean: false };
  const { network } = plan;
  return {
    columns: network.kind === 'mlp' && network.numericEmbedding.kind === 'piecewise-linear',
    size: network.normalization !== 'none' && !(network.kind === 'mlp' && network.hidden.length === 0),
    mean: network.normalization === 'batch' && !(network.kind === 'mlp' && network.hidden.length === 0),
  };
}

function faultOf(scale: Scale, shelter: Shelter): Fault | null {
  const { medianDeviation, largestDeviation, largestDeviationColumn, largestMean, largestMeanColumn } = scale;
  const { large, small, ratio, wide, mean, away } = options;
  const usual = formatSignificant(medianDeviation);
  if (largestDeviation > wide && largestDeviation > ratio * medianDeviation) {
    return {
      value: largestDeviation / medianDeviation,
      unit: 'of the median deviation',
      because:
        `As the network sees them, "${largestDeviationColumn}" deviates by ${formatSignificant(largestDeviation)} and the ` +
        `median column by ${usual}: the first layer sees hardly more than that column.`,
    };
  }
  if (!shelter.size && medianDeviation > large) {
    const because = `As the network sees them, the median column deviates by ${usual}: they are not scaled to about 1.`;
    return { value: medianDeviation, unit: 'standard deviation', because };
  }
  if (!shelter.size && largestDeviation < small) {
    const largest = formatSignificant(largestDeviation);
    const because = `As the network sees them, no column deviates by more than ${largest}: hardly a signal gets in.`;
    return { value: largestDeviation, unit: 'standard deviation', because };
  }
  if (shelter.mean || !(largestMean > away && largestMean > mean * medianDeviation)) return null;
  return {
    value: largestMean / medianDeviation,
    unit: 'of the median deviation',
    because:
      `As the network sees them, "${largestMeanColumn}" has a mean of ${formatSignificant(largestMean)}, and the median ` +
      `column deviates by ${usual}: what tells rows apart is small beside what all rows share.`,
  };
}

function judge({ evidence, gaps }: Case): Finding<'unscaled-input'> | null {
  const scale = evidence.data?.input?.scale ?? null;
  if (scale === null || cameOut(gaps)) return null;
  const shelter = shelterOf(evidence.runs?.[0]?.plan ?? null);
  const fault = shelter.columns ? null : faultOf(scale, shelter);
  if (fault === null) return null;
  return { id: 'unscaled-input', ...fault, low: null, high: null, confidence: null, actions: unscaledInput.actions };
}

/** The inputs are not on one scale around 0. */
export const unscaledInput: Rule<'unscaled-input'> = {
  id: 'unscaled-input',
  about: 'The network sees columns that are far too large or small, on very different scales, or far from 0.',
  kind: 'data',
  options,
  actions: ['subtract-mean', 'normalize-variance'],
  judge,
};
