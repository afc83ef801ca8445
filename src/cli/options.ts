// In: a command. Out: the options that several commands share, checked while they are parsed.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { FettleError } from '../base/error.ts';
import { type Mapped, parseMapping } from '../diagnosis/logs/mapping.ts';
import { devices } from '../engine/runtime/runtime.ts';
import { parseDuration, parseImageSize, parsePositive, parseRate, parseShare, parseWhole } from './parse.ts';

/** A parser whose `usage` errors Commander reports together with the option's name. */
function checked<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      if (error instanceof FettleError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };
}

const options = {
  target: () =>
    new Option(
      '--target <column>',
      'the column to predict (default: one named target, label, class, ..., else the last)',
    ),
  test: (about: string) => new Option('--test <file>', about),
  dev: (about: string) => new Option('--dev <file>', about),
  plan: (about: string) => new Option('--plan <file>', about),
  holdOuts: () =>
    new Option(
      '--hold-outs <n>',
      'judge plans on so many random hold-outs: faster and less sure than the folds of small tables',
    ).argParser(checked((text) => parseWhole(text, 1, 100))),
  task: () =>
    new Option('--task <task>', 'default: by the target column').choices(['classification', 'regression'] as const),
  metric: () =>
    new Option('--metric <metric>', 'what is minimized (default: error or rmse)').choices([
      'error',
      'log-loss',
      'rmse',
      'mae',
    ] as const),
  optimalError: () =>
    new Option('--optimal-error <error>', 'the least error anyone could reach: 0.05 or 5% (default: 0)').argParser(
      checked(parseShare),
    ),
  tolerance: () =>
    new Option(
      '--tolerance <gap>',
      'the gap that you would not act on: 0.02 or 2% (default: 2% of what is to be gained)',
    ).argParser(checked(parseShare)),
  time: () =>
    new Option('--time <time>', 'a hard limit: 90, 90s, 2m, 1h (default: 2m, or none with --trials)').argParser(
      checked(parseDuration),
    ),
  extraTime: () =>
    new Option(
      '--time <time>',
      'about how long the extra trainings may take together: 5, 20s, 2m; 0 for none (default: 20s)',
    ).argParser(checked((text) => (text === '0' ? 0 : parseDuration(text)))),
  trials: () =>
    new Option('--trials <n>', 'a hard limit on trainings').argParser(checked((text) => parseWhole(text, 1))),
  seed: () =>
    new Option('--seed <n>', 'same plan, seed and threads: same result (default: 0)').argParser(
      checked((text) => parseWhole(text, 0, 0xffffffff)),
    ),
  threads: (about: string) =>
    new Option('--threads <n>', about).argParser(checked((text) => parseWhole(text, 1, 1024))),
  imageSize: () =>
    new Option(
      '--image-size <size>',
      'pixels that all images get, 64 or 96x64, width x height (default: their own up to 96, else 64)',
    ).argParser(checked(parseImageSize)),
  skipBad: () => new Option('--skip-bad', 'leave out images that cannot be read, and say which'),
  device: () =>
    new Option(
      '--device <device>',
      'what networks are trained on (default: cpu; `fettle doctor` lists what works)',
    ).choices(devices),
  out: () => new Option('--out <folder>', 'where the run goes (default: fettle-runs/<name of DATA>)'),
  resume: () => new Option('--resume', 'go on with a run that was stopped or killed'),
  json: () => new Option('--json', 'print the result as JSON and nothing else'),
  quiet: () => new Option('--quiet', 'no progress'),
  rows: (which: 'train' | 'test') =>
    new Option(`--${which}-rows <n>`, `rows that the ${which} error is measured on`).argParser(
      checked((text) => parseWhole(text, 1)),
    ),
  error: (which: 'train' | 'test') =>
    new Option(`--${which}-error <error>`, 'share of wrong rows: 15%, 15 or 0.15').argParser(checked(parseRate)),
  map: () =>
    new Option(
      '--map <role=name>',
      "what a log's name stands for, such as train_error=acc:invert; may be repeated",
    ).argParser((text: string, before: readonly Mapped[] = []) => [...before, checked(parseMapping)(text)]),
  targetDeviation: () =>
    new Option(
      '--target-deviation <sd>',
      "the standard deviation of a regression's training target, which a log does not say",
    ).argParser(checked(parsePositive)),
  classes: () =>
    new Option('--classes <n>', 'how many classes there are, where a log does not say it').argParser(
      checked((text) => parseWhole(text, 2)),
    ),
  baseline: () =>
    new Option(
      '--baseline <error>',
      'the error of knowing nothing, such as of always the commonest class: 0.2 or 20% (default: its upper bound)',
    ).argParser(checked(parseShare)),
  repeats: () =>
    new Option('--repeats <kind>', 'judge all runs together, as trainings of one plan').choices([
      'folds',
      'seeds',
    ] as const),
  run: () => new Option('--run <name>', 'only this one of several runs, by its name in the table'),
  typedOptimalError: () =>
    new Option(
      '--optimal-error <error>',
      'the least error anyone could reach: 5%; for two errors also 5 or 0.05 (default: 0)',
    ).argParser(checked(parseRate)),
  typedTolerance: () =>
    new Option(
      '--tolerance <gap>',
      'the gap that you would not act on: 2%; beside two errors also 2 or 0.02 (default: 2% of what is to be gained)',
    ).argParser(checked(parseRate)),
};

/** What DATA may be. */
export const dataArgument =
  'a CSV, TSV, Parquet, JSON or JSON lines file, or images: a folder per class, a CSV of paths, IDX, CIFAR, Parquet';

/** The shared options by name. */
export { options };

/** What may be said about runs and logs that are judged. */
export function pathOptions(): readonly Option[] {
  return [
    options.rows('train'),
    options.rows('test'),
    options.typedOptimalError(),
    options.typedTolerance(),
    options.map(),
    options.targetDeviation(),
    options.classes(),
    options.baseline(),
    options.repeats(),
    options.run(),
    options.json(),
  ];
}

/** Adds options in order. */
export function addOptions(command: Command, list: readonly Option[]): Command {
  for (const option of list) command.addOption(option);
  return command;
}

/** The entries that are given: absent options stay absent, as exactOptionalPropertyTypes asks. */
export function given<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}
