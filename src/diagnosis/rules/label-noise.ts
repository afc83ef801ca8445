import { formatPercent, formatPercentInterval } from '../../base/format.ts';
import type { DataFacts, LabelNoiseFacts, ShareFact } from '../../record/data-facts.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { percentOf } from '../share-finding.ts';
import { isShifted } from '../shift.ts';

const options = {
  /** Rows of one label lie in another class so many times as often as the classes overlap by nature. */
  contrast: 2,
  /** At least this share of the label's rows, lower limit. */
  least: 0.01,
  /** Contradicted rows lie so much more often in the innermost quarter than normal distributions explain, lower limit. */
  beyondNature: 0.045,
  /** Training rows labelled unlike dev rows alike: at least this share of the label's rows, lower limit ... */
  leastAgainstDev: 0.03,
  /** ... and so many standard errors from what missing rows of the other class would look like. */
  notMissing: 2.5,
};

/** One kind of evidence. */
interface Evidence {
  readonly share: ShareFact;
  readonly because: string;
}

const shareText = ({ value, low, high }: ShareFact): string => formatPercentInterval(value, low, high);

/** Rows of one label that lie in another class, and not the other way round. */
function ofOneClass({ classes }: LabelNoiseFacts): Evidence | null {
  const found = classes.find(({ share, contrast }) => contrast >= options.contrast && share.low >= options.least);
  if (found === undefined) return null;
  const { label, looksLike, share } = found;
  return {
    share,
    because:
      `${shareText(share)} of the rows labelled "${label}" look like "${looksLike}", as deep inside of that class as its own ` +
      'rows, and not the other way round.',
  };
}

/** Labels of several classes: contradicted rows do not lie where classes overlap. */
function ofAllClasses({ share, innermost, byNature }: LabelNoiseFacts, optimalShare: number): Evidence | null {
  if (share === null || innermost === null || byNature === null) return null;
  if (innermost.low - byNature < options.beyondNature) return null;
  // The user knows of so much.
  if (optimalShare >= share.low) return null;
  return {
    share,
    because:
      `About ${shareText(share)} of the labels seem to be wrong: of the rows that look like another class, ` +
      `${shareText(innermost)} lie in its innermost quarter, where ${formatPercent(byNature)} would ` +
      'lie if the classes just overlapped.',
  };
}

/** Training rows with another label than dev rows that look alike. */
function againstDev({ labelNoise, shift }: DataFacts): Evidence | null {
  // Where the inputs are not alike, rows that look alike may be different.
  if (shift !== null && isShifted(shift)) return null;
  const found = labelNoise?.againstDev?.find(
    ({ share, notMissing }) => share.low >= options.leastAgainstDev && notMissing >= options.notMissing,
  );
  if (found === undefined) return null;
  const { label, looksLike, share } = found;
  return {
    share,
    because:
      `${shareText(share)} of the training rows labelled "${label}" would be labelled "${looksLike}" if they were dev rows: ` +
      'dev rows that look alike have that label.',
  };
}

function judge({ evidence, settings }: Case): Finding<'label-noise'> | null {
  const data = evidence.data ?? null;
  const facts = data?.labelNoise ?? null;
  if (data === null || facts === null) return null;
  const optimalShare = evidence.metric === 'error' ? settings.optimalError / 100 : 0;
  const found = ofOneClass(facts) ?? againstDev(data) ?? ofAllClasses(facts, optimalShare);
  if (found === null) return null;
  const { share, because } = found;
  return {
    id: 'label-noise',
    ...percentOf(share),
    unit: '% of the rows',
    because,
    confidence: null,
    actions: labelNoise.actions,
  };
}

/** Labels that are wrong. */
export const labelNoise: Rule<'label-noise'> = {
  id: 'label-noise',
  about: 'Labels are wrong: rows lie deep inside of a class that they are not labelled as.',
  kind: 'data',
  options,
  actions: ['fix-data'],
  judge,
};
