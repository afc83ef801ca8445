import { describe, expect, it } from 'vitest';
import type { Diagnosis } from '../../../src/diagnosis/diagnose.ts';
import type { Evaluation, TuneEvent } from '../../../src/recipe/journal.ts';
import { advance, initialState, nextState, replay, type TuneState } from '../../../src/recipe/state.ts';
import type { StateId } from '../../../src/recipe/state-id.ts';
import { events as recorded } from '../../fixtures/tuning.ts';
import { diagnosisOf, evaluationOf, plan, score, stepOf } from './fixture.ts';

/** A finished diagnosis, with phases that are over. */
function diagnosed(evaluation: Evaluation, diagnosis: Diagnosis, over: readonly StateId[] = []): TuneState {
  return { ...initialState, state: 'diagnose', incumbent: evaluation, diagnosis, over };
}

function prescribed(evaluation: Evaluation, diagnosis = diagnosisOf(evaluation), over: readonly StateId[] = []) {
  return nextState(diagnosed(evaluation, diagnosis, over));
}

const ids = (diagnosis: Diagnosis): string[] => diagnosis.verdicts.map(({ id }) => id);
const small = (train: number, dev: number): Evaluation => {
  return { ...evaluationOf(train, dev), train: score(train, 60), dev: score(dev, 15) };
};

describe('the way between the states', () => {
  it.each([
    [null, 'precheck', 'the data comes first'],
    ['precheck', 'baseline', 'the data can be trained on'],
    ['baseline', 'diagnose', 'the baseline is measured'],
    ['fix-optimization', 'diagnose', 'the candidates of this round are judged'],
    ['reduce-bias', 'diagnose', 'the candidates of this round are judged'],
    ['reduce-variance', 'diagnose', 'the candidates of this round are judged'],
    ['examine', 'optimization-ablation', 'the plan is chosen'],
    ['optimization-ablation', 'final-fit', 'what step 4 saves is measured'],
    ['final-fit', 'report', 'the network is trained on all training rows'],
    ['report', 'done', 'the test rows were looked at once'],
  ] as const)('leads from %s to %s', (state, next, reason) => {
    expect(nextState({ ...initialState, state })).toEqual({ state: next, reason });
  });

  it('ends at done', () => {
    expect(nextState({ ...initialState, state: 'done' })).toBe(null);
  });

  it('refuses to prescribe without a plan and a diagnosis', () => {
    expect(() => nextState({ ...initialState, state: 'diagnose' })).toThrow('a diagnosis has a plan and verdicts');
  });
});

describe('after a diagnosis', () => {
  it('broken training comes first', () => {
    const evaluation = evaluationOf(0.15, 0.3);
    const diverged = diagnosisOf(evaluation, { status: 'diverged' });
    expect(ids(diverged)).toContain('diverged');
    expect(prescribed(evaluation, diverged)).toEqual({
      state: 'fix-optimization',
      reason: 'the training diverged: nothing else can be judged before the training works',
    });
    const knowsNothing = evaluationOf(0.9, 0.9);
    expect(ids(diagnosisOf(knowsNothing))).toContain('stalled');
    expect(prescribed(knowsNothing)?.state).toBe('fix-optimization');
  });

  it('goes on with the other weaknesses when nothing more mends the training', () => {
    const knowsNothing = evaluationOf(0.9, 0.9);
    expect(prescribed(knowsNothing, diagnosisOf(knowsNothing), ['fix-optimization'])?.state).toBe('reduce-bias');
  });

  it('reduces bias where the network cannot fit its training rows', () => {
    for (const [train, dev] of [
      [0.2, 0.19],
      [0.15, 0.3],
    ] as const) {
      expect(prescribed(evaluationOf(train, dev))).toEqual({
        state: 'reduce-bias',
        reason: 'high bias: the network does not fit its own training rows',
      });
    }
  });

  it('reduces variance where the kept epoch has bias but the network could fit', () => {
    expect(prescribed(evaluationOf(0.2, 0.21, 0.001))).toEqual({
      state: 'reduce-variance',
      reason: 'the training rows can be fitted, so what holds the error up is how the network generalizes',
    });
    expect(prescribed(evaluationOf(0.15, 0.3, 0.001))?.reason).toBe(
      'high variance: the held-out error is above the training error',
    );
  });

  it('counts as fitted what is within the tolerance of the optimal error, and not more', () => {
    const at = (least: number, optimalError: number) => {
      const evaluation = evaluationOf(0.4, 0.41, least);
      return prescribed(evaluation, diagnosisOf(evaluation, { optimalError, tolerance: 0.02 }))?.state;
    };
    expect(at(0.02, 0)).toBe('reduce-variance');
    expect(at(0.021, 0)).toBe('reduce-bias');
    expect(at(0.12, 0.1)).toBe('reduce-variance');
    expect(at(0.121, 0.1)).toBe('reduce-bias');
  });

  it('counts as fitted what went on falling after the kept epoch while the held-out error did not', () => {
    const evaluation = evaluationOf(0.2, 0.2, 0.17);
    const epochs = evaluation.plan.training.epochs;
    const kept = (bestEpoch: number, leastTrainError = 0.17) => {
      const early = { ...evaluation, bestEpoch, leastTrainError };
      return prescribed(early, diagnosisOf(early, { tolerance: 0.02 }))?.state;
    };
    expect(kept(epochs / 8)).toBe('reduce-variance');
    expect(kept(epochs)).toBe('reduce-bias');
    expect(kept(epochs / 8, 0.195)).toBe('reduce-bias');
  });

  it('measures a number by its share of the deviation, whatever its unit', () => {
    for (const unit of [1e-3, 1, 1e6]) {
      const of = (share: number) => ({ value: share * unit, count: 5000, standardError: 0.01 * unit ** 2, share });
      const evaluation = (least: number): Evaluation => {
        return { ...evaluationOf(0, 0), train: of(0.3), dev: of(0.32), leastTrainError: least * unit };
      };
      const diagnosis: Diagnosis = {
        ...diagnosisOf({ train: score(0.2), dev: score(0.2) }),
        metric: 'rmse',
        optimalError: 0,
        tolerance: 0.02,
      };
      expect(prescribed(evaluation(0.019), diagnosis)?.state).toBe('reduce-variance');
      expect(prescribed(evaluation(0.021), diagnosis)?.state).toBe('reduce-bias');
    }
  });

  it('goes back to bias when nothing more helps against variance, and says so', () => {
    const evaluation = evaluationOf(0.2, 0.21, 0.001);
    expect(prescribed(evaluation, diagnosisOf(evaluation), ['reduce-variance'])).toEqual({
      state: 'reduce-bias',
      reason: 'high bias is left, and nothing more helps against variance',
    });
  });

  it('skips step 3 where the training rows cannot be fitted, and says so', () => {
    const evaluation = evaluationOf(0.2, 0.21);
    expect(prescribed(evaluation, diagnosisOf(evaluation), ['reduce-bias'])).toEqual({
      state: 'examine',
      reason:
        'the training rows are not fitted, and nothing more helps or there is no time to try it: regularization would add bias, so step 3 is skipped',
    });
  });

  it('takes a held-out error that stops falling long before the training error for early stopping, not for bias', () => {
    const next = (least: number, bestEpoch: number) => {
      const evaluation = { ...evaluationOf(0.2, 0.21, least), bestEpoch };
      return prescribed(evaluation, diagnosisOf(evaluation, { tolerance: 0.02 }))?.state;
    };
    expect(next(0.15, plan.training.epochs / 4)).toBe('reduce-variance');
    expect(next(0.15, plan.training.epochs)).toBe('reduce-bias');
    expect(next(0.199, plan.training.epochs / 4)).toBe('reduce-bias');
  });

  it('reduces variance, and bias not at all, where the training rows are fitted', () => {
    expect(prescribed(evaluationOf(0.01, 0.1))?.state).toBe('reduce-variance');
  });

  it('examines the plan when everything fits', () => {
    expect(prescribed(evaluationOf(0.01, 0.015))).toEqual({
      state: 'examine',
      reason: 'fit: no gap is above the tolerance',
    });
  });

  it('tries something against variance where few rows cannot tell', () => {
    const evaluation = small(0.001, 0.07);
    const diagnosis = diagnosisOf(evaluation);
    expect(ids(diagnosis)).toEqual(['cannot-tell']);
    expect(prescribed(evaluation, diagnosis)).toEqual({
      state: 'reduce-variance',
      reason: 'these rows cannot tell whether the gap matters: trying costs little',
    });
    expect(prescribed(evaluation, diagnosis, ['reduce-variance'])?.state).toBe('examine');
  });

  it('examines the plan when every phase is over, and says why', () => {
    const all: readonly StateId[] = ['fix-optimization', 'reduce-bias', 'reduce-variance'];
    for (const evaluation of [evaluationOf(0.9, 0.9), evaluationOf(0.15, 0.3), evaluationOf(0.01, 0.1)]) {
      expect(prescribed(evaluation, diagnosisOf(evaluation), all)).toEqual({
        state: 'examine',
        reason: 'nothing that is left improves the held-out error by more than its noise, or the time for it is over',
      });
    }
  });
});

describe('events', () => {
  const evaluation = evaluationOf(0.15, 0.3);

  it('add up as a recorded tuning says', () => {
    const state = replay(recorded);
    expect(state).toMatchObject({ state: 'done', at: 58, trials: 2, rounds: 1, epochs: 60, over: ['reduce-variance'] });
    expect(state.steps.map(({ change, accepted }) => [change, accepted])).toEqual([
      ['dropout 0.25', true],
      ['L2 0.01', false],
      ['L1 0.0001', false],
    ]);
    expect(state.linear?.dev.value).toBe(0.243);
    expect(state.incumbent?.dev.value).toBe(0.2111);
  });

  it('finish the work of their state, and only that', () => {
    const entered: TuneEvent = { at: 1, type: 'entered', state: 'reduce-bias', reason: '' };
    const working = replay([entered]);
    expect(working).toMatchObject({ state: 'reduce-bias', complete: false, at: 1 });
    const tried = advance(working, { at: 2, type: 'step', step: stepOf(1, 'reduce-bias', false) });
    expect(tried.complete).toBe(false);
    for (const type of ['interrupted', 'resumed'] as const) {
      expect(advance(working, { at: 3, type }).complete).toBe(false);
    }
    const trial: TuneEvent = {
      ...{ at: 2, type: 'trial', id: 'a', label: '', unit: 0, train: null, dev: null, seconds: 1, status: 'diverged' },
    };
    expect(advance(working, trial)).toMatchObject({ complete: false, trials: 1 });
    const round: TuneEvent = { at: 4, type: 'round', state: 'reduce-bias', evaluation: null, over: true, why: '' };
    expect(advance(tried, round)).toMatchObject({ complete: true, over: ['reduce-bias'], rounds: 1, incumbent: null });
    expect(advance(tried, { ...round, evaluation, over: false })).toMatchObject({ over: [], incumbent: evaluation });
  });

  it('of a round that was cut short while it was written down do not count after a resume', () => {
    const step = (round: number, accepted: boolean, index: number): TuneEvent => {
      return { at: round, type: 'step', step: stepOf(round, 'reduce-variance', accepted, index) };
    };
    const round: TuneEvent = { at: 2, type: 'round', state: 'reduce-variance', evaluation, over: false, why: '' };
    const whole = [step(1, true, 0), step(1, false, 1), round];
    const cut = replay([...whole, step(2, true, 0)]);
    expect(cut.steps).toHaveLength(3);
    expect(cut.rounds).toBe(1);
    const resumed = advance(cut, { at: 3, type: 'resumed' });
    expect(resumed.steps).toEqual(replay(whole).steps);
    expect(resumed.rounds).toBe(1);
    expect(advance(replay(whole), { at: 3, type: 'resumed' }).steps).toHaveLength(2);
  });
});
