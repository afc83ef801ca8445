import { availableParallelism } from 'node:os';

/** Threads of libuv's pool where the environment sets no other number (Node's documentation of UV_THREADPOOL_SIZE). */
const poolThreads = 4;

/** Images to have under way: twice as many as can be decoded at a time, so that no thread waits for a file. */
export function decodingTasks(): number {
  const set = Number(process.env.UV_THREADPOOL_SIZE);
  return 2 * Math.min(availableParallelism(), set >= 1 ? set : poolThreads);
}
