import { formatNumber } from '../../base/format.ts';
import type { RunTrace } from '../evidence.ts';
import type { Case, Finding, Rule } from '../rule.ts';

const broken = (x: number | null): boolean => x !== null && !Number.isFinite(x);

/** The last epoch before the loss was lost, or null if it never was. JSON has no NaN, so the status is asked too. */
function lastGoodEpoch({ status, curve }: RunTrace): number | null {
  const at = curve.findIndex(
    ({ trainLoss, trainError, devLoss, devError }) =>
      broken(trainLoss) || broken(trainError) || broken(devLoss) || broken(devError),
  );
  if (at === -1 && status !== 'diverged') return null;
  return curve[at === -1 ? curve.length - 1 : at - 1]?.epoch ?? 0;
}

function judge({ evidence }: Case): Finding<'diverged'> | null {
  const runs = evidence.runs ?? [];
  const epochs = runs.map(lastGoodEpoch).filter((epoch) => epoch !== null);
  if (epochs.length === 0) return null;
  const first = Math.min(...epochs);
  const who = runs.length === 1 ? 'The loss' : `In ${epochs.length} of ${runs.length} runs the loss`;
  return {
    id: 'diverged',
    value: first,
    low: null,
    high: null,
    unit: 'epochs',
    because: `${who} stopped being a finite number after epoch ${formatNumber(first, Number.isInteger(first) ? 0 : 2)}.`,
    confidence: 1,
    actions: diverged.actions,
  };
}

/** The loss left the finite numbers. */
export const diverged: Rule<'diverged'> = {
  id: 'diverged',
  about: 'The loss is no longer a finite number: the steps were too long for the loss surface.',
  kind: 'training',
  options: {},
  actions: ['learning-rate', 'clip-gradients', 'warm-up'],
  judge,
};
