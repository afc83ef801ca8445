// In: where a tuning is. Out: the lines of the block that is redrawn in place, none wider than the terminal.

import { formatDuration, formatEpoch, plural } from '../../base/format.ts';
import type { RunningTrial, TuneProgress } from '../../recipe/progress.ts';
import type { Metric } from '../../record/record.ts';
import { valueText } from '../../report/wording.ts';
import { cutTo, type Paint, visibleLength } from './paint.ts';

/** At most this many running trials are listed. */
const mostTrials = 8;

/** `━━━━━───  12/40`: how much of the epochs is done. */
function bar(done: number, all: number, width: number, paint: Paint): string {
  const share = all > 0 ? Math.min(1, done / all) : 0;
  const full = Math.round(share * width);
  return `${paint.cyan('━'.repeat(full))}${paint.dim('─'.repeat(width - full))}`;
}

function trialLine(trial: RunningTrial, metric: Metric, width: number, paint: Paint): string {
  const epochs = `${formatEpoch(trial.epoch)}/${trial.epochs}`.padStart(9);
  const dev = trial.dev === null ? '' : `  dev ${valueText(trial.dev, metric)}`;
  // What changes comes first where there is no room for all of it.
  if (width < 60) return cutTo(`  ${epochs.trim()}${dev}  ${trial.label}`, width);
  const barWidth = Math.min(24, Math.floor(width / 5));
  const labelWidth = width - barWidth - 2 - epochs.length - 1 - 18;
  const label = cutTo(trial.label, labelWidth);
  const padded = label + ' '.repeat(Math.max(0, labelWidth - visibleLength(label)));
  return cutTo(`  ${padded} ${bar(trial.epoch, trial.epochs, barWidth, paint)}${epochs}${dev}`, width);
}

/** The live block: state and reason, one line per running trial, time. */
export function liveLines(progress: TuneProgress, metric: Metric, width: number, paint: Paint): readonly string[] {
  const shown = progress.running.slice(0, mostTrials);
  const more = progress.running.length - shown.length;
  const left = progress.secondsLeft === null ? '' : `, ${formatDuration(Math.max(0, progress.secondsLeft))} left`;
  const time = `${formatDuration(progress.seconds)}${left}, ${plural(progress.trials, 'training')}`;
  return [
    cutTo(`${paint.cyan(progress.state)} ${paint.dim(progress.reason)}`, width),
    ...shown.map((trial) => trialLine(trial, metric, width, paint)),
    ...(more > 0 ? [cutTo(`  and ${more} more`, width)] : []),
    cutTo(paint.dim(time), width),
  ];
}
