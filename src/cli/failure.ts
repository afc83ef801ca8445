// In: what a command threw. Out: what is printed on standard error, and the exit code.

import { fileError, systemCode } from '../base/disk.node.ts';
import { FettleError } from '../base/error.ts';

/** Text for standard error and the exit code: one message for the user's mistakes, a stack for ours. */
export function describeFailure(error: unknown): { readonly text: string; readonly exitCode: number } {
  if (error instanceof FettleError && error.code === 'interrupted') {
    return { text: `${error.message}\n`, exitCode: 130 };
  }
  const told = asFileError(error);
  if (told !== null) return { text: `error: ${told.message}\n`, exitCode: 2 };
  if (error instanceof FettleError && error.code !== 'internal') {
    return { text: `error: ${error.message}\n`, exitCode: 2 };
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const cause = error instanceof Error && error.cause instanceof Error ? `\ncaused by: ${error.cause.stack}` : '';
  const advice =
    'This is a mistake in fettle, not in your input. Please report it where you got fettle from, ' +
    'with the lines above and the output of `fettle doctor`.';
  return { text: `${stack}${cause}\n\n${advice}\n`, exitCode: 1 };
}

/** A full or read-only disk is not our mistake, wherever it is met. */
function asFileError(error: unknown): FettleError | null {
  const code = systemCode(error);
  if (code === null || !['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM'].includes(code)) return null;
  const told = fileError((error as NodeJS.ErrnoException).path ?? 'the file', error);
  return told instanceof FettleError ? told : null;
}
