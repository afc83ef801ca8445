// In: a script. Out: what it printed as its one line of JSON, and the most memory that its process ever held.

import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A finished process. */
export interface Finished<T> {
  readonly result: T;
  /** Seconds from start to end, as a user waits. */
  readonly seconds: number;
}

/** Runs a script in a fresh process, pinned to a core or free; rejects with its standard error when it fails. */
export function runScript<T>(script: string, args: readonly string[], core: number | null): Promise<Finished<T>> {
  const own = [process.execPath, script, ...args];
  const [file, ...rest] = core === null ? own : ['taskset', '-c', String(core), ...own];
  const start = performance.now();
  const child = spawn(file as string, rest, { stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  let errors = '';
  child.stdout.on('data', (data) => {
    output += data;
  });
  child.stderr.on('data', (data) => {
    errors = (errors + data).slice(-2000);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code, signal) => {
      const seconds = (performance.now() - start) / 1000;
      if (code === 0) resolve({ result: JSON.parse(output) as T, seconds });
      else reject(new Error(`${script} ${args.join(' ')} ended with ${code ?? signal}:\n${errors.trim()}`));
    });
  });
}

/** Most memory this process ever held, worker threads included, in MB of 2^20 bytes. */
export function peakMb(): number {
  try {
    // Linux's maxRSS may begin with that of the parent, VmHWM does not.
    const kb = /^VmHWM:\s*(\d+) kB/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1];
    if (kb !== undefined) return Number(kb) / 1024;
  } catch {
    // Not Linux.
  }
  return process.resourceUsage().maxRSS / 1024;
}

/** Memory this process holds now, in MB of 2^20 bytes. */
export function residentMb(): number {
  return process.memoryUsage.rss() / 2 ** 20;
}
