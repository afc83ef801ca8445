// In: what a contestant is and what it can time. Out: the other end of peer.ts, on standard input and output.

import { createInterface } from 'node:readline';

/** A request by its `run` name; other fields belong to the handler. */
export interface Request {
  readonly run: string;
  readonly count: number;
}

/** Says that it is ready, then answers until the input ends. */
export async function serve(
  about: Readonly<Record<string, string>>,
  handlers: Readonly<Record<string, (request: Request) => Promise<object>>>,
): Promise<void> {
  const say = (line: object): boolean => process.stdout.write(`${JSON.stringify(line)}\n`);
  say({ ready: true, about });
  for await (const line of createInterface({ input: process.stdin })) {
    const request = JSON.parse(line) as Request;
    const handler = handlers[request.run];
    if (handler === undefined) throw new Error(`Expected one of ${Object.keys(handlers)}, received "${request.run}".`);
    say(await handler(request));
  }
}

/** Milliseconds of `count` calls, one after the other. */
export async function timed(count: number, call: () => unknown): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) await call();
  return performance.now() - start;
}
