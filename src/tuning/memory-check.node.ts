// In: the data of a run and where it trains. Out: what a plan's training takes of memory, known before it starts.

import { type AvailableMemory, availableMemory } from '../base/machine.node.ts';
import { applyPreprocessing, fitPreprocessing } from '../data/preprocessing.ts';
import type { Table } from '../data/table.ts';
import type { Device } from '../engine/index.ts';
import { createOnnxRuntime } from '../engine/runtime/onnx.node.ts';
import type { Plan } from '../plan/plan.ts';
import { checkMemory, memoryProblem } from '../training/check-memory.ts';
import { type PlanData, type PlanMemory, planData, planMemory } from '../training/plan-memory.ts';
import type { TuneData } from './tune-data.ts';

/** Where trainings run. */
export interface MemoryPlace {
  readonly device: Device;
  /** Trainings at the same time. */
  readonly slots: number;
  /** Whether each has a thread of its own. */
  readonly workers: boolean;
}

/** Knows what plans take of memory on some data. */
export interface MemoryCheck {
  /** The memory of a plan, whether there is so much or not. */
  memory(plan: Plan): PlanMemory;
  /** The memory of a plan; throws `plan` when there is less. */
  check(plan: Plan): PlanMemory;
  /** Why there is not enough memory for a plan, in a few words; null where there is. */
  problem(plan: Plan): string | null;
}

/** Rows that show how wide the data is for a network. */
const shapeRows = 256;

function storedBytes({ columns, images }: Table): number {
  const cells = columns.map((column) => (column.kind === 'text' ? column.codes : column.values).byteLength);
  return cells.reduce((sum, bytes) => sum + bytes, images?.pixels.byteLength ?? 0);
}

/** The data as a plan's network sees it: the width depends on the plan's preprocessing. */
function shapeOf({ preprocessing }: Plan, { table, roles, trainRows, held }: TuneData): PlanData {
  const rows = trainRows.subarray(0, shapeRows);
  const data = applyPreprocessing(fitPreprocessing(preprocessing, table, roles, rows), table, rows);
  const stored = storedBytes(table) + (held.table === table ? 0 : storedBytes(held.table));
  return planData(data, { rows: trainRows.length, devRows: held.rows.length, storedBytes: stored });
}

/** What plans take of memory on this data, here; `available` is what there is, by default on this machine. */
export async function createMemoryCheck(
  data: TuneData,
  { device, slots, workers }: MemoryPlace,
  available: AvailableMemory = availableMemory(),
): Promise<MemoryCheck> {
  const convolutionBlock = await createOnnxRuntime({ device }).convolutionBlock();
  const options = { slots, workers, convolutionBlock };
  return {
    memory: (plan) => planMemory(plan, shapeOf(plan, data), options),
    check: (plan) => checkMemory(plan, shapeOf(plan, data), available, options),
    problem: (plan) => memoryProblem(plan, shapeOf(plan, data), available, options),
  };
}
