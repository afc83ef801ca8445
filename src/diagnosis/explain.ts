import { enumerate, formatCount, formatTable, plural } from '../base/format.ts';
import type { DiagnosedError, Diagnosis, Verdict } from './diagnose.ts';
import type { Gap } from './gaps.ts';
import type { VerdictId } from './rules.ts';
import type { SensitivityRange } from './sensitivity.ts';
import { errorText, gapText, plainText } from './words.ts';

const NAMES: { readonly [K in VerdictId]: string } = {
  diverged: 'the training diverged',
  stalled: 'the training stalled',
  'still-falling': 'the training is unfinished',
  'high-bias': 'high bias (underfitting)',
  'high-variance': 'high variance (overfitting)',
  'data-mismatch': 'data mismatch',
  'cannot-tell': 'cannot tell yet',
  fit: 'fit',
};

/** The name of a verdict for people: `high bias (underfitting)`. */
export function verdictName(id: VerdictId): string {
  return NAMES[id];
}

function errorLine(error: DiagnosedError, { unit }: Diagnosis): readonly string[] {
  const { set, value, low, high, count } = error;
  const text = value === null ? 'in unknown units' : errorText(value, unit, low, high);
  return [`${set} error`, text, count === null ? 'rows unknown' : plural(count, 'row')];
}

const GAPS: { readonly [K in Gap['id']]: string } = {
  bias: 'avoidable bias = train - optimal',
  variance: 'variance = held-out - train',
  mismatch: 'mismatch = dev - train-dev',
};

function gapLine(gap: Gap, tolerance: string): readonly string[] {
  if (gap.value === null) return [GAPS[gap.id], 'unknown', ''];
  const state = {
    counts: `above the tolerance of ${tolerance}`,
    inside: `inside the tolerance of ${tolerance}`,
    straddles: `above or below the tolerance of ${tolerance}?`,
    unknown: '',
  }[gap.state];
  const visible =
    gap.smallestVisible === null ? '' : `; smallest gap to be seen ${plainText(gap.smallestVisible, gap.unit)}`;
  return [GAPS[gap.id], gapText(gap.value, gap.unit, gap.low, gap.high), state + visible];
}

const actionText = (verdict: Verdict): string => enumerate(verdict.actions, 'or');

/** The next step in the order of the recipe: mend the training, then underfitting, then overfitting. */
function nextLines(verdicts: readonly Verdict[]): readonly string[] {
  const by = (id: VerdictId): Verdict | undefined => verdicts.find((verdict) => verdict.id === id);
  const broken = by('diverged') ?? by('stalled');
  if (broken !== undefined) return [`Mend the training first: ${actionText(broken)}. Then diagnose again.`];
  const lines: string[] = [];
  const unfinished = by('still-falling');
  const bias = by('high-bias');
  const variance = by('high-variance');
  const mismatch = by('data-mismatch');
  if (unfinished !== undefined) lines.push(`Let the training finish: ${actionText(unfinished)}.`);
  if (bias !== undefined) {
    lines.push(`Reduce underfitting${variance === undefined ? '' : ' first'}: ${actionText(bias)}.`);
    if (variance === undefined) lines.push('More data or more regularization would not help against bias.');
  }
  if (variance !== undefined) {
    lines.push(`${bias === undefined ? 'Reduce' : 'Then reduce'} overfitting: ${actionText(variance)}.`);
  }
  if (mismatch !== undefined) lines.push(`Make training and dev rows alike: ${actionText(mismatch)}.`);
  if (by('cannot-tell') !== undefined) lines.push('Measure what is named above, then diagnose again.');
  if (by('fit') !== undefined && lines.length === 0) lines.push('Nothing: confirm it once on a test set.');
  return lines;
}

function rangeLine({ from, to, verdicts }: SensitivityRange, { unit, optimalError }: Diagnosis): readonly string[] {
  const here = optimalError >= from && optimalError <= to ? '<- this diagnosis' : '';
  const mark = unit === 'percentage points' ? ' %' : '';
  return [`${plainText(from, unit)} to ${plainText(to, unit)}${mark}`, enumerate(verdicts.map(verdictName)), here];
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** A diagnosis as plain lines for a terminal: errors, gaps, verdicts with reasons, what to do next, and the caveats. */
export function explainDiagnosis(diagnosis: Diagnosis): readonly string[] {
  const { verdicts, gaps, errors, unit, optimalError, tolerance, confidence, sensitivity, notes } = diagnosis;
  const limits = `limits in parentheses hold with ${formatCount(confidence * 100)} % confidence`;
  const measured = errors.some(({ low }) => low !== null) || gaps.some(({ low }) => low !== null);
  const lines = [
    `Verdict: ${enumerate(verdicts.map(({ id }) => verdictName(id)))}`,
    ...indent(verdicts.map(({ because }) => because)),
    '',
    `Errors and gaps${measured ? ` (${limits})` : ''}`,
    ...indent(
      formatTable([
        ['optimal error', errorText(optimalError, unit), ''],
        ...errors.map((error) => errorLine(error, diagnosis)),
      ]),
    ),
    ...indent(formatTable(gaps.map((gap) => gapLine(gap, plainText(tolerance, unit))))),
    '',
    'What to do next',
    ...indent(nextLines(verdicts)),
  ];
  if (sensitivity.length > 0) {
    lines.push(
      '',
      'If the optimal error were',
      ...indent(formatTable(sensitivity.map((r) => rangeLine(r, diagnosis)))),
    );
  }
  if (notes.length > 0) lines.push('', 'Notes', ...indent(notes.map(({ text }) => text)));
  return lines;
}
