// In: signals of the system. Out: an abort signal, so that a run stops between two steps and keeps what it has.

import { FettleError } from '../base/error.ts';

/** A stop that the user may ask for. */
export interface Interrupt {
  readonly signal: AbortSignal;
  /** Gives the signals back to the system. */
  dispose(): void;
}

/** The first Ctrl-C (or SIGTERM, SIGHUP) calls `onStop` and aborts; the second calls `onKill` and ends by that signal (130 to a shell). */
export function catchInterrupt({ onStop, onKill }: { onStop(): void; onKill(): void }): Interrupt {
  const controller = new AbortController();
  const handle = (signal: NodeJS.Signals): void => {
    if (controller.signal.aborted) {
      onKill();
      // `process.exit` would end the threads inside a call of the engine, which aborts the process with a core dump.
      for (const name of signals) process.off(name, handle);
      process.kill(process.pid, signal);
      return;
    }
    onStop();
    controller.abort(new FettleError('interrupted', 'Interrupted.'));
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, handle);
  return {
    signal: controller.signal,
    dispose: () => {
      for (const name of signals) process.off(name, handle);
    },
  };
}

/** The command line that goes on with this run, quoted for a shell; without --out it finds the last run that is not finished. */
export function resumeCommand(args: readonly string[]): string {
  return ['fettle', ...args.filter((arg) => arg !== '--resume'), '--resume'].map(quote).join(' ');
}

/** An argument as a shell takes it. */
export function quote(arg: string): string {
  return /^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", `'\\''`)}'`;
}
