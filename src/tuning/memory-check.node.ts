// In: the data of a run and where it trains. Out: what a plan's training takes of memory, known before it starts.

import { type AvailableMemory, availableMemory } from '../base/machine.node.ts';
import type { Table } from '../data/table.ts';
import type { Device } from '../engine/index.ts';
import { createOnnxRuntime } from '../engine/runtime/onnx.node.ts';
import type { Plan } from '../plan/plan.ts';
import { checkMemory, memoryProblem } from '../training/check-memory.ts';
import { type PlanData, type PlanMemory, planData, planMemory } from '../training/plan-memory.ts';
import { sampleOf, type TuneData } from './tune-data.ts';

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

function bytesOf({ columns, images }: Table): number {
  const cells = columns.map((column) => (column.kind === 'text' ? column.codes : column.values).byteLength);
  return cells.reduce((sum, bytes) => sum + bytes, images?.pixels.byteLength ?? 0);
}

/** What plans take of memory on this data, here; `available` is what there is, by default on this machine. */
export async function createMemoryCheck(
  data: TuneData,
  { device, slots, workers }: MemoryPlace,
  available: AvailableMemory = availableMemory(),
): Promise<MemoryCheck> {
  const convolutionBlock = await createOnnxRuntime({ device }).convolutionBlock();
  const options = { slots, workers, convolutionBlock };
  const { table, trainRows, held } = data;
  const storedBytes = bytesOf(table) + (held.table === table ? 0 : bytesOf(held.table));
  const counts = { rows: trainRows.length, devRows: held.rows.length, storedBytes };
  const shapeOf = (plan: Plan): PlanData => planData(sampleOf(plan, data), counts);
  return {
    memory: (plan) => planMemory(plan, shapeOf(plan), options),
    check: (plan) => checkMemory(plan, shapeOf(plan), available, options),
    problem: (plan) => memoryProblem(plan, shapeOf(plan), available, options),
  };
}
