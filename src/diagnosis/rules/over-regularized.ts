import { enumerate, formatPercent, formatSignificant } from '../../base/format.ts';
import type { Plan } from '../../plan/plan.ts';
import type { ActionId } from '../action-id.ts';
import type { Evidence, RunTrace } from '../evidence.ts';
import { isExtreme } from '../extreme-regularization.ts';
import { type Behind, behindReference, mayUnderfit } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { scaleOf } from '../scale.ts';
import { layerPoints, middleOf, shownByMost, weightSize, whoText } from '../traces.ts';
import { gapText } from '../words.ts';

const options = {
  /** A dropout rate far above the usual 0.5 at most (Srivastava et al., 2014). */
  dropout: 0.75,
  /** Share of every weight that L2 takes in one step: the learning rate times the strength, 0.003 in strong usual plans. */
  pull: 0.1,
  /** Norm of a hidden layer's weights at the end over that at the start, with L2 or L1. */
  shrunk: 0.35,
  /** Share of weights that L1 made zero. */
  zeros: 0.9,
  /** Weaker signs, enough where a usual plan on the same rows is better by more than noise. */
  weakDropout: 0.5,
  weakShrunk: 0.6,
  weakZeros: 0.3,
  /** Behind a normalization the size of weights means nothing, unless next to nothing is left of it. */
  normalizedShrunk: 0.05,
};

/** What holds a run back; larger `force` is more. */
interface Hold {
  readonly force: number;
  readonly by: readonly ActionId[];
  readonly because: readonly string[];
}

/** The least share of its first norm that a hidden layer kept; null where norms are not known. */
function keptOf(run: RunTrace): number | null {
  const points = layerPoints(run);
  const end = points.at(-1)?.slice(0, -1) ?? [];
  const shares = end.map(({ layer, weightNorm }) => {
    const start = run.start?.layers.find((one) => one.layer === layer);
    const first = start === undefined ? points[0]?.find((one) => one.layer === layer)?.weightNorm : undefined;
    const before = start === undefined ? (first ?? 0) : weightSize(start) * Math.sqrt(start.fanIn * start.fanOut);
    return before > 0 ? weightNorm / before : Number.POSITIVE_INFINITY;
  });
  return shares.length === 0 ? null : Math.min(...shares);
}

/** Share of the weights of all layers that are zero; null where nobody counted them. */
function zerosOf(run: RunTrace): number | null {
  const end = layerPoints(run).at(-1);
  const weights = end?.reduce((sum, layer) => sum + layer.weights, 0) ?? 0;
  if (end !== undefined && weights > 0) return end.reduce((sum, layer) => sum + layer.zeros, 0) / weights;
  return run.nonzero === null || run.parameters === null ? null : 1 - run.nonzero / run.parameters;
}

function strengths({ l1, l2, dropout }: Plan['regularization']): string {
  const parts = [
    ...(l2.strength > 0 ? [`L2 ${formatSignificant(l2.strength)}`] : []),
    ...(l1.strength > 0 ? [`L1 ${formatSignificant(l1.strength)}`] : []),
    ...(dropout.rate > 0 ? [`dropout ${formatSignificant(dropout.rate)}`] : []),
  ];
  return enumerate(parts);
}

/** The signs of a run; `weak` ones count where a usual plan is better. */
function holdOf(run: RunTrace, weak: boolean): Hold | null {
  if (run.plan === null) return null;
  const { l1, l2, dropout } = run.plan.regularization;
  const normalized = run.plan.network.normalization !== 'none';
  const [least, usualShrunk, zeros] = weak
    ? [options.weakDropout, options.weakShrunk, options.weakZeros]
    : [options.dropout, options.shrunk, options.zeros];
  const shrunk = normalized ? options.normalizedShrunk : usualShrunk;
  const by: ActionId[] = [];
  const because: string[] = [];
  // The weights of a run that diverged say nothing about what held it back.
  const lost = run.status === 'diverged';
  const kept = !lost && (l1.strength > 0 || l2.strength > 0) ? keptOf(run) : null;
  const gone = !lost && l1.strength > 0 ? zerosOf(run) : null;
  const pull = run.plan.optimizer.learningRate * l2.strength;
  if (pull >= options.pull) {
    by.push('l2');
    because.push(`each step at the full rate takes ${formatPercent(Math.min(1, pull))} of every weight`);
  }
  if (kept !== null && kept < shrunk) {
    if (l2.strength > 0 && !by.includes('l2')) by.push('l2');
    if (l1.strength > 0) by.push('l1');
    because.push(`a layer's weights shrank to ${formatPercent(kept)} of their first norm`);
  }
  if (gone !== null && gone > zeros) {
    if (!by.includes('l1')) by.push('l1');
    because.push(`${formatPercent(gone)} of the weights are zero`);
  }
  if (dropout.rate > least) {
    by.push('dropout');
    because.push(`only ${formatPercent(1 - dropout.rate)} of the units work in a step`);
  }
  if (by.length === 0) return null;
  const force = Math.max(
    1 - (kept ?? 1),
    gone ?? 0,
    pull >= options.pull ? Math.min(1, pull) : 0,
    by.includes('dropout') ? dropout.rate : 0,
  );
  return { force, by, because: [`with ${strengths(run.plan.regularization)} ${enumerate(because)}`] };
}

const isAbove = (gap: Behind[keyof Behind] | undefined): boolean => gap !== undefined && gap !== null && gap.low > 0;

/** Whether a usual plan has less train error by more than noise, and no more dev error: enough against extreme strengths. */
function isExtremeAndBehind({ runs }: Evidence, behind: Behind | null): boolean {
  const extreme = (runs ?? []).every(({ plan }) => plan !== null && isExtreme(plan.regularization));
  return extreme && isAbove(behind?.train ?? null) && (behind?.dev?.value ?? 0) > 0;
}

function judge(input: Case): Finding<'over-regularized'> | null {
  const { evidence, settings } = input;
  // Where a usual plan is no better on held-out rows, the high train error is what regularization is for.
  const behind = behindReference(evidence, settings);
  if (!mayUnderfit(input) && !isExtremeAndBehind(evidence, behind)) return null;
  const runs = evidence.runs ?? [];
  const weak = isAbove(behind?.train ?? null) && isAbove(behind?.dev ?? null);
  const [first, ...others] = shownByMost(runs, (run) => holdOf(run, weak));
  if (first === undefined) return null;
  const { force, by, because } = middleOf([first, ...others], (hold) => hold.force);
  const { unit } = scaleOf(evidence.metric);
  const beside =
    behind?.train && behind.train.low > 0
      ? ` The train error is ${gapText(behind.train.value, unit, behind.train.low, behind.train.high)} above that of a usual plan on the same rows.`
      : '';
  return {
    id: 'over-regularized',
    value: force,
    low: null,
    high: null,
    unit: 'of the weights or units',
    because: `${whoText(others.length + 1, runs.length)}The train error is high, and ${enumerate(because)}.${beside}`,
    confidence: null,
    actions: overRegularized.actions.filter((action) => by.includes(action)),
  };
}

/** Regularization keeps the network from fitting even its training rows. */
export const overRegularized: Rule<'over-regularized'> = {
  id: 'over-regularized',
  about: 'L2, L1 or dropout are so strong that the training rows themselves are not fitted.',
  kind: 'training',
  options,
  actions: ['l2', 'l1', 'dropout'],
  judge,
};
