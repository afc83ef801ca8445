// What is trained both in the page and in Node: a small table with the plan for it.

import { createRandom } from '../../src/base/random.ts';
import { type Table, tableFromColumns } from '../../src/data/table.ts';
import { defaultPlan } from '../../src/plan/defaults.ts';
import type { Plan } from '../../src/plan/plan.ts';

/** One training. */
export interface Task {
  readonly table: Table;
  readonly plan: Plan;
  /** The held-out share of wrong predictions must be below this. */
  readonly targetError: number;
}

const base = defaultPlan({ task: 'classification', minimizesError: true, seed: 7 });

/** Points of two classes that a curved line divides, beside a column of categories that says nothing. */
function points(): Task {
  const random = createRandom('points');
  const rows = Array.from({ length: 1500 }, () => {
    const [x, y] = [random.normal(), random.normal()];
    return { east: x, north: y, shop: `shop ${random.below(12)}`, side: y > Math.sin(2 * x) ? 'above' : 'below' };
  });
  const column = <K extends keyof (typeof rows)[number]>(name: K) => rows.map((row) => row[name]);
  return {
    table: tableFromColumns({
      east: column('east'),
      north: column('north'),
      shop: column('shop'),
      side: column('side'),
    }),
    plan: {
      ...base,
      network: { ...base.network, hidden: [48, 48] },
      training: { ...base.training, batchSize: 64, epochs: 40, averaging: 0.9 },
      regularization: { ...base.regularization, dropout: { rate: 0.05, fade: 'constant' } },
    },
    targetError: 0.08,
  };
}

/** The tasks by name. */
export const tasks = { points } satisfies Readonly<Record<string, () => Task>>;
/** A task's name. */
export type TaskName = keyof typeof tasks;
