// In: the plan in force and candidates. Out: one judged step per candidate, and the one to accept if there is any.
// Every candidate gets a first look on few units; only those that may be better go on to as many as a decision needs.

import { FettleError } from '../base/error.ts';
import type { ActionId } from '../diagnosis/action-id.ts';
import type { Plan } from '../plan/plan.ts';
import type { Candidate } from './action.ts';
import type { TuneContext } from './context.ts';
import type { UnitResult } from './evaluator.ts';
import { pairedGain } from './gain.ts';
import type { Evaluation, Gain, Step } from './journal.ts';
import type { StateId } from './state-id.ts';

/** A candidate and the action that proposed it. */
export interface Proposal extends Candidate {
  readonly action: ActionId;
}

/** A candidate with its results so far. */
interface Runner {
  readonly proposal: Proposal;
  readonly results: readonly UnitResult[];
  /** Of the plan in force, on the same units. */
  readonly base: readonly UnitResult[];
  readonly gain: Gain;
}

/** What a race comes to. */
export interface RaceResult {
  readonly steps: readonly Step[];
  readonly accepted: Evaluation | null;
  /** The plan in force on the units of the decision, when it stays and was seen there. */
  readonly seen: Evaluation | null;
}

/** Candidates that go on from the first look to the decision. */
const finalists = 3;

const range = (end: number): number[] => Array.from({ length: end }, (_, i) => i);

/** Results of a plan, or null when time ran out before they were all there. */
async function resultsOf(
  context: TuneContext,
  plan: Plan,
  units: number,
  label: string,
  signal: AbortSignal,
): Promise<readonly UnitResult[] | null> {
  try {
    return await context.evaluator.run(plan, range(units), { label, signal });
  } catch (error) {
    if (error instanceof FettleError && error.code === 'interrupted' && !context.signal.aborted) return null;
    throw error;
  }
}

function percent(gain: Gain, before: number): string {
  const share = (x: number): string => `${((100 * x) / before).toFixed(1)} %`;
  return gain.value > 0
    ? `${share(gain.value)} (${share(gain.low)} to ${share(gain.high)}) more error`
    : `${share(-gain.value)} (${share(-gain.high)} to ${share(-gain.low)}) less error`;
}

function reasonOf(gain: Gain, before: number, accepted: boolean, final: boolean): string {
  const units = `${gain.units} ${gain.units === 1 ? 'split' : 'splits'}`;
  const measured = `${percent(gain, before)} on ${units}, at ${100 * gain.confidence} % confidence`;
  if (accepted) return `better by more than its noise: ${measured}`;
  if (gain.low > 0) return `worse: ${measured}`;
  if (!final) return `not among the most promising after the first look: ${measured}`;
  return gain.high < 0
    ? `better, but another candidate gained more: ${measured}`
    : `not better by more than its noise: ${measured}`;
}

/** Candidates that the trials left are enough for, each going from `from` to `to` units, and the plan in force with them. */
function places({ trials, state }: TuneContext, from: number, to: number): number {
  if (trials === null || to <= from) return Number.POSITIVE_INFINITY;
  const own = Math.max(0, to - Math.max(from, state().incumbent?.units ?? 0));
  return Math.max(0, Math.floor((trials - state().trials - own) / (to - from)));
}

/**
 * The first of the runners, best first, that stays better on all units of a confirmation, and every runner as it was seen
 * last; time or trials may not allow a confirmation.
 */
async function confirmed(
  better: readonly Runner[],
  again: (proposal: Proposal) => Promise<Runner | null>,
): Promise<{ winner: Runner | null; seen: readonly Runner[] }> {
  const seen: Runner[] = [];
  for (const runner of better) {
    const more = (await again(runner.proposal)) ?? runner;
    seen.push(more);
    if (more.gain.high < 0) return { winner: more, seen };
  }
  return { winner: null, seen };
}

/**
 * Runs candidates against the plan in force, at first on `firstLook` units each. `signal` ends the race early; what is
 * complete by then is judged.
 */
export async function race(
  context: TuneContext,
  phase: StateId,
  round: number,
  proposals: readonly Proposal[],
  signal: AbortSignal,
  firstLook = context.units.firstLook,
): Promise<RaceResult> {
  const { evaluator, metric, units } = context;
  const { incumbent } = context.state();
  if (incumbent === null) throw new Error('a race needs a plan in force');
  const look = async (proposal: Proposal, count: number): Promise<Runner | null> => {
    const results = await resultsOf(context, proposal.plan, count, proposal.change, signal);
    const base = await resultsOf(context, incumbent.plan, count, 'the plan in force', signal);
    if (results === null || base === null) return null;
    const terms = (of: readonly UnitResult[]) => of.map((result) => result.terms);
    return { proposal, results, base, gain: pairedGain(metric, terms(base), terms(results)) };
  };
  const first = await Promise.all(proposals.map((proposal) => look(proposal, firstLook)));
  const looked = first.filter((runner) => runner !== null).sort((a, b) => a.gain.value - b.gain.value);
  const most = Math.min(finalists, places(context, firstLook, units.decision));
  const promising = looked.filter(({ gain }) => gain.value < 0).slice(0, most);
  const second = await Promise.all(promising.map(({ proposal }) => look(proposal, units.decision)));
  const decided = second.filter((runner) => runner !== null);
  const better = decided.filter(({ gain }) => gain.high < 0).sort((a, b) => a.gain.value - b.gain.value);
  const { winner, seen } = await confirmed(better, async (proposal) => {
    return places(context, units.decision, units.confirmation) < 1 ? null : look(proposal, units.confirmation);
  });
  const last = (runner: Runner): Runner =>
    [...seen, ...decided].find((other) => other.proposal === runner.proposal) ?? runner;
  const steps = looked.map(last).map((runner): Step => {
    const { proposal, results, base, gain } = runner;
    const before = evaluator.evaluate(incumbent.plan, base).dev;
    const accepted = runner === winner;
    return {
      ...{ phase, round, before, gain, accepted, action: proposal.action, change: proposal.change },
      after: evaluator.evaluate(proposal.plan, results).dev,
      why: reasonOf(gain, before.value, accepted, results.length >= units.decision),
      plan: proposal.plan,
    };
  });
  if (winner !== null) return { steps, accepted: evaluator.evaluate(winner.proposal.plan, winner.results), seen: null };
  const widest = seen[0] ?? decided[0];
  return { steps, accepted: null, seen: widest === undefined ? null : evaluator.evaluate(incumbent.plan, widest.base) };
}
