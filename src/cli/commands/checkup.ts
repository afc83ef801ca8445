// fettle checkup DATA: one training with everything that a diagnosis can use, and the diagnosis.

import { writeFile } from 'node:fs/promises';
import { type Command, Option } from 'commander';
import { FettleError } from '../../base/error.ts';
import type { CheckupPart } from '../../checkup/checkup.ts';
import type { ImageSize } from '../../data/images/size.ts';
import type { Device } from '../../engine/index.ts';
import type { Task } from '../../plan/plan.ts';
import type { Metric, RunRecord } from '../../record/record.ts';
import { explain } from '../explain.ts';
import { catchInterrupt } from '../interrupt.ts';
import { addOptions, dataArgument, given, options } from '../options.ts';
import { printJson, printLines } from '../output.ts';
import { readPlan } from '../read-plan.ts';
import { createScreen, type Screen } from '../view/screen.ts';

interface CheckupFlags {
  readonly plan?: string;
  readonly target?: string;
  readonly dev?: string;
  readonly task?: Task;
  readonly metric?: Metric;
  readonly optimalError?: number;
  readonly tolerance?: number;
  readonly time?: number;
  readonly seed?: number;
  readonly imageSize?: ImageSize;
  readonly skipBad?: boolean;
  readonly device?: Device;
  readonly threads?: number;
  readonly record?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

const partNames: { readonly [K in CheckupPart]: string } = {
  data: 'looking at the data',
  training: 'training the plan',
  'learning-rate': 'testing learning rates',
  reference: 'training a usual plan beside it',
  'data-sizes': 'training on parts of the rows',
  errors: 'looking at the errors',
};

/** Adds `fettle checkup`. */
export function addCheckup(program: Command): void {
  const command = program
    .command('checkup')
    .description(
      'Train one plan and diagnose it with all evidence: data, learning rates, a usual plan, more rows, errors.',
    )
    .argument('<DATA>', dataArgument);
  addOptions(command, [
    options.plan('what to check (default: what `fettle plan DATA` prints)'),
    options.target(),
    options.dev('rows to judge on (default: 20 % of DATA); what is unlike DATA shows as data mismatch'),
    options.task(),
    options.metric(),
    options.optimalError(),
    options.tolerance(),
    options.extraTime(),
    options.seed(),
    options.threads('threads of the engine (default: 1)'),
    options.imageSize(),
    options.skipBad(),
    options.device(),
    new Option('--record <file>', 'keep the evidence: `fettle diagnose FILE` judges it again'),
    options.json(),
    options.quiet(),
  ]).action(runCheckup);
}

/** One line on a terminal; elsewhere one line for each part as it begins. */
function progressOn(screen: Screen): (progress: { readonly part: CheckupPart; readonly share: number }) => void {
  let last: CheckupPart | null = null;
  return ({ part, share }) => {
    if (screen.isLive) screen.draw([`${partNames[part]}, ${Math.floor(100 * Math.min(1, share))} %`]);
    else if (part !== last) screen.print([partNames[part]]);
    last = part;
  };
}

async function runCheckup(data: string, flags: CheckupFlags): Promise<void> {
  const { json = false, quiet = false, record: path, plan: planPath, time, optimalError, tolerance, ...rest } = flags;
  const plan = planPath === undefined ? undefined : await readPlan(planPath);
  const { checkupFile } = await import('../../tuning/checkup.node.ts');
  const screen = createScreen(process.stderr, quiet);
  const interrupt = catchInterrupt({
    onStop: () => screen.print(['Stopping; nothing is kept. Ctrl-C again ends at once.']),
    onKill: () => screen.close(),
  });
  let record: RunRecord;
  try {
    const { signal } = interrupt;
    record = await checkupFile({
      data,
      ...given({ ...rest, plan, seconds: time }),
      signal,
      onProgress: progressOn(screen),
    });
    if (signal.aborted) throw new FettleError('interrupted', 'Stopped. Nothing is kept.');
  } finally {
    screen.close();
    interrupt.dispose();
  }
  if (path !== undefined) await keepRecord(path, record);
  const { diagnose } = await import('../../diagnosis/diagnose.ts');
  const { evidenceOf } = await import('../../diagnosis/evidence-of.ts');
  const diagnosis = diagnose(evidenceOf(record), given({ optimalError, tolerance }));
  if (json) {
    printJson(diagnosis);
    return;
  }
  printLines(await explain(diagnosis));
}

async function keepRecord(path: string, record: RunRecord): Promise<void> {
  try {
    await writeFile(path, `${JSON.stringify(record, null, 2)}\n`);
  } catch (error) {
    throw new FettleError('file', `Cannot write ${path}: ${(error as Error).message}. Choose another --record FILE.`);
  }
}
