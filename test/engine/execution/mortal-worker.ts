// A real worker, but for trials whose id names a way to die.

import { parentPort } from 'node:worker_threads';
import type { ToWorker } from '../../../src/execution/messages.ts';

const deaths: Readonly<Record<string, () => void>> = {
  exit: () => process.exit(3),
  throw: () => {
    throw new RangeError('a bug in the thread');
  },
  memory: () => {
    const kept: number[][] = [];
    for (;;) kept.push(new Array<number>(1e5).fill(kept.length));
  },
};

parentPort?.on('message', (message: ToWorker) => {
  if (message.type === 'run') deaths[message.trial.id]?.();
});
await import('../../../src/execution/worker.node.ts');
