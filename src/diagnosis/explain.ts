import { enumerate, formatSignificant, formatTable, plural } from '../base/format.ts';
import { dataCurveLines } from './data-curve-lines.ts';
import type { DiagnosedError, Diagnosis } from './diagnose.ts';
import type { Gap } from './gaps.ts';
import { nextSteps } from './next-steps.ts';
import type { VerdictId } from './rules/index.ts';
import { tidy } from './scale.ts';
import type { SensitivityRange } from './sensitivity.ts';
import type { Suggestion } from './suggestions.ts';
import { errorText, gapText, plainText } from './words.ts';

const NAMES: { readonly [K in VerdictId]: string } = {
  'constant-columns': 'constant columns',
  'class-imbalance': 'class imbalance',
  'label-range': 'the target is out of range',
  'unscaled-input': 'unscaled input',
  leakage: 'a column gives the target away',
  'label-noise': 'label noise',
  'indistinguishable-classes': 'indistinguishable classes',
  'duplicates-across-splits': 'duplicates across splits',
  'output-and-loss': 'output and loss do not match',
  'bad-initialization': 'bad initialization',
  'learning-rate-high': 'the learning rate is too high',
  'learning-rate-low': 'the learning rate is too low',
  'over-regularized': 'too much regularization',
  diverged: 'the training diverged',
  stalled: 'the training stalled',
  'exploding-gradients': 'exploding gradients',
  'vanishing-gradients': 'vanishing gradients',
  'dead-units': 'dead units',
  'saturated-units': 'saturated units',
  oscillating: 'the loss oscillates',
  'stopped-early': 'stopped too early',
  'still-falling': 'the training is unfinished',
  'high-bias': 'high bias (underfitting)',
  'high-variance': 'high variance (overfitting)',
  'more-data-helps': 'more data helps',
  'data-mismatch': 'data mismatch',
  'cannot-tell': 'cannot tell yet',
  fit: 'fit',
};

/** The name of a verdict for people: `high bias (underfitting)`. */
export function verdictName(id: VerdictId): string {
  return NAMES[id];
}

function errorLine(error: DiagnosedError, { unit, metric }: Diagnosis): readonly string[] {
  const { set, value, low, high, count, measured } = error;
  const regression = metric === 'rmse' || metric === 'mae';
  const own = regression ? `${metric.toUpperCase()} ${formatSignificant(measured)}` : '';
  const text = value === null ? 'unknown share' : errorText(value, unit, low, high);
  return [`${set} error`, text, count === null ? 'rows unknown' : plural(count, 'row'), own];
}

function errorsHeading({ errors, gaps, confidence, unit, repeats }: Diagnosis): string {
  const remarks: string[] = [];
  if (repeats !== null) remarks.push(`means over ${plural(repeats.count, repeats.kind.slice(0, -1))}`);
  if (errors.some(({ low }) => low !== null) || gaps.some(({ low }) => low !== null)) {
    remarks.push(`limits in parentheses hold with ${tidy(confidence * 100)} % confidence`);
  }
  if (unit === 'standard deviations of the target') remarks.push('sd is the standard deviation of the training target');
  return `Errors and gaps${remarks.length > 0 ? `: ${remarks.join('; ')}` : ''}`;
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
    gap.smallestVisible === null ? '' : `; these rows show gaps from ${plainText(gap.smallestVisible, gap.unit)}`;
  return [GAPS[gap.id], gapText(gap.value, gap.unit, gap.low, gap.high), state + visible];
}

function rangeLine({ from, to, verdicts }: SensitivityRange, { unit, optimalError }: Diagnosis): readonly string[] {
  const here = optimalError >= from && optimalError <= to ? '<- this diagnosis' : '';
  const mark = { 'percentage points': ' %', nats: ' nats', 'standard deviations of the target': ' sd' }[unit];
  return [`${plainText(from, unit)} to ${plainText(to, unit)}${mark}`, enumerate(verdicts.map(verdictName)), here];
}

const SOURCES: { readonly [K in Suggestion['source']]: string } = {
  'label-noise': 'label noise',
  'nearest-neighbour': 'nearest neighbour',
  'best-reached': 'best error reached',
};

function suggestionLine({ source, value, low, high, because }: Suggestion, { unit }: Diagnosis): readonly string[] {
  return [SOURCES[source], errorText(value, unit, low, high), because];
}

const indent = (lines: readonly string[]): readonly string[] => lines.map((line) => `  ${line}`);

/** A diagnosis as plain lines for a terminal: errors, gaps, verdicts with reasons, what to do next, and the caveats. */
export function explainDiagnosis(diagnosis: Diagnosis): readonly string[] {
  const { verdicts, gaps, errors, unit, optimalError, tolerance, sensitivity, suggestions, dataCurve, notes } =
    diagnosis;
  const lines = [
    `Verdict: ${enumerate(verdicts.map(({ id }) => verdictName(id)))}`,
    ...indent(verdicts.map(({ because }) => because)),
    '',
    errorsHeading(diagnosis),
    ...indent(
      formatTable([
        ['optimal error', errorText(optimalError, unit), ''],
        ...errors.map((error) => errorLine(error, diagnosis)),
      ]),
    ),
    ...indent(formatTable(gaps.map((gap) => gapLine(gap, plainText(tolerance, unit))))),
    '',
    'What to do next',
    ...indent(nextSteps(verdicts)),
  ];
  if (dataCurve !== null) lines.push('', 'More data', ...indent(dataCurveLines(dataCurve, unit)));
  if (sensitivity.length > 0) {
    lines.push(
      '',
      'If the optimal error were',
      ...indent(formatTable(sensitivity.map((r) => rangeLine(r, diagnosis)))),
    );
  }
  if (suggestions.length > 0) {
    lines.push(
      '',
      'Suggested optimal errors',
      ...indent(formatTable(suggestions.map((suggestion) => suggestionLine(suggestion, diagnosis)))),
    );
  }
  if (notes.length > 0) lines.push('', 'Notes', ...indent(notes.map(({ text }) => text)));
  return lines;
}
