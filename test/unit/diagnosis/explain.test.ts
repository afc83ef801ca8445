import { expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { explainDiagnosis } from '../../../src/diagnosis/explain.ts';
import { diagnoseRecord } from './records.ts';

const score = (value: number, count: number | null) => ({ value, count, standardError: null, share: null });

it('explains both weaknesses in the order of the recipe', () => {
  const diagnosis = diagnose({
    task: 'classification',
    metric: 'error',
    train: score(0.15, 10_000),
    trainDev: null,
    dev: score(0.3, 2_000),
  });
  expect(`\n${explainDiagnosis(diagnosis).join('\n')}\n`).toMatchInlineSnapshot(`
    "
    Verdict: high bias (underfitting) and high variance (overfitting)
      The train error of 15.0 % is above the optimal error of 0 % by 15.0 percentage points (14.3 – 15.7); the tolerance is 2.0.
      The dev error of 30.0 % is above the train error of 15.0 % by 15.0 percentage points (12.9 – 17.2); the tolerance is 2.0.

    Errors and gaps: limits in parentheses hold with 95 % confidence
      optimal error  0 %
      train error    15.0 % (14.3 – 15.7)  10,000 rows
      dev error      30.0 % (28.0 – 32.0)  2,000 rows
      avoidable bias = train - optimal  15.0 percentage points (14.3 – 15.7)  above the tolerance of 2.0; these rows show gaps from 2.3
      variance = held-out - train       15.0 percentage points (12.9 – 17.2)  above the tolerance of 2.0; these rows show gaps from 3.8
      mismatch = dev - train-dev        unknown

    What to do next
      Reduce underfitting first: bigger-network, longer-training or other-architecture.
      Then reduce overfitting: more-data, l2, l1, dropout, augmentation, early-stopping or other-architecture.

    If the optimal error were
      0.0 to 12.3 %   high bias (underfitting) and high variance (overfitting)  <- this diagnosis
      12.3 to 13.7 %  high variance (overfitting) and cannot tell yet
      13.7 to 15.7 %  high variance (overfitting)

    Notes
      No optimal error was given: 0 is assumed, which no predictor reaches on noisy data.
      Without train-dev rows (like the training rows but not trained on) a mismatch between the training rows and the dev rows would show as variance.
    "
  `);
});

it('explains a regression in the target unit too, and folds as such', () => {
  const lines = explainDiagnosis(diagnoseRecord('california-tuned', { optimalError: 0.42, tolerance: 0.05 }));
  expect(lines[0]).toBe('Verdict: fit');
  expect(lines.join('\n')).toContain('sd is the standard deviation of the training target');
  expect(lines.join('\n')).toMatch(/train error +0\.430 sd \(0\.419 – 0\.442\) +11,000 rows +RMSE 49,800/);
  expect(lines).toContain('  Nothing: confirm it once on a test set.');
  expect(explainDiagnosis(diagnoseRecord('pima-folds')).join('\n')).toContain(
    'Errors and gaps: means over 5 folds; limits in parentheses hold with 95 % confidence',
  );
});

it('a broken training is mended before anything else', () => {
  const lines = explainDiagnosis(diagnoseRecord('concrete-diverged'));
  const next = lines.indexOf('What to do next');
  expect(lines.slice(next + 1, next + 3)).toEqual([
    '  Mend the training first: learning-rate, clip-gradients or warm-up. Then diagnose again.',
    '',
  ]);
  expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(260);
});

it('bias alone is told what does not help', () => {
  const lines = explainDiagnosis(diagnoseRecord('concrete-linear'));
  expect(lines).toContain('  Reduce underfitting: bigger-network, longer-training or other-architecture.');
  expect(lines).toContain('  More data or more regularization would not help against bias.');
});

it('no line ends in a space', () => {
  for (const name of ['fashion-noisy-dev', 'digits-few-rows', 'digits-tiny-rate', 'digits-unfinished'] as const) {
    for (const line of explainDiagnosis(diagnoseRecord(name))) expect(line).toBe(line.trimEnd());
  }
});
