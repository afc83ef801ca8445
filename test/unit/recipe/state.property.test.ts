import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evaluation, TuneEvent } from '../../../src/recipe/journal.ts';
import { advance, initialState, nextState, replay, type TuneState } from '../../../src/recipe/state.ts';
import type { StateId } from '../../../src/recipe/state-id.ts';
import { diagnosisOf, evaluationOf, stepOf } from './fixture.ts';

/** One round's outcome: whether it accepts, whether its phase then has nothing left, and what the next diagnosis is. */
interface Outcome {
  readonly accepted: boolean;
  readonly over: boolean;
  readonly evaluation: Evaluation;
  readonly diverged: boolean;
}

const anyError = fc.constantFrom(0.001, 0.01, 0.015, 0.1, 0.15, 0.2, 0.3, 0.9);
const anyEvaluation = fc.tuple(anyError, anyError, anyError).map(([train, dev, least]) => {
  return evaluationOf(train, dev, Math.min(train, least));
});
const anyOutcome: fc.Arbitrary<Outcome> = fc.record({
  accepted: fc.boolean(),
  over: fc.boolean(),
  evaluation: anyEvaluation,
  diverged: fc.integer({ min: 0, max: 5 }).map((n) => n === 0),
});

/** The events of the work of a state, as the phases write them. */
function work(state: TuneState, outcome: Outcome | undefined, at: number): TuneEvent[] {
  const { evaluation, accepted, over, diverged } = outcome ?? {
    ...{ evaluation: evaluationOf(0.15, 0.3), accepted: false, over: true, diverged: false },
  };
  const current = state.incumbent ?? evaluation;
  switch (state.state) {
    case 'precheck':
      return [{ at, type: 'prechecked', notes: [], epochs: 20, usualEpochs: 20, secondsPerEpoch: null, facts: null }];
    case 'baseline':
      return [{ at, type: 'baseline', linear: evaluationOf(0.3, 0.3), evaluation }];
    case 'diagnose': {
      const diagnosis = diagnosisOf(current, diverged ? { status: 'diverged' } : {});
      return [{ at, type: 'diagnosed', evaluation: current, diagnosis }];
    }
    case 'fix-optimization':
    case 'reduce-bias':
    case 'reduce-variance': {
      const phase = state.state;
      const ended = over || !accepted;
      return [
        { at, type: 'step', step: stepOf(state.rounds + 1, phase, accepted) },
        { at, type: 'round', state: phase, evaluation: accepted ? evaluation : null, over: ended, why: '' },
      ];
    }
    case 'examine': {
      const { diagnosis } = state;
      if (diagnosis === null) throw new Error('an examination follows a diagnosis');
      return [{ at, type: 'examined', analysis: [], dataSizes: null, diagnosis }];
    }
    case 'optimization-ablation':
      return [{ at, type: 'ablation', targetLoss: 1, rows: [] }];
    case 'final-fit': {
      const size = { networks: 1, parameters: 1, nonzero: 1, bytes: 1 };
      return [{ at, type: 'final', plan: current.plan, epochs: 1, why: '', ...size }];
    }
    case 'report':
      return [{ at, type: 'reported', train: current.train, test: current.dev, linear: null, mismatch: null }];
    default:
      return [];
  }
}

/** Runs the machine as the tuning does, a round's outcome at a time; when they are used up nothing is accepted any more. */
function drive(outcomes: readonly Outcome[]): TuneEvent[] {
  const events: TuneEvent[] = [];
  let state = initialState;
  let rounds = 0;
  const add = (event: TuneEvent): void => {
    events.push(event);
    state = advance(state, event);
  };
  for (let at = 0; state.state !== 'done'; at++) {
    if (at > 8 * (outcomes.length + 10)) throw new Error('the machine does not end');
    const next = nextState(state);
    if (next === null) break;
    add({ at, type: 'entered', ...next });
    const isRound = ['fix-optimization', 'reduce-bias', 'reduce-variance'].includes(next.state);
    const outcome = outcomes[rounds];
    if (isRound) rounds++;
    for (const event of work(state, outcome, at)) add(event);
  }
  return events;
}

const entered = (events: readonly TuneEvent[]): StateId[] =>
  events.flatMap((event) => (event.type === 'entered' ? [event.state] : []));

describe('any tuning', () => {
  const outcomes = fc.array(anyOutcome, { maxLength: 12 });

  it('ends, with the fixed last four states in order', () => {
    fc.assert(
      fc.property(outcomes, (list) => {
        const path = entered(drive(list));
        expect(path.slice(0, 3)).toEqual(['precheck', 'baseline', 'diagnose']);
        expect(path.slice(-4)).toEqual(['optimization-ablation', 'final-fit', 'report', 'done']);
        expect(path.filter((state) => state === 'report')).toHaveLength(1);
      }),
    );
  });

  it('adds up to the same from its journal as step by step, wherever it is cut', () => {
    fc.assert(
      fc.property(outcomes, fc.nat(), (list, at) => {
        const events = drive(list);
        const cut = at % (events.length + 1);
        const first = replay(JSON.parse(JSON.stringify(events.slice(0, cut))) as TuneEvent[]);
        expect(events.slice(cut).reduce(advance, first)).toEqual(replay(events));
      }),
    );
  });

  it('goes the same way when it is killed between two states and resumed', () => {
    fc.assert(
      fc.property(outcomes, fc.nat(), (list, at) => {
        const events = drive(list);
        const cut = at % (events.length + 1);
        const before = replay(events.slice(0, cut));
        const resumed = advance(before, { at: before.at, type: 'resumed' });
        if (before.complete) expect(nextState(resumed)).toEqual(nextState(before));
        const rest = replay(events.slice(0, cut)).complete ? before.steps : before.steps.slice(0, resumed.steps.length);
        expect(resumed.steps).toEqual(rest);
      }),
    );
  });

  it('never enters a phase that is over, and mends the training before anything else', () => {
    fc.assert(
      fc.property(outcomes, (list) => {
        let state = initialState;
        for (const event of drive(list)) {
          if (event.type === 'entered') {
            expect(state.over).not.toContain(event.state);
            expect(event.reason).not.toBe('');
            const broken = state.diagnosis?.verdicts.some(({ id }) => id === 'diverged' || id === 'stalled') ?? false;
            if (state.state === 'diagnose' && broken && !state.over.includes('fix-optimization')) {
              expect(event.state).toBe('fix-optimization');
            }
          }
          state = advance(state, event);
        }
      }),
    );
  });

  it('holds the last accepted plan in force', () => {
    fc.assert(
      fc.property(outcomes, (list) => {
        const events = drive(list);
        const last = events.findLast((event) => {
          return event.type === 'baseline' || (event.type === 'round' && event.evaluation !== null);
        });
        const evaluation = last?.type === 'baseline' || last?.type === 'round' ? last.evaluation : null;
        expect(replay(events).incumbent).toEqual(evaluation);
      }),
    );
  });

  it('can meet every state', () => {
    const seen = new Set<StateId>();
    fc.assert(
      fc.property(outcomes, (list) => {
        for (const state of entered(drive(list))) seen.add(state);
      }),
    );
    const all: { readonly [K in StateId]: true } = {
      ...{ precheck: true, baseline: true, diagnose: true, 'fix-optimization': true, 'reduce-bias': true },
      ...{
        'reduce-variance': true,
        examine: true,
        'optimization-ablation': true,
        'final-fit': true,
        report: true,
        done: true,
      },
    };
    expect([...seen].sort()).toEqual(Object.keys(all).sort());
  });
});
