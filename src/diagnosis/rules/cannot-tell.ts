import type { Evidence } from '../evidence.ts';
import type { Gap } from '../gaps.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { scaleOf } from '../scale.ts';
import { measuredGapText, needText, plainText } from '../words.ts';

/** The errors without which bias and variance cannot be measured. */
function missing(evidence: Evidence): readonly string[] {
  const { train, trainDev, dev } = evidence;
  const names: string[] = [];
  if (train === null) names.push('the train error, measured in evaluation mode');
  if (trainDev === null && dev === null) names.push('the error on rows that were not trained on');
  const shareless = [train, trainDev, dev].some((score) => score !== null && score.share === null);
  if (evidence.task === 'regression' && shareless) {
    names.push("the standard deviation of the training target, in which a regression's errors are judged");
  }
  return names;
}

function straddleText(gap: Gap, tolerance: string): string {
  const settle =
    gap.settledBy.length > 0
      ? `${needText(gap.settledBy)} would settle it if the errors stay`
      : 'no number of rows would settle it, so near is the gap to the tolerance';
  return `The ${gap.id} of ${measuredGapText(gap)} may be above or below the tolerance of ${tolerance}; ${settle}.`;
}

function judge({ evidence, gaps, settings }: Case): Finding<'cannot-tell'> | null {
  const open = gaps.filter(({ state }) => state === 'straddles').sort((a, b) => (b.value ?? 0) - (a.value ?? 0));
  const unknown = missing(evidence);
  const { unit } = scaleOf(evidence.metric);
  const [largest] = open;
  if (largest === undefined && unknown.length === 0) return null;
  const tolerance = plainText(settings.tolerance, unit);
  const sentences = open.map((gap) => straddleText(gap, tolerance));
  if (unknown.length > 0) sentences.push(`Not known: ${unknown.join('; ')}.`);
  return {
    id: 'cannot-tell',
    value: largest?.value ?? null,
    low: largest?.low ?? null,
    high: largest?.high ?? null,
    unit,
    because: sentences.join(' '),
    confidence: null,
    actions: cannotTell.actions,
  };
}

/** The noise is too large, or an error is missing. */
export const cannotTell: Rule<'cannot-tell'> = {
  id: 'cannot-tell',
  about: 'A gap may be above or below the tolerance as far as these rows can show, or an error is not known.',
  kind: 'gap',
  options: {},
  actions: [],
  judge,
};
