import { formatSignificant } from '../../base/format.ts';
import type { RunTrace } from '../evidence.ts';
import { mayUnderfit } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { gradientSize, layerPoints, middleOf, shownByMost, whoText } from '../traces.ts';

const options = {
  /** First over last layer, per weight: 1e-3 in AutoTrainer (Zhang et al., 2021). */
  ratio: 1e-3,
  /** Root mean square of a layer's gradients: 1e-7 in SageMaker Debugger and DeepDiagnosis, which take the mean. */
  least: 1e-7,
  /** Gradients of the last layer below this are those of a loss that is zero, not of a signal that got lost. */
  alive: 1e-6,
};

/** A layer that hardly learns, at the start of a run. */
interface Lost {
  readonly layer: string;
  readonly last: string;
  readonly ratio: number;
  readonly size: number;
}

/** Only the start is judged: gradients vanish at the end of any training that fits its rows. */
function lostOf(run: RunTrace): Lost | null {
  const [layers] = layerPoints(run);
  const first = layers?.[0];
  const last = layers?.at(-1);
  if (first === undefined || last === undefined || first === last || first.weights === 0 || last.weights === 0)
    return null;
  const size = gradientSize(first);
  const end = gradientSize(last);
  if (!(end >= options.alive)) return null;
  const ratio = size / end;
  return ratio < options.ratio || size < options.least ? { layer: first.layer, last: last.layer, ratio, size } : null;
}

function judge(input: Case): Finding<'vanishing-gradients'> | null {
  const { evidence } = input;
  if (!mayUnderfit(input)) return null;
  const runs = evidence.runs ?? [];
  const [first, ...others] = shownByMost(runs, lostOf);
  if (first === undefined) return null;
  const lost = middleOf([first, ...others], ({ ratio }) => ratio);
  return {
    id: 'vanishing-gradients',
    value: lost.ratio,
    low: null,
    high: null,
    unit: 'of the last layer',
    because:
      `${whoText(others.length + 1, runs.length)}The gradient of ${lost.layer} is ${formatSignificant(lost.size)} per ` +
      `weight at the start of the run, ${formatSignificant(lost.ratio)} times that of ${lost.last}: the layers near the ` +
      'input hardly learn.',
    confidence: null,
    actions: vanishingGradients.actions,
  };
}

/** The signal is lost on its way back to the input. */
export const vanishingGradients: Rule<'vanishing-gradients'> = {
  id: 'vanishing-gradients',
  about: 'The gradient of the first layer is next to nothing beside that of the last one.',
  kind: 'training',
  options,
  actions: ['other-architecture', 'random-initialization'],
  judge,
};
