// fettle train DATA --plan FILE: one run of a plan, without diagnosis or search.

import type { Command } from 'commander';
import { FettleError } from '../../base/error.ts';
import { formatBytes, formatDuration, formatEpoch } from '../../base/format.ts';
import type { ImageSize } from '../../data/images/size.ts';
import type { Device } from '../../engine/index.ts';
import type { Plan, Task } from '../../plan/plan.ts';
import type { CurvePoint, Metric, RunRecord } from '../../record/record.ts';
import { scoreText, valueText } from '../../report/wording.ts';
import { catchInterrupt, resumeCommand } from '../interrupt.ts';
import { addOptions, dataArgument, given, options } from '../options.ts';
import { printJson, printLines } from '../output.ts';
import { readPlan } from '../read-plan.ts';
import { createScreen, type Screen } from '../view/screen.ts';

interface TrainFlags {
  readonly plan: string;
  readonly target?: string;
  readonly dev?: string;
  readonly test?: string;
  readonly task?: Task;
  readonly metric?: Metric;
  readonly seed?: number;
  readonly imageSize?: ImageSize;
  readonly skipBad?: boolean;
  readonly device?: Device;
  readonly threads?: number;
  readonly out?: string;
  readonly resume?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds `fettle train`. */
export function addTrain(program: Command): void {
  const command = program
    .command('train')
    .description('Train one plan on a table or on images.')
    .argument('<DATA>', dataArgument)
    .requiredOption('--plan <file>', 'the plan, as `fettle plan DATA` prints it');
  addOptions(command, [
    options.target(),
    options.dev('rows to judge on and to choose the epoch by (default: 20 % of DATA)'),
    options.test('another name of --dev'),
    options.task(),
    options.metric(),
    options.seed(),
    options.threads('threads of the engine (default: 1)'),
    options.imageSize(),
    options.skipBad(),
    options.device(),
    options.out(),
    options.resume(),
    options.json(),
    options.quiet(),
  ]).action(runTrain);
}

async function runTrain(data: string, flags: TrainFlags): Promise<void> {
  const plan = await readPlan(flags.plan);
  const { trainPlan } = await import('../../tuning/train.node.ts');
  const { json = false, quiet = false, plan: _, ...rest } = flags;
  const screen = createScreen(process.stderr, quiet);
  let points = 0;
  const interrupt = catchInterrupt({
    onStop: () => screen.print(['Stopping; the last checkpoint is kept. Ctrl-C again ends at once.']),
    onKill: () => screen.close(),
  });
  try {
    const { record, directory } = await trainPlan({
      data,
      plan,
      ...given(rest),
      signal: interrupt.signal,
      onMemory: ({ bytes }) => screen.print([`about ${formatBytes(bytes)} of memory`]),
      onPoint: (point: CurvePoint) => {
        points++;
        showPoint(screen, point, plan, flags.metric ?? null);
      },
    });
    screen.close();
    if (json) printJson(record);
    else printLines(recordLines(record, directory));
  } catch (error) {
    if (!(error instanceof FettleError && error.code === 'interrupted')) throw error;
    if (!interrupt.signal.aborted) throw new FettleError('internal', error.message, { cause: error });
    const next = points > 0 ? `\n  ${resumeCommand(process.argv.slice(2))}` : ' Nothing is kept.';
    throw new FettleError('interrupted', `${error.message}${next}`);
  } finally {
    screen.close();
    interrupt.dispose();
  }
}

/** A live line on a terminal; elsewhere one line about every evaluation. */
function showPoint(screen: Screen, point: CurvePoint, plan: Plan, metric: Metric | null): void {
  const name = metric ?? (plan.loss.kind === 'mse' || plan.loss.kind === 'huber' ? 'rmse' : 'error');
  const part = (label: string, value: number | null): string =>
    value === null ? '' : `, ${label} ${valueText(value, name)}`;
  const text = `epoch ${formatEpoch(point.epoch)}/${plan.training.epochs}${part('train', point.trainError)}${part('dev', point.devError)}, ${formatDuration(point.seconds)}`;
  if (screen.isLive) screen.draw([text]);
  else screen.print([text]);
}

function recordLines(record: RunRecord, directory: string): readonly string[] {
  const { bestEpoch, metric, seconds, status } = record;
  const scores = [
    ['train', record.train],
    ['train-dev', record.trainDev],
    ['dev', record.dev],
  ] as const;
  return [
    `${status}${bestEpoch === null ? '' : `, kept epoch ${bestEpoch}`}${seconds === null ? '' : `, ${formatDuration(seconds)}`}`,
    ...scores.flatMap(([name, score]) => (score === null ? [] : [`  ${name} ${scoreText(score, metric)}`])),
    `run      ${directory}`,
    `predict  fettle predict ${directory} NEW --out predictions.csv`,
  ];
}
