// In: a command. Out: a process that lives as long as a benchmark and answers requests, one JSON line each way.
// Its first line is `{ "ready": true, "about": {...} }`; so start-up and warm-up are never inside a timing.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** A running contestant. */
export interface Peer {
  readonly name: string;
  /** Versions, threads, backend: what it says about itself. */
  readonly about: Readonly<Record<string, string>>;
  /** Sends a request and waits for the answer. */
  ask<T>(request: object): Promise<T>;
  /** Ends the process and waits for its end. */
  end(): Promise<void>;
}

/** How a contestant is started. */
export interface PeerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  /** Core that the process and all its threads stay on, or several as `0,1`; null leaves it to the system. */
  readonly core: number | string | null;
  readonly env?: Readonly<Record<string, string>>;
}

/** Starts a contestant and waits until it is ready; throws with its standard error when it does not get there. */
export async function startPeer({ name, command, args, core, env }: PeerCommand): Promise<Peer> {
  const [file, ...rest] = core === null ? [command, ...args] : ['taskset', '-c', String(core), command, ...args];
  const child = spawn(file as string, rest, { stdio: ['pipe', 'pipe', 'pipe'], env: { ...process.env, ...env } });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  let errors = '';
  child.stderr.on('data', (data) => {
    errors = (errors + data).slice(-2000);
  });
  // A process that is gone shows as a missing answer, with its standard error.
  child.stdin.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => {
    child.on('error', (error) => {
      errors += error.message;
      resolve();
    });
    child.on('close', () => resolve());
  });
  const answer = async <T>(): Promise<T> => {
    const line = await lines.next();
    if (!line.done) return JSON.parse(line.value) as T;
    await closed;
    throw new Error(`${name} (${file} ${rest.join(' ')}) ended without an answer:\n${errors.trim()}`);
  };
  const { about } = await answer<{ readonly about: Record<string, string> }>();
  return {
    name,
    about,
    ask(request) {
      child.stdin.write(`${JSON.stringify(request)}\n`);
      return answer();
    },
    async end() {
      child.stdin.end();
      await closed;
    },
  };
}
