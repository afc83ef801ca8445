// A real table, a split of it, and small plans for tests of the checkup room.

import { inferRoles } from '../../../src/data/roles.ts';
import { holdOut, splitInput } from '../../../src/data/splits.ts';
import { readTable } from '../../../src/data/table.node.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';
import type { Plan, Task } from '../../../src/plan/plan.ts';

export const runtime = createOnnxRuntime();

/** Rows of a table under examples/data, a fifth of them held out. */
export async function rowsOf(folder: string, target: string) {
  const table = await readTable(new URL(`../../../examples/data/${folder}/train.csv`, import.meta.url).pathname);
  const roles = inferRoles(table, { target });
  const { train, test } = holdOut(splitInput(table, roles), { dev: 0, test: 0.2, seed: 1 });
  const metric = roles.task === 'classification' ? ('error' as const) : ('rmse' as const);
  return { table, roles, trainRows: train, dev: { table, rows: test }, metric, runtime };
}

/** A small plan that trains in a fraction of a second, and is healthy at its rate. */
export function smallPlan(task: Task): Plan {
  const base = defaultPlan({ task, minimizesError: false, seed: 1 });
  return {
    ...base,
    network: { ...base.network, hidden: [32], numericEmbedding: { kind: 'none' } },
    optimizer: { ...base.optimizer, learningRate: 0.005 },
    training: { ...base.training, batchSize: 32, epochs: 20 },
  };
}

/** The plan at another rate. */
export function atRate(plan: Plan, learningRate: number): Plan {
  return { ...plan, optimizer: { ...plan.optimizer, learningRate } };
}
