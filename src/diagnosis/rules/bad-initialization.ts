import { formatSignificant } from '../../base/format.ts';
import type { StartLayer } from '../../record/record.ts';
import type { RunTrace } from '../evidence.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { middleOf, shownByMost, weightSize, whoText } from '../traces.ts';

const options = {
  /** Share of a layer's units that start as copies. */
  identicalUnits: 0.5,
  /** An order of magnitude above 1 / sqrt(fan-in); the gains of activations end at 1.85. */
  far: 10,
  /** A quarter of that where the start's loss says the same ... */
  near: 2.5,
  /** ... by being so many times that of knowing nothing. */
  lossFactor: 2,
  /** Below Glorot's sqrt(2 / (fan-in + fan-out)) by more than an order of magnitude. */
  small: 0.05,
};

/** What is wrong with the first weights of one run. */
interface Fault {
  readonly because: string;
  /** Root mean square of a layer's weights times the root of its inputs. */
  readonly size: number;
}

/** The size of the first weights against 1 / sqrt(fan-in), which keeps a signal's variance up to the activation's gain. */
const sizeOf = (layer: StartLayer): number => weightSize(layer) * Math.sqrt(layer.fanIn);

/** The same against Glorot's compromise, which is far smaller where few inputs meet many units. */
const glorotSize = (layer: StartLayer): number => weightSize(layer) * Math.sqrt((layer.fanIn + layer.fanOut) / 2);

/** Whether the units of a layer start as copies of each other. */
function copies({ fanOut, identical }: StartLayer): boolean {
  return fanOut > 1 && identical >= options.identicalUnits;
}

/**
 * Hidden units that start alike stay alike if what reads them is alike too. Zeros in the last layer alone, or at the end of
 * a residual block, are sound: the gradient tells the units apart in the first step.
 */
function twinsOf(layers: readonly StartLayer[]): Fault | null {
  const at = layers.findIndex((layer, i) => {
    const next = layers[i + 1];
    if (next === undefined || !copies(layer)) return false;
    return copies(next) || (next.fanOut === 1 && next.deviation === 0) || (layer.activations?.dead ?? 0) === 1;
  });
  const layer = layers[at];
  if (layer === undefined) return null;
  const value = layer.deviation === 0 ? `all weights are ${formatSignificant(layer.mean)}` : 'the weights are the same';
  return {
    size: sizeOf(layer),
    because:
      `The units of ${layer.layer} start as copies of each other (${value}), and so do those that read them: ` +
      'they get the same gradient and stay one unit.',
  };
}

/** Weights that are so large that the signal grows from layer to layer. */
function largeOf(layers: readonly StartLayer[], excess: number | null): Fault | null {
  const { far, near, lossFactor } = options;
  const sizes = layers.map(sizeOf);
  const size = Math.max(...sizes);
  const layer = layers[sizes.indexOf(size)];
  if (layer === undefined || !(size > far || (size > near && (excess ?? 0) > lossFactor))) return null;
  const loss =
    excess === null ? '' : `; the loss at the start is ${formatSignificant(excess)} times that of knowing nothing`;
  return {
    size,
    because:
      `The first weights of ${layer.layer} deviate by ${formatSignificant(weightSize(layer))}, ` +
      `${formatSignificant(size)} times the 1 / sqrt(${layer.fanIn}) that keeps a signal's variance${loss}.`,
  };
}

/** Weights that are so small that the signal is lost; the output layer may start at nothing. */
function smallOf(layers: readonly StartLayer[]): Fault | null {
  const layer = layers.slice(0, -1).find((one) => one.fanIn > 1 && glorotSize(one) < options.small && !copies(one));
  if (layer === undefined) return null;
  return {
    size: sizeOf(layer),
    because:
      `The first weights of ${layer.layer} deviate by only ${formatSignificant(weightSize(layer))}, ` +
      `${formatSignificant(sizeOf(layer))} times the 1 / sqrt(${layer.fanIn}) that keeps a signal's variance: ` +
      'nearly nothing comes through, forwards or backwards.',
  };
}

function faultOf({ start }: RunTrace): Fault | null {
  if (start === null || start.layers.length === 0) return null;
  const { loss, expectedLoss, layers } = start;
  const excess = loss === null || expectedLoss === null || expectedLoss === 0 ? null : loss / expectedLoss;
  return twinsOf(layers) ?? largeOf(layers, excess) ?? smallOf(layers);
}

function judge({ evidence }: Case): Finding<'bad-initialization'> | null {
  const runs = evidence.runs ?? [];
  const [first, ...others] = shownByMost(runs, faultOf);
  if (first === undefined) return null;
  const { because, size } = middleOf([first, ...others], (fault) => fault.size);
  return {
    id: 'bad-initialization',
    value: size,
    low: null,
    high: null,
    unit: 'of 1 / sqrt(fan-in)',
    because: `${whoText(others.length + 1, runs.length)}${because}`,
    confidence: null,
    actions: badInitialization.actions,
  };
}

/** The first weights are not random numbers of a sound size. */
export const badInitialization: Rule<'bad-initialization'> = {
  id: 'bad-initialization',
  about: 'The first weights are constants, or far larger or smaller than what keeps the signal through the layers.',
  kind: 'training',
  options,
  actions: ['random-initialization'],
  judge,
};
