// A small table with numbers and categories, trials on it, and both executors.

import { createRandom } from '../../../src/base/random.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import { sharedFloat32, sharedInt32, type Table } from '../../../src/data/table.ts';
import type { Executor, Trial } from '../../../src/execution/execution.ts';
import { createInlineExecutor } from '../../../src/execution/inline.ts';
import type { Bench } from '../../../src/execution/run-trial.ts';
import { createWorkerExecutor, type WorkerSettings } from '../../../src/execution/workers.node.ts';
import { noAugmentation } from '../../../src/plan/defaults.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { runtime, smallPlan } from '../training/fixture.ts';

const rows = 120;

function makeTable(): Table {
  const random = createRandom('execution');
  const levels = Array.from({ length: 12 }, (_, k) => `level ${k}`);
  const [a, b, y, codes] = [sharedFloat32(rows), sharedFloat32(rows), sharedFloat32(rows), sharedInt32(rows)];
  for (let i = 0; i < rows; i++) {
    a[i] = random.normal();
    b[i] = 100 + 20 * random.normal();
    codes[i] = random.below(levels.length);
    y[i] = 3 * (a[i] as number) + ((codes[i] as number) % 3) + 0.3 * random.normal();
  }
  a[3] = Number.NaN;
  return {
    rows,
    images: null,
    notes: [],
    columns: [
      { name: 'a', kind: 'numeric', values: a },
      { name: 'b', kind: 'numeric', values: b },
      { name: 'c', kind: 'text', codes, levels, overflow: 0 },
      { name: 'y', kind: 'numeric', values: y },
    ],
  };
}

const table = makeTable();
/** What the trials share. */
export const bench: Bench = { table, roles: inferRoles(table, { target: 'y', task: 'regression' }) };

/** A network that trains in some milliseconds, with dropout and noise. */
export const quick: Plan = smallPlan('regression', {
  regularization: { dropout: { rate: 0.2, fade: 'constant' }, augmentation: { ...noAugmentation, noise: 0.1 } },
});

/** A training that takes minutes if nobody stops it. */
export const endless: Plan = { ...quick, training: { ...quick.training, epochs: 1_000_000 } };

/** A trial of 90 training and 30 dev rows. */
export function trial(id: string, plan: Plan = quick, more: Partial<Trial> = {}): Trial {
  const trainRows = Uint32Array.from({ length: 90 }, (_, i) => i);
  const devRows = Uint32Array.from({ length: 30 }, (_, i) => 90 + i);
  const limits = { seconds: null, stopEpoch: null, evaluations: 16 };
  return { id, plan, metric: 'rmse', trainRows, devRows, ...limits, ...more };
}

/** A way to make an executor with at most that many slots. */
export type Maker = (slots: number) => Executor;

/** Both executors by name. */
export const makers: Readonly<Record<string, Maker>> = {
  inline: () => createInlineExecutor(bench, runtime),
  workers: (slots) => createWorkerExecutor(bench, slots),
};

/** Worker threads that die when the trial's id says so. */
export function mortalWorkers(slots: number, settings: WorkerSettings = {}): Executor {
  const file = new URL('./mortal-worker.ts', import.meta.url);
  return createWorkerExecutor(bench, slots, () => null, { file, ...settings });
}
