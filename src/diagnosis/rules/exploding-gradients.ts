import { formatSignificant } from '../../base/format.ts';
import type { RunTrace } from '../evidence.ts';
import { mayMatter } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { gradientSize, layerPoints, middleOf, shownByMost, whoText } from '../traces.ts';

const options = {
  /** First over last layer, per weight: 70 in AutoTrainer (Zhang et al., 2021). */
  ratio: 70,
  /** Largest gradient of any layer, per weight, over that of the run's first point. */
  growth: 1000,
};

/** A gradient that grows: on the way back to the input, or from point to point. */
interface Blast {
  /** How many times the threshold; above 1. */
  readonly times: number;
  readonly value: number;
  readonly because: string;
}

/** Beside the last layer and the last hidden one: the output's gradient is that of the loss, large or small. */
function towardsInput(run: RunTrace): Blast | null {
  const [layers = []] = layerPoints(run);
  const [first, ...others] = layers;
  const later = others.slice(-2).filter(({ gradientNorm }) => gradientNorm > 0);
  if (first === undefined || later.length === 0) return null;
  const least = later.reduce((a, b) => (gradientSize(b) < gradientSize(a) ? b : a));
  const value = gradientSize(first) / gradientSize(least);
  if (!(value > options.ratio)) return null;
  return {
    times: value / options.ratio,
    value,
    because: `The gradient of ${first.layer} is ${formatSignificant(value)} times that of ${least.layer}, per weight`,
  };
}

/** Of the layer with the largest gradient, so that one that was next to nothing at first may grow. */
function overTime(run: RunTrace): Blast | null {
  const sizes = layerPoints(run).map((layers) => Math.max(...layers.map(gradientSize)));
  const [first] = sizes;
  if (first === undefined || first === 0) return null;
  const value = Math.max(...sizes) / first;
  if (!(value > options.growth)) return null;
  return {
    times: value / options.growth,
    value,
    because: `The largest gradient of any layer grew to ${formatSignificant(value)} times that of the run's beginning`,
  };
}

function judge(input: Case): Finding<'exploding-gradients'> | null {
  const { evidence } = input;
  if (!mayMatter(input)) return null;
  const runs = evidence.runs ?? [];
  const [first, ...others] = shownByMost(runs, (run) => towardsInput(run) ?? overTime(run));
  if (first === undefined) return null;
  const blast = middleOf([first, ...others], ({ times }) => times);
  return {
    id: 'exploding-gradients',
    value: blast.value,
    low: null,
    high: null,
    unit: 'times',
    because: `${whoText(others.length + 1, runs.length)}${blast.because}.`,
    confidence: null,
    actions: explodingGradients.actions,
  };
}

/** The gradient grows without bounds. */
export const explodingGradients: Rule<'exploding-gradients'> = {
  id: 'exploding-gradients',
  about: 'The gradient grows on its way back to the input, or from step to step.',
  kind: 'training',
  options,
  actions: ['learning-rate', 'clip-gradients', 'other-architecture', 'random-initialization'],
  judge,
};
