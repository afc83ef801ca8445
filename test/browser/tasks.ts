// What is trained both in the page and in Node: small tables with the plans for them.

import { createRandom } from '../../src/base/random.ts';
import { type Table, tableFromColumns } from '../../src/data/table.ts';
import { defaultImagePlan, defaultPlan } from '../../src/plan/defaults.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { shapeImages, shapeNames } from '../../src/training/testing/shapes.ts';

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

/** Images of 12 x 12 pixels that show a square, a cross or a disc, for a small convolutional network. */
function shapes(): Task {
  const image = { channels: 1, height: 12, width: 12 };
  const { images, codes } = shapeImages(480, 12, 'browser');
  const plan = defaultImagePlan({ task: 'classification', minimizesError: true, seed: 5, image });
  return {
    table: { ...tableFromColumns({ shape: Array.from(codes, (code) => shapeNames[code]) }), images },
    plan: {
      ...plan,
      network: { ...plan.network, stages: [[8], [16]], stem: 1 },
      optimizer: { ...plan.optimizer, learningRate: 1e-2 },
      training: { ...plan.training, batchSize: 32, epochs: 12 },
    },
    targetError: 0.1,
  };
}

/** The tasks by name. */
export const tasks = { points, shapes } satisfies Readonly<Record<string, () => Task>>;
/** A task's name. */
export type TaskName = keyof typeof tasks;
