import { formatPercent } from '../../base/format.ts';
import type { RunTrace } from '../evidence.ts';
import { mayUnderfit } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { hiddenActivations, middleOf, shownByMost, whoText } from '../traces.ts';

const options = {
  /** Share of a layer's outputs at a flat end. */
  saturated: 0.5,
};

interface Flat {
  readonly layer: string;
  readonly share: number;
  readonly when: 'at the start' | 'at the end';
}

/** The most saturated hidden layer at one time. */
function flattest(run: RunTrace, when: 'start' | 'end'): Flat | null {
  return hiddenActivations(run, when).reduce<Flat | null>((most, { layer, activations }) => {
    if (activations.saturated < Math.max(options.saturated, most?.share ?? 0)) return most;
    return { layer, share: activations.saturated, when: `at the ${when}` };
  }, null);
}

function judge(input: Case): Finding<'saturated-units'> | null {
  const { evidence } = input;
  // A network that fits its rows has pushed its outputs to the ends for a good reason.
  if (!mayUnderfit(input)) return null;
  const runs = evidence.runs ?? [];
  const [first, ...others] = shownByMost(runs, (run) => flattest(run, 'start') ?? flattest(run, 'end'));
  if (first === undefined) return null;
  const { layer, share, when } = middleOf([first, ...others], (flat) => flat.share);
  return {
    id: 'saturated-units',
    value: share,
    low: null,
    high: null,
    unit: 'of the outputs',
    because:
      `${whoText(others.length + 1, runs.length)}${formatPercent(share)} of the outputs of ${layer} are at a flat end of ` +
      `its activation ${when} of the run, where hardly any gradient comes through.`,
    confidence: null,
    actions: saturatedUnits.actions,
  };
}

/** A layer stuck at the ends of tanh or sigmoid. */
export const saturatedUnits: Rule<'saturated-units'> = {
  id: 'saturated-units',
  about: 'Most outputs of a tanh or sigmoid layer are at its flat ends, where its slope is next to nothing.',
  kind: 'training',
  options,
  actions: ['learning-rate', 'other-architecture', 'normalize-variance', 'random-initialization'],
  judge,
};
