import { describe, expect, it } from 'vitest';
import { isExtreme } from '../../../src/diagnosis/extreme-regularization.ts';
import { lossKind } from '../../../src/diagnosis/loss-kind.ts';
import { ratePlace } from '../../../src/diagnosis/rate-test.ts';
import {
  hiddenActivations,
  layerPoints,
  medianOf,
  middleOf,
  shownByMost,
  stepShare,
  whoText,
} from '../../../src/diagnosis/traces.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import type { LearningRateTest } from '../../../src/record/probes.ts';
import { asLog, bare } from './training-records.ts';

describe('the traces of runs', () => {
  const run = bare('digits-healthy');

  it('show what more than half of them show', () => {
    const is = (wanted: string) => (trace: { readonly status: string }) => (trace.status === wanted ? wanted : null);
    const runs = [run, { ...run, status: 'diverged' as const }, run];
    expect(shownByMost(runs, is('finished'))).toEqual(['finished', 'finished']);
    expect(shownByMost(runs.slice(0, 2), is('finished'))).toEqual([]);
    expect(shownByMost([], is('finished'))).toEqual([]);
    expect([whoText(2, 3), whoText(1, 1)]).toEqual(['In 2 of 3 runs: ', '']);
  });

  it('are summed up by what is in the middle', () => {
    expect(middleOf([3, 1, 2], (x) => x)).toBe(2);
    expect(middleOf([4, 1, 3, 2], (x) => x)).toBe(2);
    expect([medianOf([3, null, 1, Number.NaN]), medianOf([null])]).toEqual([2, null]);
  });

  it('hold layers from the input to the output, embeddings left out', () => {
    const first = run.curve[0];
    if (first === undefined || first.layers === null) throw new Error('the record has layers');
    const [hidden] = first.layers;
    if (hidden === undefined) throw new Error('the record has layers');
    const layers = [...first.layers, { ...hidden, layer: 'category-embedding' }].reverse();
    const points = layerPoints({ ...run, curve: [{ ...first, layers }] });
    expect(points[0]?.map(({ layer }) => layer)).toEqual(['hidden.0', 'hidden.1', 'output']);
    expect(layerPoints(asLog('digits-healthy'))).toEqual([]);
    expect(hiddenActivations(run, 'start').map(({ layer }) => layer)).toEqual(['hidden.0', 'hidden.1']);
    expect(hiddenActivations(run, 'end')).toHaveLength(2);
    expect(stepShare({ ...hidden, updateNorm: 0, weightNorm: 0 })).toBe(0);
  });
});

describe('the place of a rate', () => {
  const test: LearningRateTest = {
    rate: 1,
    steps: 100,
    repeats: 1,
    startLoss: 2,
    points: [
      { rate: 0.01, loss: 0.5, deviation: null },
      { rate: 1, loss: 1.9, deviation: null },
    ],
    best: 0.01,
    low: 0.01,
    high: 0.03,
  };

  it('is told by how far it is outside the good rates', () => {
    expect(ratePlace(test)?.above).toBeCloseTo(33.3, 1);
    expect(ratePlace({ ...test, rate: 1e-4 })?.below).toBeCloseTo(100, 9);
  });

  it('is not told where no rate learned anything, or nobody tested', () => {
    expect(ratePlace({ ...test, startLoss: 0.52 })).toBeNull();
    expect(ratePlace(null)).toBeNull();
  });
});

it('losses are known by the names of fettle, PyTorch and Keras', () => {
  expect(lossKind('cross-entropy')).toEqual({ task: 'classification', reads: 'either' });
  expect(lossKind('BCEWithLogitsLoss')).toEqual({ task: 'classification', reads: 'logits' });
  expect(lossKind('mean_squared_error')).toEqual({ task: 'regression', reads: 'either' });
  expect(lossKind('focal loss')).toBeNull();
});

it('usual strengths of regularization are not extreme', () => {
  const { regularization } = defaultPlan({ task: 'classification', minimizesError: true, seed: 0 });
  const fade = 'constant' as const;
  expect(
    isExtreme({
      ...regularization,
      l2: { strength: 1.5, fade },
      l1: { strength: 0.1, fade },
      dropout: { rate: 0.5, fade },
    }),
  ).toBe(false);
  expect(isExtreme({ ...regularization, l2: { strength: 10, fade } })).toBe(true);
  expect(isExtreme({ ...regularization, l1: { strength: 1, fade } })).toBe(true);
  expect(isExtreme({ ...regularization, dropout: { rate: 0.8, fade } })).toBe(true);
});
