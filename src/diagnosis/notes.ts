import { formatCount } from '../base/format.ts';
import { type DataNote, dataNotes } from './data-notes.ts';
import type { Evidence } from './evidence.ts';
import type { Gap } from './gaps.ts';
import { inUnit, scaleOf } from './scale.ts';
import type { DiagnoseOptions, Settings } from './settings.ts';
import { shownByMost, whoText } from './traces.ts';
import { errorText, gapText } from './words.ts';

/** What a reader must know about how far the verdicts can be trusted. */
export interface Note {
  readonly id:
    | 'optimal-error-too-high'
    | 'optimal-error-assumed'
    | 'rows-unknown'
    | 'rows-partly-unknown'
    | 'classes-unknown'
    | 'mismatch-unknown'
    | 'runs-without-scores'
    | 'best-epoch-early'
    | DataNote['id']
    | 'read-as-percent'
    | 'read-as-shares'
    // Of logs that fettle did not write:
    | 'log-read'
    | 'log-skipped'
    | 'log-remark'
    | 'log-task'
    | 'log-losses-only'
    | 'log-trend'
    | 'log-best'
    | 'log-train-mode'
    | 'log-axis';
  readonly text: string;
}

function optimalErrorNote(evidence: Evidence, gaps: readonly Gap[], settings: Settings): Note | null {
  const bias = gaps.find(({ id }) => id === 'bias');
  const train = inUnit(evidence.train, evidence.metric);
  if (bias === undefined || bias.value === null || train === null) return null;
  // Without an interval the tolerance stands in for the noise.
  const below = bias.high === null ? bias.value < -settings.tolerance : bias.high < 0;
  if (!below) return null;
  const { unit } = scaleOf(evidence.metric);
  return {
    id: 'optimal-error-too-high',
    text:
      `The train error of ${errorText(train, unit)} is below the optimal error of ` +
      `${errorText(settings.optimalError, unit)} by ${gapText(-bias.value, unit)}, more than noise: either the optimal ` +
      'error is lower than that, or the training set is memorized.',
  };
}

function noiseNote(gaps: readonly Gap[]): Note | null {
  const known = gaps.filter(({ state }) => state !== 'unknown');
  const without = known.filter(({ noise }) => noise === 'none');
  if (known.length > 0 && without.length === known.length) {
    return {
      id: 'rows-unknown',
      text:
        'The numbers of rows are not known, so the verdicts rest on the errors as they are and no interval can be ' +
        'given. Name the rows to have noise taken into account.',
    };
  }
  const partly = known.filter(({ noise }) => noise !== 'all').map(({ id }) => id);
  if (partly.length === 0) return null;
  return {
    id: 'rows-partly-unknown',
    text:
      `Some numbers of rows are not known: those errors were taken as exact, so the noise of ${partly.join(' and ')} ` +
      'is larger than shown.',
  };
}

/** A best epoch before this share of a run says that the rest of it was no use, and nothing about what it costs. */
const earlyShare = 0.1;

/** Fewer epochs than this have no first tenth. */
const fewestEpochs = 20;

/** Where most runs were at their best in their first tenth. */
function bestEpochNote({ runs = [] }: Evidence): Note | null {
  const early = shownByMost(runs, ({ status, curve, bestEpoch }) => {
    const last = curve.at(-1)?.epoch ?? 0;
    const judged = status !== 'diverged' && last >= fewestEpochs && curve.some(({ devError }) => devError !== null);
    return judged && bestEpoch !== null && bestEpoch <= earlyShare * last ? { bestEpoch, last } : null;
  });
  const [first] = early;
  if (first === undefined) return null;
  return {
    id: 'best-epoch-early',
    text:
      `${whoText(early.length, runs.length)}The best epoch was ${formatCount(first.bestEpoch)} of ` +
      `${formatCount(first.last)}: what came after it did not reach the dev rows. Regularization or a lower learning rate ` +
      'may make use of it.',
  };
}

/** The notes on a diagnosis, the most important first. */
export function notesOf(
  evidence: Evidence,
  gaps: readonly Gap[],
  settings: Settings,
  options: DiagnoseOptions,
): readonly Note[] {
  const notes: (Note | null)[] = [optimalErrorNote(evidence, gaps, settings), noiseNote(gaps)];
  const { repeats } = evidence;
  const lost = repeats?.parts.filter(({ train, dev }) => train === null || dev === null).length ?? 0;
  if (repeats !== undefined && lost > 0) {
    notes.push({
      id: 'runs-without-scores',
      text: `${lost} of ${repeats.parts.length} runs have no scores, so means over the runs are not known.`,
    });
  }
  notes.push(bestEpochNote(evidence));
  if (options.optimalError === undefined) {
    notes.push({
      id: 'optimal-error-assumed',
      text: 'No optimal error was given: 0 is assumed, which no predictor reaches on noisy data.',
    });
  }
  if (evidence.metric === 'log-loss' && options.tolerance === undefined && (evidence.classes ?? null) === null) {
    notes.push({
      id: 'classes-unknown',
      text: 'The number of classes is not known: the default tolerance is that of two classes.',
    });
  }
  if (evidence.trainDev === null && evidence.dev !== null) {
    notes.push({
      id: 'mismatch-unknown',
      text:
        'Without train-dev rows (like the training rows but not trained on) a mismatch between the training rows and ' +
        'the dev rows would show as variance.',
    });
  }
  notes.push(...dataNotes({ evidence, gaps, settings }));
  return notes.filter((note) => note !== null);
}
