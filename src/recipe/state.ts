// In: the events of a tuning. Out: the state they add up to, and the state that follows, with its reason.
// precheck -> baseline -> diagnose -> (fix-optimization | reduce-bias | reduce-variance) -> diagnose -> ...
//   -> examine -> optimization-ablation -> final-fit -> report -> done

import { enumerate } from '../base/format.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import { verdictName } from '../diagnosis/explain.ts';
import { isBroken } from '../diagnosis/next-steps.ts';
import type { VerdictId } from '../diagnosis/rules/index.ts';
import { scaleOf } from '../diagnosis/scale.ts';
import { type Plan, printPlan } from '../plan/plan.ts';
import type { DataFacts } from '../record/data-facts.ts';
import type { Metric } from '../record/record.ts';
import type { Evaluation, Step, TuneEvent } from './journal.ts';
import type { StateId } from './state-id.ts';

/** What a tuning has come to. */
export interface TuneState {
  readonly state: StateId | null;
  /** Whether the work of `state` is written down, so that the next state may be entered. */
  readonly complete: boolean;
  /** Seconds of tuning so far. */
  readonly at: number;
  readonly started: (TuneEvent & { type: 'started' }) | null;
  /** The network without hidden layers. */
  readonly linear: Evaluation | null;
  /** The plan in force. */
  readonly incumbent: Evaluation | null;
  readonly diagnosis: Diagnosis | null;
  readonly steps: readonly Step[];
  /** Rounds of candidates that are judged to their end. */
  readonly rounds: number;
  /** Candidates that cannot be trained here. */
  readonly leftOut: readonly Plan[];
  /** Phases that have nothing left to try on the plan in force, or no time. */
  readonly over: readonly StateId[];
  readonly trials: number;
  /** Epochs that the precheck chose. */
  readonly epochs: number | null;
  readonly usualEpochs: number | null;
  /** What the precheck saw in the data. */
  readonly facts: DataFacts | null;
}

/** A tuning before its first event. */
export const initialState: TuneState = {
  state: null,
  complete: true,
  at: 0,
  started: null,
  linear: null,
  incumbent: null,
  diagnosis: null,
  steps: [],
  rounds: 0,
  leftOut: [],
  over: [],
  trials: 0,
  epochs: null,
  usualEpochs: null,
  facts: null,
};

const samePlan = (a: Plan, b: Plan): boolean => printPlan(a) === printPlan(b);

/** The state after one more event. Pure: replaying a journal gives the same state. */
export function advance(before: TuneState, event: TuneEvent): TuneState {
  const state = { ...before, at: event.at };
  switch (event.type) {
    case 'started':
      return { ...state, started: event };
    case 'entered':
      return { ...state, state: event.state, complete: false };
    case 'trial':
      return { ...state, trials: state.trials + 1 };
    case 'prechecked':
      return { ...state, epochs: event.epochs, usualEpochs: event.usualEpochs, facts: event.facts, complete: true };
    case 'examined':
      return { ...state, diagnosis: event.diagnosis, complete: true };
    case 'ablation':
    case 'final':
    case 'reported':
      return { ...state, complete: true };
    case 'baseline':
      return { ...state, linear: event.linear, incumbent: event.evaluation, complete: true };
    case 'diagnosed':
      return { ...state, diagnosis: event.diagnosis, complete: true };
    case 'left-out':
      return { ...state, leftOut: [...state.leftOut, event.plan] };
    case 'step':
      return { ...state, steps: [...state.steps, event.step] };
    case 'round': {
      const before = state.incumbent;
      const changed = event.evaluation !== null && before !== null && !samePlan(event.evaluation.plan, before.plan);
      return {
        ...state,
        incumbent: event.evaluation ?? state.incumbent,
        // Another plan in force opens every phase again.
        over: event.over ? [...state.over, event.state] : changed ? [] : state.over,
        rounds: state.steps.at(-1)?.round ?? state.rounds,
        complete: true,
      };
    }
    case 'resumed':
      // A round that was cut short while it was written down is done again from its remembered trials.
      return { ...state, steps: state.steps.filter((step) => step.round <= state.rounds) };
    case 'interrupted':
      return state;
  }
}

/** The state that a journal adds up to. */
export function replay(events: readonly TuneEvent[]): TuneState {
  return events.reduce(advance, initialState);
}

/** Which state comes next, and why. */
export interface Transition {
  readonly state: StateId;
  readonly reason: string;
}

/**
 * Whether the network could fit the training rows if it were only about them: it came within the tolerance on the way, or
 * the held-out error stopped falling well before the training error did. Then early stopping holds the error up, not bias.
 */
function fits(evaluation: Evaluation, { optimalError, tolerance }: Diagnosis, metric: Metric): boolean {
  const { train, leastTrainError, bestEpoch, plan } = evaluation;
  // Diagnoses are in percentage points or percent of a deviation, evaluations in the metric's own unit.
  const unit = (train.share === null || train.value === 0 ? 1 : train.share / train.value) * scaleOf(metric).factor;
  const early = bestEpoch <= 0.75 * plan.training.epochs;
  const further = (train.value - leastTrainError) * unit >= tolerance / 2;
  return leastTrainError * unit <= optimalError + tolerance || (early && further);
}

/** Verdicts about data that the plan can mend. */
const wrongInput: readonly VerdictId[] = ['unscaled-input', 'label-range'];

const counts = (diagnosis: Diagnosis, id: string): boolean => diagnosis.verdicts.some((verdict) => verdict.id === id);

/** What to do about a diagnosis: broken training first, then bias, then variance, then time. */
function prescribe(state: TuneState, evaluation: Evaluation, diagnosis: Diagnosis): Transition {
  const open = (id: StateId): boolean => !state.over.includes(id);
  const broken = diagnosis.verdicts.filter(({ id }) => isBroken(id) || wrongInput.includes(id));
  if (broken.length > 0 && open('fix-optimization')) {
    const names = enumerate(broken.map(({ id }) => verdictName(id)));
    return { state: 'fix-optimization', reason: `${names}: nothing else can be judged before the training works` };
  }
  const bias = counts(diagnosis, 'high-bias');
  const fitted = fits(evaluation, diagnosis, diagnosis.metric);
  if (bias && open('reduce-bias')) {
    if (!fitted) {
      return { state: 'reduce-bias', reason: 'high bias: the network does not fit its own training rows' };
    }
    if (!open('reduce-variance')) {
      return { state: 'reduce-bias', reason: 'high bias is left, and nothing more helps against variance' };
    }
  }
  const variance = counts(diagnosis, 'high-variance');
  if (open('reduce-variance') && variance) {
    return { state: 'reduce-variance', reason: 'high variance: the held-out error is above the training error' };
  }
  if (bias && !fitted && open('reduce-variance')) {
    const reason =
      'the training rows are not fitted, and nothing more helps or there is no time to try it: regularization would add bias, so step 3 is skipped';
    return { state: 'examine', reason };
  }
  if (open('reduce-variance') && bias) {
    const reason = 'the training rows can be fitted, so what holds the error up is how the network generalizes';
    return { state: 'reduce-variance', reason };
  }
  if (open('reduce-variance') && counts(diagnosis, 'cannot-tell')) {
    return { state: 'reduce-variance', reason: 'these rows cannot tell whether the gap matters: trying costs little' };
  }
  const reason = counts(diagnosis, 'fit')
    ? 'fit: no gap is above the tolerance'
    : 'nothing that is left improves the held-out error by more than its noise, or the time for it is over';
  return { state: 'examine', reason };
}

/** The transition out of a complete state; null when the tuning is done. */
export function nextState(state: TuneState): Transition | null {
  switch (state.state) {
    case null:
      return { state: 'precheck', reason: 'the data comes first' };
    case 'precheck':
      return { state: 'baseline', reason: 'the data can be trained on' };
    case 'baseline':
      return { state: 'diagnose', reason: 'the baseline is measured' };
    case 'diagnose':
      if (state.incumbent === null || state.diagnosis === null) throw new Error('a diagnosis has a plan and verdicts');
      return prescribe(state, state.incumbent, state.diagnosis);
    case 'fix-optimization':
    case 'reduce-bias':
    case 'reduce-variance':
      return { state: 'diagnose', reason: 'the candidates of this round are judged' };
    case 'examine':
      return { state: 'optimization-ablation', reason: 'the plan is chosen' };
    case 'optimization-ablation':
      return { state: 'final-fit', reason: 'what step 4 saves is measured' };
    case 'final-fit':
      return { state: 'report', reason: 'the network is trained on all training rows' };
    case 'report':
      return { state: 'done', reason: 'the test rows were looked at once' };
    case 'done':
      return null;
  }
}
