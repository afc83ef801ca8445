import { formatPercent, formatSignificant } from '../../base/format.ts';
import type { LayerHealth } from '../../record/record.ts';
import type { RunTrace } from '../evidence.ts';
import { ratePlace } from '../rate-test.ts';
import { behindReference, mayUnderfit } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { layerPoints, middleOf, shownByMost, stepShare, whoText } from '../traces.ts';

const options = {
  /** Times below the lowest rate that a learning-rate test cannot tell from the best. Short trainings like high rates. */
  below: 20,
  /** Enough where the bias counts and a usual plan on the same rows is better on both sides by more than noise. */
  belowIfBehind: 5,
  /** Longest step of a run in any layer, as a share of its weights. */
  step: 1e-3,
  /** Where the longest step is below this ... */
  shortStep: 3e-3,
  /** ... and the loss fell by less than this share of its start. */
  fall: 0.1,
  /** Gradients so many times above the clip norm: clipping is then what makes the steps short. */
  clipped: 100,
};

/** A run whose steps were too short; `share` is its longest step in any layer as a share of the weights. */
interface Crawl {
  readonly share: number;
  readonly fall: number | null;
  /** The norm that gradients were clipped to, if that left next to nothing of them. */
  readonly clipNorm: number | null;
}

/** How far the loss fell from its start, as a share of it. */
function fallOf({ losses, start }: RunTrace): number | null {
  const [first] = losses ?? [];
  if (losses === null || first === undefined) return null;
  const from = start?.loss ?? first.mean;
  const least = losses.reduce((best, { mean }) => Math.min(best, mean), Number.POSITIVE_INFINITY);
  return from > 0 ? (from - least) / from : null;
}

/** The plan's clip norm where the gradients of the run's start were far above it. */
function clipOf({ plan }: RunTrace, first: readonly LayerHealth[]): number | null {
  const clipNorm = plan?.training.clipNorm ?? null;
  const norm = Math.hypot(...first.map(({ gradientNorm }) => gradientNorm));
  return clipNorm !== null && norm > options.clipped * clipNorm ? clipNorm : null;
}

function crawlOf(run: RunTrace): Crawl | null {
  if (run.status === 'diverged') return null;
  const points = layerPoints(run);
  if (points.length === 0) return null;
  const share = Math.max(...points.flat().map(stepShare));
  if (!Number.isFinite(share)) return null;
  const fall = fallOf(run);
  const short = share < options.step || (share < options.shortStep && fall !== null && fall < options.fall);
  return short ? { share, fall, clipNorm: clipOf(run, points[0] ?? []) } : null;
}

/** Whether much less error was to be had on the same rows. */
function isBehind({ evidence, gaps, settings }: Case): boolean {
  const behind = behindReference(evidence, settings);
  const counts = gaps.find(({ id }) => id === 'bias')?.state === 'counts';
  return counts && (behind?.train?.low ?? 0) > 0 && (behind?.dev?.low ?? 0) > 0;
}

function byTest(input: Case): Finding<'learning-rate-low'> | null | undefined {
  const place = ratePlace(input.evidence.probes?.learningRate ?? null);
  if (place === null) return undefined;
  const { test, below } = place;
  if (below < (isBehind(input) ? options.belowIfBehind : options.below)) return null;
  return {
    id: 'learning-rate-low',
    value: below,
    low: null,
    high: null,
    unit: 'times below the lowest good rate',
    because:
      `The learning rate of ${formatSignificant(test.rate)} is ${formatSignificant(below)} times below the lowest that was ` +
      `as good as the best one in short trainings (${formatSignificant(test.low)} to ${formatSignificant(test.high)}).`,
    confidence: null,
    actions: learningRateLow.actions,
  };
}

function judge(input: Case): Finding<'learning-rate-low'> | null {
  const { evidence } = input;
  if (!mayUnderfit(input)) return null;
  const tested = byTest(input);
  if (tested !== undefined) return tested;
  const runs = evidence.runs ?? [];
  const [first, ...others] = shownByMost(runs, crawlOf);
  if (first === undefined) return null;
  const { share, fall, clipNorm } = middleOf([first, ...others], (crawl) => crawl.share);
  const clipped = clipNorm === null ? '' : ` Gradients were clipped to a norm of ${formatSignificant(clipNorm)}.`;
  const fell = fall === null ? '' : `, and the loss fell by ${formatPercent(Math.max(0, fall))}`;
  return {
    id: 'learning-rate-low',
    value: share,
    low: null,
    high: null,
    unit: 'of the weights per step',
    because:
      `${whoText(others.length + 1, runs.length)}No step changed a layer by more than ${formatPercent(share)} of its ` +
      `weights${fell}: the steps are too short to get anywhere.${clipped}`,
    confidence: null,
    actions: learningRateLow.actions,
  };
}

/** The steps are too short to get anywhere. */
export const learningRateLow: Rule<'learning-rate-low'> = {
  id: 'learning-rate-low',
  about: 'The learning rate, or what clipping leaves of the gradient, is too small for the training to get anywhere.',
  kind: 'training',
  options,
  actions: ['learning-rate', 'clip-gradients'],
  judge,
};
