import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { Evidence } from '../../../src/diagnosis/evidence.ts';
import { explainDiagnosis } from '../../../src/diagnosis/explain.ts';
import { suggestOptimalErrors } from '../../../src/diagnosis/suggestions.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import type { Score } from '../../../src/record/record.ts';
import { evidenceWith, factsWith, share } from './data-facts.ts';

const score = (value: number, count = 127): Score => ({ value, count, standardError: null, share: null });

/** The usual plan came to this dev error. */
const reached = (dev: Score): Pick<Evidence, 'probes'> => ({
  probes: {
    learningRate: null,
    dataSizes: null,
    reference: {
      plan: defaultPlan({ task: 'classification', minimizesError: true, seed: 0 }),
      train: score(0, 507),
      dev,
      bestEpoch: 10,
      seconds: 1,
    },
  },
});

const sources = (evidence: Evidence) => suggestOptimalErrors(evidence, 0.95).map(({ source }) => source);

describe('suggestOptimalErrors', () => {
  it('gives the share of contradicted labels, the bound of Cover and Hart, and the best error reached', () => {
    const found = suggestOptimalErrors(evidenceWith(factsWith(), reached(score(0.15))), 0.95);
    expect(found.map(({ source, value }) => [source, value])).toEqual([
      ['label-noise', 12.6],
      ['nearest-neighbour', expect.closeTo(75 * (1 - Math.sqrt(1 - (4 / 3) * 0.31)), 8)],
      ['best-reached', 15],
    ]);
    expect(found[0]).toMatchObject({ low: 7.8, high: 20.3 });
    expect(found[1]?.because).toBe(
      "at least this by the bound of Cover and Hart, from the nearest neighbour's error of 31.0 %",
    );
    expect(found[2]?.because).toBe('at most the dev error of the usual plan on the same rows');
  });

  it('takes the lowest error on rows that were not trained on', () => {
    const evidence = evidenceWith(factsWith(), { ...reached(score(0.25)), trainDev: score(0.18) });
    expect(suggestOptimalErrors(evidence, 0.95).at(-1)).toMatchObject({
      value: 18,
      because: 'at most the train-dev error of this plan',
    });
  });

  it('leaves out a floor above what was reached', () => {
    expect(sources(evidenceWith(factsWith(), reached(score(0.06))))).toEqual(['label-noise', 'best-reached']);
  });

  it('leaves out neighbours that saw less than the network, as with images', () => {
    const neighbours = { rows: 507, error: share(0.31, 0.271, 0.351), optimalErrorBound: null, pairs: [] };
    expect(sources(evidenceWith(factsWith({ neighbours })))).toEqual(['label-noise', 'best-reached']);
  });

  it("says nothing from this run's own error alone", () => {
    expect(sources(evidenceWith(null))).toEqual([]);
    expect(sources(evidenceWith(null, reached(score(0.1))))).toEqual(['best-reached']);
  });

  it('gives numbers in standard deviations, and nothing for log-loss but what was reached', () => {
    const numbers = { value: 4, count: 154, standardError: 1, share: 0.4 };
    const facts = factsWith({
      labelNoise: null,
      neighbours: { rows: 600, error: share(0.54, 0.5, 0.58), optimalErrorBound: 0.38, pairs: null },
    });
    const regression = { task: 'regression', metric: 'rmse', classes: null, train: numbers, dev: numbers } as const;
    expect(suggestOptimalErrors(evidenceWith(facts, regression), 0.95)[0]).toMatchObject({
      source: 'nearest-neighbour',
      value: expect.closeTo(0.54 / Math.SQRT2, 9),
      high: expect.closeTo(0.58 / Math.SQRT2, 9),
    });
    expect(sources(evidenceWith(factsWith(), { metric: 'log-loss' }))).toEqual([]);
  });
});

describe('the suggestions of a diagnosis', () => {
  const evidence = evidenceWith(factsWith(), reached(score(0.15)));

  it('stand beside the optimal error and change nothing', () => {
    const { suggestions, verdicts, optimalError } = diagnose(evidence);
    expect(suggestions).toHaveLength(3);
    expect(optimalError).toBe(0);
    const without = diagnose({ ...evidence, data: null, probes: null });
    expect(verdicts.map(({ id }) => id)).toEqual(without.verdicts.map(({ id }) => id));
  });

  it('are left out where the user gave one that can be true, and shown where it cannot', () => {
    expect(diagnose(evidence, { optimalError: 0.1 }).suggestions).toEqual([]);
    expect(diagnose(evidence, { optimalError: 0.3 }).suggestions).toHaveLength(3);
    expect(diagnose(evidence, { optimalError: 0.01 }).suggestions).toHaveLength(3);
  });

  it('are a short table for people', () => {
    const lines = explainDiagnosis(diagnose(evidence));
    const at = lines.indexOf('Suggested optimal errors');
    expect(lines.slice(at + 1, at + 4)).toEqual([
      expect.stringMatching(/^ {2}label noise +12\.6 % \(7\.8 – 20\.3\) +at least the share of labels/),
      expect.stringMatching(/^ {2}nearest neighbour +17\.6 % \(15\.1 – 20\.3\) +at least this by the bound/),
      expect.stringMatching(/^ {2}best error reached +15\.0 % \(9\.8 – 22\.2\) +at most the dev error/),
    ]);
    expect(explainDiagnosis(diagnose(evidence, { optimalError: 0.1 }))).not.toContain('Suggested optimal errors');
  });
});
