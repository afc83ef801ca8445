import { enumerate, formatNumber } from '../../base/format.ts';
import type { ShiftFacts } from '../../record/data-facts.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { inUnit } from '../scale.ts';
import { isShifted, shiftedArea } from '../shift.ts';
import { errorText, measuredGapText, plainText } from '../words.ts';

const options = {
  /** The lower limit of how well training and dev rows can be told apart by their inputs, as an area under the ROC curve. */
  area: shiftedArea,
  /** Columns are named whose means are this many standard deviations apart. */
  columnApart: 0.25,
};

/** Without a gap the finding is the area itself. */
type Found = Pick<Finding, 'value' | 'low' | 'high' | 'unit' | 'because' | 'confidence'>;

function byError({ evidence, gaps, settings }: Case): Found | null {
  const gap = gaps.find(({ id }) => id === 'mismatch');
  const trainDev = inUnit(evidence.trainDev, evidence.metric);
  const dev = inUnit(evidence.dev, evidence.metric);
  if (gap?.state !== 'counts' || trainDev === null || dev === null) return null;
  const { value, low, high, unit, confidence } = gap;
  return {
    value,
    low,
    high,
    unit,
    because:
      `The dev error of ${errorText(dev, unit)} is above the train-dev error of ${errorText(trainDev, unit)} by ` +
      `${measuredGapText(gap)}; the tolerance is ${plainText(settings.tolerance, unit)}.`,
    confidence,
  };
}

function byInputs(shift: ShiftFacts | null, confidence: number): Found | null {
  if (shift === null || !isShifted(shift)) return null;
  const { auc, low, high, columns } = shift;
  const apart = columns.filter(({ value }) => value >= options.columnApart);
  const names = apart.map(({ column, value }) => `${column} by ${formatNumber(value, 2)} sd`);
  const which = names.length === 0 ? '' : `; their means differ in ${enumerate(names)}`;
  return {
    value: auc,
    low,
    high,
    unit: 'area under the ROC curve',
    because:
      'A classifier tells dev rows from training rows by their inputs with an area under the ROC curve of ' +
      `${formatNumber(auc, 3)} (${formatNumber(low, 3)} – ${formatNumber(high, 3)}), where 0.5 is alike${which}.`,
    confidence,
  };
}

function judge(input: Case): Finding<'data-mismatch'> | null {
  const error = byError(input);
  const inputs = byInputs(input.evidence.data?.shift ?? null, input.settings.confidence);
  const found = error ?? inputs;
  if (found === null) return null;
  const because = [error, inputs].flatMap((one) => (one === null ? [] : one.because)).join(' ');
  return { id: 'data-mismatch', ...found, because, actions: dataMismatch.actions };
}

/** The dev rows are of another kind than the training rows. */
export const dataMismatch: Rule<'data-mismatch'> = {
  id: 'data-mismatch',
  about:
    'The dev rows are another distribution: a higher error than on unseen rows like the training rows, or other inputs.',
  kind: 'gap',
  options,
  actions: ['fix-data', 'more-data'],
  judge,
};
