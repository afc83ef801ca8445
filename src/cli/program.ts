// In: arguments. Out: the command, run, and the process's exit code set.
// Each command is one file under commands/; what it needs is loaded when it runs, so that --help is quick.

import { Command, CommanderError } from 'commander';
import { addAugment } from './commands/augment.ts';
import { addCallback } from './commands/callback.ts';
import { addCheck } from './commands/check.ts';
import { addCheckup } from './commands/checkup.ts';
import { addDiagnose } from './commands/diagnose.ts';
import { addDoctor } from './commands/doctor.ts';
import { addExport } from './commands/export.ts';
import { addPlan } from './commands/plan.ts';
import { addPredict } from './commands/predict.ts';
import { addTrain } from './commands/train.ts';
import { addTune } from './commands/tune.ts';
import { describeFailure } from './failure.ts';
import { packageVersion } from './version.ts';

/** The whole command line, unparsed. */
export function createProgram(): Command {
  const program = new Command('fettle')
    .description('A tuning bench for deep networks: diagnose, prescribe, apply, verify.')
    .version(packageVersion(), '--version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false)
    .showSuggestionAfterError(true)
    .exitOverride();
  for (const add of [
    addTune,
    addTrain,
    addPlan,
    addAugment,
    addCheckup,
    addCheck,
    addDiagnose,
    addCallback,
    addPredict,
    addExport,
    addDoctor,
  ])
    add(program);
  program.addHelpText(
    'after',
    '\n`fettle COMMAND --help` lists the options of a command.\nExit codes: 0 done, 2 bad usage or input, 3 a check failed, 130 interrupted, 1 a mistake in fettle.',
  );
  return program;
}

/** Runs a command line and sets `process.exitCode`; never throws. */
export async function run(args: readonly string[]): Promise<void> {
  // `fettle plan DATA | head -1` closes our output: nobody reads on, so there is nothing left to do.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
  // What fails beside the command, such as a write that nobody waits for, ends the process with the same words.
  for (const event of ['uncaughtException', 'unhandledRejection'] as const) {
    process.on(event, (error: unknown) => {
      const { text, exitCode } = describeFailure(error);
      process.stderr.write(text);
      process.exit(exitCode);
    });
  }
  try {
    await createProgram().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed its message, the help or the version.
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const { text, exitCode } = describeFailure(error);
    process.stderr.write(text);
    process.exitCode = exitCode;
  }
}
