import { formatPercent } from '../../base/format.ts';
import type { RunTrace } from '../evidence.ts';
import { mayUnderfit } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { hiddenActivations, middleOf, shownByMost, whoText } from '../traces.ts';

const options = {
  /** Share of a layer's units that give the same number for all rows: 70 % in SageMaker Debugger's rule. */
  dead: 0.7,
};

interface Dead {
  readonly layer: string;
  readonly share: number;
  readonly atStart: boolean;
}

/** The deadest hidden layer at the end of a run, or at its start where the end was not measured. */
function deadOf(run: RunTrace): Dead | null {
  const start = hiddenActivations(run, 'start');
  const end = hiddenActivations(run, 'end');
  const worst = (end.length > 0 ? end : start).reduce<Dead | null>((most, { layer, activations }) => {
    if (most !== null && activations.dead <= most.share) return most;
    const before = start.find((other) => other.layer === layer)?.activations.dead ?? 0;
    return { layer, share: activations.dead, atStart: before >= options.dead };
  }, null);
  return worst !== null && worst.share >= options.dead ? worst : null;
}

function judge(input: Case): Finding<'dead-units'> | null {
  const { evidence } = input;
  // Units that L1 switched off, or that nobody needed, do no harm.
  if (!mayUnderfit(input)) return null;
  const runs = evidence.runs ?? [];
  const [first, ...others] = shownByMost(runs, deadOf);
  if (first === undefined) return null;
  const { layer, share, atStart } = middleOf([first, ...others], (dead) => dead.share);
  return {
    id: 'dead-units',
    value: share,
    low: null,
    high: null,
    unit: 'of the units',
    because:
      `${whoText(others.length + 1, runs.length)}${formatPercent(share)} of the units of ${layer} give the same number ` +
      `for every row${atStart ? ', from the start on' : ''}: no gradient reaches their weights.`,
    confidence: null,
    actions: deadUnits.actions,
  };
}

/** A layer of units that no row moves. */
export const deadUnits: Rule<'dead-units'> = {
  id: 'dead-units',
  about: 'Most units of a layer give the same number whatever the row, as a ReLU does that never fires.',
  kind: 'training',
  options,
  actions: ['learning-rate', 'other-architecture', 'random-initialization'],
  judge,
};
