import { formatSignificant } from '../../base/format.ts';
import type { RunTrace } from '../evidence.ts';
import { isExtreme } from '../extreme-regularization.ts';
import { ratePlace } from '../rate-test.ts';
import { mayMatter } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { layerPoints, middleOf, shownByMost, stepShare, whoText } from '../traces.ts';

const options = {
  /** Times above the highest rate that a learning-rate test cannot tell from the best. */
  above: 2,
  /** Largest mean loss of a stretch of steps, as a multiple of the loss of knowing nothing. */
  jump: 3,
  /** Least length of a step among the hidden layers, as a share of their weights. */
  step: 0.1,
};

/** A sign in one run that its steps were too long; larger `times` is worse, 1 is where it begins. */
interface Sign {
  readonly times: number;
  readonly because: string;
}

/** The loss rose far above that of knowing nothing after the first steps. */
function jumpOf({ losses, start }: RunTrace): Sign | null {
  const [first] = losses ?? [];
  if (losses === null || first === undefined) return null;
  const from = Math.max(start?.loss ?? 0, start?.expectedLoss ?? 0) || first.mean;
  const most = losses.reduce((worst, { mean }) => Math.max(worst, mean), 0);
  const times = most / from;
  if (!(times > options.jump)) return null;
  return {
    times: times / options.jump,
    because: `the loss rose to ${formatSignificant(times)} times that of the start`,
  };
}

/** Each step threw a large part of the hidden weights away. */
function leapOf(run: RunTrace): Sign | null {
  const least = layerPoints(run)
    .map((layers) => layers.slice(0, -1))
    .filter((hidden) => hidden.length > 0)
    .map((hidden) => Math.min(...hidden.map(stepShare)));
  const share = Math.max(...least);
  if (!(Number.isFinite(share) && share > options.step)) return null;
  return {
    times: share / options.step,
    because: `single steps changed every hidden layer by ${formatSignificant(100 * share)} % of its weights`,
  };
}

/** What the test of rates says, and nothing else can say so well. */
function byTest({ evidence }: Case): Finding<'learning-rate-high'> | null | undefined {
  const place = ratePlace(evidence.probes?.learningRate ?? null);
  if (place === null) return undefined;
  const { test, above } = place;
  if (above < options.above) return null;
  return {
    id: 'learning-rate-high',
    value: above,
    low: null,
    high: null,
    unit: 'times the highest good rate',
    because:
      `The learning rate of ${formatSignificant(test.rate)} is ${formatSignificant(above)} times the highest that was as ` +
      `good as the best one in short trainings (${formatSignificant(test.low)} to ${formatSignificant(test.high)}).`,
    confidence: null,
    actions: learningRateHigh.actions,
  };
}

function judge(input: Case): Finding<'learning-rate-high'> | null {
  const { evidence } = input;
  const runs = evidence.runs ?? [];
  // Such regularization makes any usual rate too high; the rule about it speaks for both.
  if (runs.some(({ plan }) => plan !== null && isExtreme(plan.regularization)) || !mayMatter(input)) return null;
  const tested = byTest(input);
  if (tested !== undefined) return tested;
  const [first, ...others] = shownByMost(runs, (run) => jumpOf(run) ?? leapOf(run));
  if (first === undefined) return null;
  const { times, because } = middleOf([first, ...others], (sign) => sign.times);
  return {
    id: 'learning-rate-high',
    value: times,
    low: null,
    high: null,
    unit: 'times the threshold',
    because: `${whoText(others.length + 1, runs.length)}The steps were too long: ${because}.`,
    confidence: null,
    actions: learningRateHigh.actions,
  };
}

/** The steps are too long for the loss surface. */
export const learningRateHigh: Rule<'learning-rate-high'> = {
  id: 'learning-rate-high',
  about: 'The learning rate is above the range in which this network learns.',
  kind: 'training',
  options,
  actions: ['learning-rate', 'clip-gradients', 'warm-up'],
  judge,
};
