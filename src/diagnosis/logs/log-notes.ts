// In: a run that was read from a log. Out: the sentences without which its diagnosis would be trusted too much.

import { enumerate, formatCount, formatNumber, formatSignificant, plural } from '../../base/format.ts';
import type { RunRecord } from '../../record/record.ts';
import type { Note } from '../notes.ts';
import type { Axis } from './curve.ts';
import { type Mapped, mappingText } from './mapping.ts';
import type { LogReader } from './reader.ts';
import type { LogSeries } from './series.ts';

/** What the remarks are made from. */
export interface Read {
  readonly record: RunRecord;
  readonly reader: LogReader;
  readonly read: LogSeries;
  readonly axis: Axis;
  /** Whose rows stand for the dev rows. */
  readonly set: 'dev' | 'test';
  readonly mapped: readonly Mapped[];
  readonly unused: readonly string[];
}

const placeText = (x: number): string => formatNumber(x, Number.isInteger(x) ? 0 : 2);

const few = (names: readonly string[]): string =>
  names.length > 6 ? `${names.slice(0, 6).join(', ')} and ${names.length - 6} more` : enumerate(names);

function readText({ reader, read, mapped, unused }: Read): string {
  if (read.count === 0) return `Read as ${reader.id}: no value could be read.`;
  const values = `Read as ${reader.id}: ${plural(read.count, 'value')}`;
  const used =
    mapped.length === 0
      ? `; no name was recognized${unused.length > 0 ? ` among ${few(unused)}` : ''}. Name them with --map, such as --map train_error=NAME:invert.`
      : `; ${mapped.map(mappingText).join(', ')}${unused.length > 0 ? `; not used: ${few(unused)}` : ''}. --map says it otherwise.`;
  return values + used;
}

function taskText({ record, mapped }: Read): string | null {
  const judged = mapped.some(({ role }) => role !== 'learning_rate' && !role.endsWith('_loss'));
  if (!judged) return null;
  return `Taken for ${record.task}, judged by the ${record.metric === 'error' ? 'error' : record.metric.toUpperCase()}: so say the names of its metrics.`;
}

const LOSS_ONLY =
  'The log has no error, accuracy, RMSE or MAE, only losses. A loss shows whether the training diverged, is unfinished, ' +
  'or went on after its best epoch. Bias and variance are measured against an optimal error, and a loss has none that ' +
  'is known: log the error on training and dev rows.';

function trainText({ record, reader }: Read): string | null {
  if (record.train === null) return null;
  const why = reader.runningTrainError
    ? 'The train error is the mean over the batches of an epoch, in training mode (with dropout and augmentation, while ' +
      'the weights still move), not that of the kept weights'
    : 'The log does not say whether the train error was measured in evaluation mode or is a running mean over batches';
  return (
    `${why}: it tends to be too high, so bias looks larger and variance smaller than they are. The evidence is weaker ` +
    'for that; measure the train error in evaluation mode and compare.'
  );
}

/** What the losses alone show: the lowest dev loss and what came after it. */
function lossTexts({ record, axis }: Read): readonly string[] {
  const unit = axis === 'epoch' ? 'epoch' : axis;
  const texts: string[] = [];
  const finite = (key: 'trainLoss' | 'devLoss') =>
    record.curve.flatMap(({ epoch, [key]: loss }) => (loss !== null && Number.isFinite(loss) ? [{ epoch, loss }] : []));
  const dev = finite('devLoss');
  const train = finite('trainLoss');
  const best = dev.reduce<(typeof dev)[number] | null>((a, b) => (a === null || b.loss < a.loss ? b : a), null);
  const last = dev.at(-1);
  if (best !== null && last !== undefined && dev.length > 3) {
    const at = dev.indexOf(best) / (dev.length - 1);
    const rise = best.loss > 0 ? `, ${formatSignificant((last.loss / best.loss - 1) * 100, 2)} % above it` : '';
    const place = `The dev loss was lowest at ${unit} ${placeText(best.epoch)} of ${placeText(last.epoch)}`;
    if (at <= 0.75 && last.loss > best.loss) {
      texts.push(
        `${place} (${formatSignificant(best.loss)}) and ended at ${formatSignificant(last.loss)}${rise}: the training went on after its best ${unit}. ` +
          'Keep the weights of the best epoch.',
      );
    } else if (at === 1) {
      texts.push(`${place}, the last: the training may be unfinished.`);
    }
  }
  const quarter = train.slice(-Math.max(4, Math.ceil(train.length / 4)));
  const [from] = quarter;
  const to = quarter.at(-1);
  const start = train[0];
  if (train.length >= 4 && from !== undefined && to !== undefined && start !== undefined && start.loss > 0) {
    const fall = (from.loss - to.loss) / start.loss;
    // After the best epoch a falling train loss only says that the network learns its rows by heart.
    if (fall > 0.02 && texts.every((text) => !text.includes('went on'))) {
      texts.push(
        `The train loss still fell by ${formatSignificant(fall * 100, 2)} % of its first value from ${unit} ${placeText(from.epoch)} to the end.`,
      );
    }
  }
  return texts;
}

function chosenText({ record, set, axis }: Read): string | null {
  const looks = record.curve.filter(({ devError }) => devError !== null).length;
  const unit = axis === 'epoch' ? 'epoch' : axis;
  const at = record.bestEpoch === null ? '' : placeText(record.bestEpoch);
  if (record.dev === null) return null;
  const own = set === 'test' ? ' No dev rows are named in the log, so its test rows stand for them.' : '';
  if (looks < 2) return own.trim() === '' ? null : own.trim();
  return (
    `The errors are those of ${unit} ${at}, the best of ${formatCount(looks)} looks at the dev rows, so the dev error ` +
    `is a little too good.${own}`
  );
}

/** The notes on a run, in the order in which they matter. */
export function logNotes(run: Read): readonly Note[] {
  const { record, read, axis, mapped } = run;
  const losses = mapped.some(({ role }) => role.endsWith('_loss'));
  const judged = record.train !== null || record.dev !== null;
  const skipped = read.skipped.map(({ reason, count }) => `${formatCount(count)} ${reason}`);
  const counted = axis === 'step' ? 'steps' : 'entries';
  const notes: readonly (readonly [Note['id'], string | null])[] = [
    ['log-read', readText(run)],
    ['log-skipped', skipped.length === 0 ? null : `Not read: ${skipped.join('; ')}.`],
    ...read.remarks.map((text) => ['log-remark', text] as const),
    ['log-task', taskText(run)],
    ['log-losses-only', !judged && losses ? LOSS_ONLY : null],
    ...lossTexts(run).map((text) => ['log-trend', text] as const),
    ['log-best', chosenText(run)],
    ['log-train-mode', trainText(run)],
    [
      'log-axis',
      axis === 'epoch' || mapped.length === 0
        ? null
        : `${axis === 'step' ? 'The log counts steps, not epochs' : 'The log counts neither epochs nor steps, so its entries were counted'}: ` +
          `where a verdict says epochs, read ${counted}.`,
    ],
  ];
  return notes.flatMap(([id, text]) => (text === null ? [] : [{ id, text }]));
}
