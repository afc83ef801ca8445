import { enumerate, plural } from '../../base/format.ts';
import type { Evidence, RunTrace } from '../evidence.ts';
import { type LossKind, lossKind } from '../loss-kind.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { shownByMost, whoText } from '../traces.ts';

const options = {
  /** A number with at most so many different values, all of them whole, is more likely the number of a class. */
  wholeValues: 10,
  /** ... if each of them has at least so many rows on average. */
  rowsPerValue: 5,
};

type Outputs = NonNullable<NonNullable<RunTrace['start']>['outputs']>;

/** What the outputs are, as a loss can read them. */
function formOf(activation: string): LossKind['reads'] | null {
  switch (activation.toLowerCase().replace(/[^a-z]/g, '')) {
    case 'softmax':
    case 'sigmoid':
      return 'probabilities';
    case 'logsoftmax':
      return 'log-probabilities';
    case 'linear':
    case 'identity':
      return 'logits';
    default:
      return null;
  }
}

/** What contradicts each other in a network for classes. */
function classMistakes({ units, activation, loss }: Outputs, classes: number | null): readonly string[] {
  const mistakes: string[] = [];
  const form = formOf(activation);
  const kind = lossKind(loss);
  if (/^(log-?)?softmax$/i.test(activation) && units === 1) {
    mistakes.push('a softmax over one output is always 1');
  } else if (classes !== null && units < classes && !(classes === 2 && units === 1)) {
    mistakes.push(`${plural(units, 'output')} cannot tell ${plural(classes, 'class', 'classes')} apart`);
  }
  if (kind === null) return mistakes;
  if (kind.task === 'regression') {
    mistakes.push(`the loss ${loss} is for numbers, and hardly punishes a sure mistake about a class`);
  } else if (form !== null && kind.reads !== 'either' && form !== kind.reads) {
    mistakes.push(`the loss ${loss} reads ${kind.reads}, and the output (${activation}) gives ${form}`);
  }
  return mistakes;
}

/** What contradicts each other in a network for a number. */
function numberMistakes({ activation, loss }: Outputs): readonly string[] {
  const mistakes: string[] = [];
  const form = formOf(activation);
  if (form === 'probabilities' || form === 'log-probabilities') {
    mistakes.push(`an output of ${activation} cannot leave the range from 0 to 1, and the target is a number`);
  }
  if (lossKind(loss)?.task === 'classification')
    mistakes.push(`the loss ${loss} is for classes, and the target is a number`);
  return mistakes;
}

/** A number that looks like the number of a class. */
function targetMistakes({ task, data }: Evidence): readonly string[] {
  const target = data?.target;
  if (task !== 'regression' || target === undefined || target.distinct === null || target.whole !== true) return [];
  const { distinct } = target;
  const rows = data?.rows.train ?? null;
  if (distinct < 2 || distinct > options.wholeValues || (rows !== null && rows < options.rowsPerValue * distinct))
    return [];
  return [
    `the target has only ${distinct} different values, all of them whole, and is trained as a number: if they stand for ` +
      'classes, their order and distances mean nothing',
  ];
}

function judge({ evidence }: Case): Finding<'output-and-loss'> | null {
  const runs = evidence.runs ?? [];
  const found = shownByMost(runs, ({ start }) => {
    const outputs = start?.outputs ?? null;
    if (outputs === null) return null;
    const mistakes =
      evidence.task === 'classification' ? classMistakes(outputs, evidence.classes ?? null) : numberMistakes(outputs);
    return mistakes.length === 0 ? null : mistakes;
  });
  const mistakes = [...(found[0] ?? []), ...targetMistakes(evidence)];
  if (mistakes.length === 0) return null;
  const who = found.length === 0 ? '' : whoText(found.length, runs.length);
  return {
    id: 'output-and-loss',
    value: mistakes.length,
    low: null,
    high: null,
    unit: 'mistakes',
    because: `${who}Output, loss and target do not match: ${enumerate(mistakes)}.`,
    confidence: null,
    actions: outputAndLoss.actions,
  };
}

/** Output activation, loss and target do not belong together. */
export const outputAndLoss: Rule<'output-and-loss'> = {
  id: 'output-and-loss',
  about: 'The output layer gives something else than the loss reads, or the loss is for another kind of target.',
  kind: 'training',
  options,
  actions: ['fix-data', 'other-architecture'],
  judge,
};
