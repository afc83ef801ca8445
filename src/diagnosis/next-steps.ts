// In: verdicts. Out: what to do next, one sentence each, in the order of the recipe: look at the data, mend the training,
// then underfitting, then overfitting.

import { enumerate } from '../base/format.ts';
import type { Verdict } from './diagnose.ts';
import { rules, type VerdictId } from './rules/index.ts';

/** Verdicts of the kind `training` about runs that work, but were ended or held back too soon. */
const unfinished: readonly VerdictId[] = ['still-falling', 'stopped-early', 'over-regularized'];

/** Whether a verdict says that the training itself is broken: nothing else can be judged before it works. */
export function isBroken(id: VerdictId): boolean {
  return rules[id].kind === 'training' && !unfinished.includes(id);
}

/** The actions of several verdicts, each once, in the order of the verdicts. */
function actionsOf(verdicts: readonly Verdict[]): string {
  return enumerate([...new Set(verdicts.flatMap(({ actions }) => actions))], 'or');
}

/** The next steps, one sentence each; never empty for the verdicts of a diagnosis. */
export function nextSteps(verdicts: readonly Verdict[]): readonly string[] {
  const by = (id: VerdictId): Verdict | undefined => verdicts.find((verdict) => verdict.id === id);
  const lines: string[] = [];
  const data = verdicts.filter(({ id }) => rules[id].kind === 'data');
  if (data.length > 0) lines.push(`Look at the data first: ${actionsOf(data)}.`);
  const broken = verdicts.filter(({ id }) => isBroken(id));
  if (broken.length > 0) return [...lines, `Mend the training first: ${actionsOf(broken)}. Then diagnose again.`];
  const cut = [by('still-falling'), by('stopped-early')].filter((verdict) => verdict !== undefined);
  const held = by('over-regularized');
  const bias = by('high-bias');
  const variance = by('high-variance');
  const mismatch = by('data-mismatch');
  if (cut.length > 0) lines.push(`Let the training finish: ${actionsOf(cut)}.`);
  if (held !== undefined) lines.push(`Regularize less: ${actionsOf([held])}.`);
  if (bias !== undefined) {
    lines.push(`Reduce underfitting${variance === undefined ? '' : ' first'}: ${actionsOf([bias])}.`);
    if (variance === undefined) lines.push('More data or more regularization would not help against bias.');
  }
  if (variance !== undefined) {
    lines.push(`${bias === undefined ? 'Reduce' : 'Then reduce'} overfitting: ${actionsOf([variance])}.`);
  }
  if (mismatch !== undefined) lines.push(`Make training and dev rows alike: ${actionsOf([mismatch])}.`);
  if (by('cannot-tell') !== undefined) lines.push('Measure what is named above, then diagnose again.');
  if (by('fit') !== undefined && lines.length === 0) lines.push('Nothing: confirm it once on a test set.');
  return lines;
}
