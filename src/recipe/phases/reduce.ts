// In: the plan in force and a phase. Out: one round of candidates, judged, and whether the phase has anything left.

import type { ActionId } from '../../diagnosis/action-id.ts';
import type { Diagnosis } from '../../diagnosis/diagnose.ts';
import { isBroken } from '../../diagnosis/next-steps.ts';
import { type AugmentationPlan, type Plan, printPlan } from '../../plan/plan.ts';
import { actions } from '../actions/index.ts';
import { deadline } from '../budget.ts';
import type { TuneContext } from '../context.ts';
import { relativeCost } from '../cost.ts';
import type { Evaluation, Step } from '../journal.ts';
import { type Proposal, race } from '../race.ts';
import { repairs } from '../repairs.ts';
import type { ReducingState } from '../state-id.ts';
import { margin, phaseSeconds } from '../time.ts';

/** Which actions a phase tries. The learning rate is a nuisance, so it is set anew in every round. */
const phaseActions: Readonly<Record<ReducingState, readonly ActionId[]>> = {
  'fix-optimization': [
    'learning-rate',
    'clip-gradients',
    'warm-up',
    'normalize-variance',
    'subtract-mean',
    'random-initialization',
    'longer-training',
  ],
  'reduce-bias': ['other-architecture', 'bigger-network', 'learning-rate', 'longer-training'],
  'reduce-variance': ['other-architecture', 'dropout', 'l2', 'learning-rate', 'augmentation', 'l1', 'early-stopping'],
};

/**
 * The actions of a phase in the order in which they are tried. Broken training: what the verdicts prescribe comes first.
 * Images gain more from augmentation than from any other regularizer (Krizhevsky et al., 2012), so it comes first there.
 */
function orderedActions(phase: ReducingState, isImages: boolean, diagnosis: Diagnosis | null): readonly ActionId[] {
  const ids = phaseActions[phase];
  if (phase === 'fix-optimization') {
    const prescribed = diagnosis?.verdicts.filter(({ id }) => isBroken(id)).flatMap(({ actions }) => actions) ?? [];
    return [...new Set([...prescribed, ...ids])];
  }
  if (!isImages || phase !== 'reduce-variance') return ids;
  return [
    'augmentation',
    ...ids.filter((id) => id !== 'augmentation' && id !== 'other-architecture'),
    'other-architecture',
  ];
}

/** The regularizers of step 3 that can be mixed into one candidate. */
const mixable: readonly ActionId[] = ['l2', 'dropout', 'augmentation', 'l1'];

/** A first candidate of each action, then a second one of each, and so on. */
function interleaved(lists: readonly (readonly Proposal[])[]): Proposal[] {
  const longest = Math.max(0, ...lists.map((list) => list.length));
  return Array.from({ length: longest }, (_, i) => lists.flatMap((list) => list.slice(i, i + 1))).flat();
}

/** Steps of an action that looked good alone, best first. */
function goodSteps(steps: readonly Step[], action: ActionId): readonly Step[] {
  return steps
    .filter((step) => step.action === action && step.gain.value < 0)
    .sort((a, b) => a.gain.value - b.gain.value);
}

/** Every change of batches that looked good alone, and the steps they come from; of two strengths of one change the better. */
function mixedAugmentation(plan: Plan, good: readonly Step[]) {
  const current: Readonly<Record<string, number | boolean>> = plan.regularization.augmentation;
  const taken = new Map<string, number | boolean>();
  const steps = good.filter((step) => {
    const fields = Object.entries(step.plan.regularization.augmentation);
    const added = fields.filter(([field, value]) => value !== current[field] && !taken.has(field));
    for (const [field, value] of added) taken.set(field, value);
    return added.length > 0;
  });
  const augmentation: AugmentationPlan = { ...plan.regularization.augmentation, ...Object.fromEntries(taken) };
  return { augmentation, steps };
}

/** All regularizers that looked good alone in this phase, together: the best mix depends on the data. */
function mix(plan: Plan, steps: readonly Step[]): Proposal | null {
  const { regularization } = plan;
  const good = mixable.map((action) => goodSteps(steps, action)).filter((tried) => tried.length > 0);
  const augmented = mixedAugmentation(plan, goodSteps(steps, 'augmentation'));
  const [first] = good.flatMap((tried) => tried.slice(0, 1));
  if (first === undefined || (good.length < 2 && augmented.steps.length < 2)) return null;
  const best = (id: ActionId) => goodSteps(steps, id)[0]?.plan.regularization ?? regularization;
  const merged = {
    ...regularization,
    l2: best('l2').l2,
    l1: best('l1').l1,
    dropout: best('dropout').dropout,
    augmentation: augmented.augmentation,
  };
  const others = good.flatMap((tried) => (tried[0]?.action === 'augmentation' ? [] : tried.slice(0, 1)));
  return {
    action: first.action,
    change: [...others, ...augmented.steps].map(({ change }) => change).join(' + '),
    plan: { ...plan, regularization: merged },
  };
}

/** The usual plan with the epochs that there is time for. */
function usualPlan({ usual, state }: TuneContext): Plan {
  return { ...usual, training: { ...usual.training, epochs: state().usualEpochs ?? usual.training.epochs } };
}

/** Candidates of a round: what the phase's actions propose and was neither tried as it stands nor clearly worse before. */
function proposalsOf(context: TuneContext, phase: ReducingState, incumbent: Evaluation): Proposal[] {
  const { task, rows } = context;
  const { steps, leftOut, diagnosis } = context.state();
  const tried = new Set([...steps.map((step) => step.plan), ...leftOut].map(printPlan));
  const worse = new Set(steps.filter((step) => step.gain.low > 0).map((step) => `${step.action}/${step.change}`));
  const { width, image } = context;
  const given = { task, rows: rows.length, width, image };
  const lists = orderedActions(phase, image !== null, diagnosis).map((action) =>
    actions[action]
      .propose(incumbent.plan, given)
      .map((candidate) => ({ ...candidate, action }))
      .filter(({ change, plan }) => !tried.has(printPlan(plan)) && !worse.has(`${action}/${change}`)),
  );
  const inPhase = steps.filter((step) => step.phase === phase);
  const mixed = phase === 'reduce-variance' ? mix(incumbent.plan, inPhase) : null;
  const mended = repairs(incumbent.plan, usualPlan(context), phase);
  const first = [...(mixed === null ? [] : [mixed]), ...mended].filter(({ plan }) => !tried.has(printPlan(plan)));
  return [...first, ...interleaved(lists)];
}

/** The candidates that fit into memory; the others are written down and not proposed again. */
async function trainable(context: TuneContext, proposals: readonly Proposal[]): Promise<readonly Proposal[]> {
  const kept: Proposal[] = [];
  for (const proposal of proposals) {
    const why = context.memoryProblem(proposal.plan);
    if (why === null) kept.push(proposal);
    else await context.emit({ type: 'left-out', why, ...proposal });
  }
  return kept;
}

/** The least that a training costs, beside that of the plan in force: images also cost what is no product. */
const leastShare = { table: 0.3, images: 0.8 };

/** When each slot is free again once a candidate's trainings are dealt out too, each to the slot that is free first. */
function dealt(ends: readonly number[], trainings: number, seconds: number): readonly number[] {
  const next = [...ends];
  for (let i = 0; i < trainings; i++) {
    const first = next.indexOf(Math.min(...next));
    next[first] = (next[first] ?? 0) + seconds;
  }
  return next;
}

/** The candidates that the time and the trials left are enough for, in order. */
function affordable(
  context: TuneContext,
  phase: ReducingState,
  proposals: readonly Proposal[],
  incumbent: Evaluation,
): readonly Proposal[] {
  const { executor, units, trials, image } = context;
  const seconds = (margin * incumbent.seconds) / incumbent.units;
  const own = relativeCost(incumbent.plan, context);
  const least = image === null ? leastShare.table : leastShare.images;
  const left = phaseSeconds(context, phase);
  const trialsLeft = trials === null ? Number.POSITIVE_INFINITY : trials - context.state().trials;
  const decision = units.decision - units.firstLook;
  const ownDecision = Math.max(0, units.decision - incumbent.units);
  const kept: Proposal[] = [];
  let cost = 0;
  let ends: readonly number[] = Array<number>(executor.slots).fill(0);
  for (const proposal of proposals) {
    const each = seconds * Math.max(least, relativeCost(proposal.plan, context) / own);
    const total = cost + each * units.firstLook;
    const looked = dealt(ends, units.firstLook, each);
    // The decision takes the rest of the units of about two candidates.
    const decided = (2 * decision * total) / ((kept.length + 1) * units.firstLook) / executor.slots;
    if (Math.max(...looked) + decided > left) continue;
    if ((kept.length + 1) * units.firstLook + decision + ownDecision > trialsLeft) break;
    kept.push(proposal);
    cost = total;
    ends = looked;
  }
  return kept;
}

/**
 * Units of the first look: as many as a decision takes where all candidates together cost at most half of the time left,
 * since few units overlook small gains; else as few as the units allow.
 */
function lookOf(
  context: TuneContext,
  phase: ReducingState,
  proposals: readonly Proposal[],
  incumbent: Evaluation,
): number {
  const { executor, units, trials } = context;
  if (trials !== null) return units.firstLook;
  const own = relativeCost(incumbent.plan, context);
  const relative = proposals.reduce((sum, { plan }) => sum + Math.max(0.3, relativeCost(plan, context) / own), 0);
  const whole = (relative * units.decision * incumbent.seconds) / incumbent.units / executor.slots;
  return whole <= phaseSeconds(context, phase) / 2 ? units.decision : units.firstLook;
}

/** One round of a phase. */
export async function reduce(context: TuneContext, phase: ReducingState): Promise<void> {
  const { incumbent, rounds } = context.state();
  if (incumbent === null) throw new Error('a round needs a plan in force');
  const all = await trainable(context, proposalsOf(context, phase, incumbent));
  const proposals = affordable(context, phase, all, incumbent);
  if (proposals.length === 0) {
    const why = all.length === 0 ? 'every candidate has been tried' : 'the budget of the search is used up';
    await context.emit({ type: 'round', state: phase, evaluation: null, over: true, why });
    return;
  }
  const limit = deadline(context.signal, phaseSeconds(context, phase));
  try {
    const look = lookOf(context, phase, proposals, incumbent);
    const { steps, accepted, seen } = await race(context, phase, rounds + 1, proposals, limit.signal, look);
    for (const step of steps) await context.emit({ type: 'step', step });
    const winner = steps.find((step) => step.accepted);
    const why =
      winner === undefined ? 'no candidate improved the held-out score by more than its noise' : winner.change;
    // Candidates that there was no time or place for in this round get theirs in the next.
    const over = accepted === null && proposals.length === all.length;
    await context.emit({ type: 'round', state: phase, evaluation: accepted ?? seen, over, why });
  } finally {
    limit.stop();
  }
}
