import { formatNumber, plural } from '../../base/format.ts';
import type { RunTrace } from '../evidence.ts';
import { behindReference } from '../reference.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { scaleOf } from '../scale.ts';
import { middleOf, shownByMost, whoText } from '../traces.ts';
import { gapText } from '../words.ts';

const options = {
  /** A patience of so few epochs is short whatever the length of the run: dev scores of two epochs differ by noise. */
  patience: 2,
  /** One below this share of the planned epochs is short if a usual plan on the same rows was better. */
  patienceShare: 0.05,
  /** The run ended before this share of the planned epochs. */
  ended: 0.75,
};

interface Stop {
  readonly epoch: number;
  readonly epochs: number;
  readonly patience: number;
  readonly falling: boolean;
}

/** Whether the loss on the training batches was lower at the end than ever before. */
function stillFell({ curve }: RunTrace): boolean {
  const losses = curve.flatMap(({ trainLoss }) => (trainLoss === null ? [] : [trainLoss]));
  const last = losses.at(-1);
  return last !== undefined && losses.length > 1 && losses.slice(0, -1).every((loss) => last < loss);
}

function stopOf(run: RunTrace, behind: boolean): Stop | null {
  const patience = run.plan?.regularization.earlyStopping.patience ?? null;
  const epoch = run.curve.at(-1)?.epoch ?? null;
  if (run.status !== 'early-stopped' || run.plan === null || patience === null || epoch === null) return null;
  const { epochs } = run.plan.training;
  const short = patience <= (behind ? Math.max(options.patience, options.patienceShare * epochs) : options.patience);
  return short && epoch < options.ended * epochs ? { epoch, epochs, patience, falling: stillFell(run) } : null;
}

function judge({ evidence, settings }: Case): Finding<'stopped-early'> | null {
  const runs = evidence.runs ?? [];
  const behind = behindReference(evidence, settings)?.dev ?? null;
  const better = behind !== null && behind.low > 0;
  const [first, ...others] = shownByMost(runs, (run) => stopOf(run, better));
  if (first === undefined) return null;
  const { epoch, epochs, patience, falling } = middleOf([first, ...others], (stop) => stop.epoch / stop.epochs);
  const { unit } = scaleOf(evidence.metric);
  const signs = [
    ...(falling ? [' while the train loss was still falling'] : []),
    ...(better
      ? [`; a usual plan on the same rows was better by ${gapText(behind.value, unit, behind.low, behind.high)}`]
      : []),
  ];
  return {
    id: 'stopped-early',
    value: epoch,
    low: null,
    high: null,
    unit: 'epochs',
    because:
      `${whoText(others.length + 1, runs.length)}Early stopping with a patience of ${plural(patience, 'epoch')} ended the ` +
      `run after epoch ${formatNumber(epoch, 0)} of ${formatNumber(epochs, 0)}${signs.join('')}: one bad dev score is ` +
      'noise, not the end of learning.',
    confidence: null,
    actions: stoppedEarly.actions,
  };
}

/** Early stopping lost its patience. */
export const stoppedEarly: Rule<'stopped-early'> = {
  id: 'stopped-early',
  about: 'Early stopping with a short patience ended the run at a dip of noise, long before its planned end.',
  kind: 'training',
  options,
  actions: ['longer-training', 'early-stopping'],
  judge,
};
