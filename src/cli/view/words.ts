// In: one event. Out: the line about it that stays on the screen, or none.

import { formatCount, formatDuration, formatPercent, formatSignificant, plural } from '../../base/format.ts';
import { isLinear } from '../../plan/defaults.ts';
import { networkName } from '../../plan/network-name.ts';
import type { TuneEvent } from '../../recipe/journal.ts';
import type { Metric } from '../../record/record.ts';
import { gainText, metricNames, scoreText, verdictText } from '../../report/wording.ts';
import type { Paint } from './paint.ts';

type EventOf<T extends TuneEvent['type']> = TuneEvent & { type: T };

function startedLines(event: EventOf<'started'>, paint: Paint): readonly string[] {
  const { classes, data, metric, rows, target } = event;
  const what = classes === null ? 'a number' : plural(classes.length, 'class', 'classes');
  const budget = [
    ...(event.seconds === null ? [] : [formatDuration(event.seconds)]),
    ...(event.trials === null ? [] : [plural(event.trials, 'training')]),
    plural(event.threads, 'thread'),
  ];
  return [
    `${paint.bold(data)}: ${target} (${what}) by ${metricNames[metric]}; ${plural(rows.train, 'row')} and ${formatCount(rows.test)} for the test; ${budget.join(', ')}`,
    ...event.notes.map((note) => paint.dim(`  note: ${note}`)),
  ];
}

function stepLine({ step }: EventOf<'step'>, metric: Metric, paint: Paint): string {
  const mark = step.accepted ? paint.green('✓') : paint.yellow('✗');
  const text = `${step.action}: ${step.change}, ${gainText(step.gain, metric)}`;
  return `  ${mark} ${step.accepted ? text : paint.dim(text)}`;
}

function baselineLines({ linear, evaluation }: EventOf<'baseline'>, metric: Metric): readonly string[] {
  const line = (name: string, of: typeof linear): string =>
    `  ${name}: train ${scoreText(of.train, metric)}, dev ${scoreText(of.dev, metric)}`;
  const { network } = evaluation.plan;
  return [
    line('no hidden layers', linear),
    isLinear(network)
      ? '  the network without hidden layers is the better start'
      : line(networkName(network), evaluation),
  ];
}

const groups = { normalization: 'input normalization', initialization: 'weight initialization' } as const;

/** Step 4 in two lines: how many epochs each setting takes to the same loss. */
function ablationLines({ targetLoss, rows }: EventOf<'ablation'>): readonly string[] {
  const loss = targetLoss === null ? 'the same training loss' : `a training loss of ${formatSignificant(targetLoss)}`;
  return (['normalization', 'initialization'] as const).flatMap((group) => {
    const settings = rows.filter((row) => row.group === group);
    if (settings.length === 0) return [];
    const texts = settings.map(({ setting, epochs, epochsTried }) =>
      epochs === null ? `${setting} not in ${formatCount(epochsTried)}` : `${setting} ${formatCount(epochs)}`,
    );
    return [`  epochs to ${loss} by ${groups[group]}: ${texts.join(', ')}`];
  });
}

/** Where the errors are, in a line each: the worst slice, labels to look at, and what more data would do. */
function examinedLines({ analysis, diagnosis }: TuneEvent & { type: 'examined' }, paint: Paint): readonly string[] {
  const [first] = analysis;
  const [worst] = first?.slices ?? [];
  const lines: string[] = [];
  if (worst !== undefined) {
    const { column, value, rows, error, others } = worst;
    const errors = `${formatPercent(error.value)} on its ${plural(rows, 'row')}, ${formatPercent(others)} on the others`;
    lines.push(`  worst slice: ${column} ${value}: ${errors}`);
  }
  const labels = first?.likelyLabelErrors.length ?? 0;
  if (labels > 0) lines.push(`  ${plural(labels, 'label')} to look at: see the report`);
  const more = diagnosis.verdicts.find(({ id }) => id === 'more-data-helps');
  if (more !== undefined) lines.push(`  ${more.because}`);
  return lines.map((line) => paint.dim(line));
}

/** The lines about an event that stay on the screen; none for what only a live view shows. */
export function eventLines(event: TuneEvent, metric: Metric, paint: Paint): readonly string[] {
  switch (event.type) {
    case 'started':
      return startedLines(event, paint);
    case 'entered':
      return event.state === 'done' ? [] : [`${paint.cyan(event.state)}: ${event.reason}`];
    case 'prechecked':
      return event.notes.map((note) => paint.dim(`  note: ${note}`));
    case 'baseline':
      return baselineLines(event, metric);
    case 'diagnosed': {
      const { verdicts } = event.diagnosis;
      const because = verdicts.map((verdict) => paint.dim(`  ${verdict.because}`));
      return [`  ${paint.bold(verdictText(verdicts.map(({ id }) => id)))}`, ...because];
    }
    case 'step':
      return [stepLine(event, metric, paint)];
    case 'left-out':
      return [paint.dim(`  ${event.action}: ${event.change}, left out: ${event.why}`)];
    case 'round':
      return event.over ? [paint.dim(`  ${event.state} is over: ${event.why}`)] : [];
    case 'final':
      return [`  ${plural(event.networks, 'network')} of ${plural(event.epochs, 'epoch')}: ${event.why}`];
    case 'resumed':
      return [paint.dim(`resumed at ${formatDuration(event.at)}`)];
    case 'examined':
      return examinedLines(event, paint);
    case 'ablation':
      return ablationLines(event);
    case 'trial':
    case 'reported':
    case 'interrupted':
      return [];
  }
}
