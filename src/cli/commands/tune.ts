// fettle tune DATA: the whole recipe. Progress goes to standard error, the result to standard output.

import { join } from 'node:path';
import type { Command } from 'commander';
import { FettleError } from '../../base/error.ts';
import type { ImageSize } from '../../data/images/size.ts';
import type { Device } from '../../engine/index.ts';
import type { Task } from '../../plan/plan.ts';
import type { TuneEvent } from '../../recipe/journal.ts';
import type { Summary } from '../../recipe/summary.ts';
import type { Metric } from '../../record/record.ts';
import { catchInterrupt, resumeCommand } from '../interrupt.ts';
import { addOptions, dataArgument, given, options } from '../options.ts';
import { printJson, printLines } from '../output.ts';
import { readPlan } from '../read-plan.ts';
import { endingLines } from '../view/ending.ts';
import { createPaint } from '../view/paint.ts';
import { createScreen } from '../view/screen.ts';
import { createTuningView } from '../view/tuning.ts';

interface TuneFlags {
  readonly target?: string;
  readonly test?: string;
  readonly dev?: string;
  readonly plan?: string;
  readonly holdOuts?: number;
  readonly task?: Task;
  readonly metric?: Metric;
  readonly optimalError?: number;
  readonly tolerance?: number;
  readonly time?: number;
  readonly trials?: number;
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

/** Adds `fettle tune`. */
export function addTune(program: Command): void {
  const command = program
    .command('tune')
    .description('Tune a network on a table or on images: diagnose, prescribe, apply, verify, until done.')
    .argument('<DATA>', dataArgument);
  addOptions(command, [
    options.target(),
    options.test('rows for the one report at the end (default: 20 % of DATA)'),
    options.dev('rows that plans are judged on (default: parts of DATA); what is unlike DATA shows as data mismatch'),
    options.plan('the plan to start from (default: what `fettle plan DATA` prints)'),
    options.holdOuts(),
    options.task(),
    options.optimalError(),
    options.tolerance(),
    options.metric(),
    options.time(),
    options.trials(),
    options.seed(),
    options.threads('trials at the same time, one thread each (default: all processors)'),
    options.imageSize(),
    options.skipBad(),
    options.device(),
    options.out(),
    options.resume(),
    options.json(),
    options.quiet(),
  ]).action(runTune);
}

async function runTune(data: string, flags: TuneFlags): Promise<void> {
  const { tune } = await import('../../tuning/tune.node.ts');
  const { json = false, quiet = false, time, plan: path, ...rest } = flags;
  const plan = path === undefined ? undefined : await readPlan(path);
  const screen = createScreen(process.stderr, quiet);
  const view = createTuningView(screen);
  let hasStarted = false;
  const interrupt = catchInterrupt({
    onStop: () => screen.print(['Stopping; what is done is kept. Ctrl-C again ends at once.']),
    onKill: () => screen.close(),
  });
  try {
    const { summary, directory } = await tune({
      data,
      ...given({ ...rest, plan, seconds: time }),
      signal: interrupt.signal,
      onEvent: (event: TuneEvent) => {
        hasStarted = true;
        view.onEvent(event);
      },
      onProgress: view.onProgress,
    });
    screen.close();
    if (!json) screen.print(['']);
    await printResult(summary, directory, json);
  } catch (error) {
    if (!(error instanceof FettleError && error.code === 'interrupted')) throw error;
    if (!interrupt.signal.aborted) throw new FettleError('internal', error.message, { cause: error });
    const next = hasStarted ? `\n  ${resumeCommand(process.argv.slice(2))}` : ' Nothing is kept.';
    throw new FettleError('interrupted', `${error.message}${next}`);
  } finally {
    screen.close();
    interrupt.dispose();
  }
}

async function printResult(summary: Summary, directory: string, isJson: boolean): Promise<void> {
  if (isJson) {
    printJson(summary);
    return;
  }
  const { readEvents } = await import('../../recipe/directory.node.ts');
  const { isTTY } = process.stdout;
  const paint = createPaint(isTTY && process.stdout.hasColors());
  const paths = { directory, model: join(directory, 'model.onnx'), report: join(directory, 'report.html') };
  printLines(endingLines(await readEvents(directory), summary, paths, paint));
}
