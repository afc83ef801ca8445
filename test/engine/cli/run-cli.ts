// Runs the command for real, as a process of its own.

import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { resolve } from 'node:path';

/** What a command left behind. */
export interface Ran {
  /** As a shell gives it: 128 and the number of the signal where one ended it. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command's source file, which Node runs as it is. */
export const main = resolve(import.meta.dirname, '../../../src/cli/main.node.ts');

/** How a command is run. */
export interface RunOptions {
  readonly cwd?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** Called with the process and all of its standard error so far, whenever there is more. */
  readonly onStderr?: (child: ChildProcess, text: string) => void;
}

const endedBy = (signal: NodeJS.Signals): number => 128 + constants.signals[signal];

/** Runs `fettle ...args` to its end. */
export function fettle(args: readonly string[], options: RunOptions = {}): Promise<Ran> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [main, ...args], {
      cwd: options.cwd ?? process.cwd(),
      env: { ...process.env, NO_COLOR: '1', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (part: Buffer) => {
      stdout += part.toString();
    });
    child.stderr.on('data', (part: Buffer) => {
      stderr += part.toString();
      options.onStderr?.(child, stderr);
    });
    child.on('error', fail);
    child.on('close', (code, signal) => done({ code: signal === null ? code : endedBy(signal), stdout, stderr }));
  });
}
