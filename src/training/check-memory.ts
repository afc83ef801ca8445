// In: a plan, the shape of its data, the memory there is. Out: nothing, or an error that says what needs how much, and
// what would fit.

import { FettleError } from '../base/error.ts';
import { enumerate, formatBytes } from '../base/format.ts';
import type { Plan } from '../plan/plan.ts';
import { type MemoryPart, type PlanData, type PlanMemory, type PlanMemoryOptions, planMemory } from './plan-memory.ts';

/** Memory that a process may hold, as `availableMemory` of base/machine.node.ts says it. */
interface Available {
  readonly bytes: number;
  readonly container: boolean;
}

/** Parts of the memory that an error names. */
const namedParts = 3;

/** Batches below this are slow and noisy enough not to be advised. */
const leastBatch = 8;

/** Throws `plan` when a plan needs more memory than there is, before anything is allocated; gives its memory otherwise. */
export function checkMemory(
  plan: Plan,
  data: PlanData,
  available: Available,
  options: PlanMemoryOptions = {},
): PlanMemory {
  const memory = planMemory(plan, data, options);
  if (memory.bytes <= available.bytes) return memory;
  throw new FettleError('plan', refusal(plan, data, available, options, memory));
}

/** Why a plan cannot be trained in the memory there is, in a few words; null if it can. */
export function memoryProblem(
  plan: Plan,
  data: PlanData,
  available: Available,
  options: PlanMemoryOptions = {},
): string | null {
  const { bytes, parts } = planMemory(plan, data, options);
  if (bytes <= available.bytes) return null;
  return `needs about ${formatBytes(bytes)} of memory, ${formatBytes(available.bytes)} are free; most for ${parts[0]?.name}`;
}

function refusal(
  plan: Plan,
  data: PlanData,
  { bytes, container }: Available,
  options: PlanMemoryOptions,
  memory: PlanMemory,
): string {
  const { slots = 1 } = options;
  const what = slots === 1 ? 'This plan needs' : `${slots} trainings of this plan at the same time need`;
  const largest = memory.parts.slice(0, namedParts).map(partText);
  return (
    `${what} about ${formatBytes(memory.bytes)} of memory, but this ${container ? 'container' : 'machine'} has ` +
    `${formatBytes(bytes)} for it. The largest parts: ${enumerate(largest)}. ${advice(plan, data, bytes, options)}`
  );
}

const partText = ({ name, bytes }: MemoryPart): string => `${name} (${formatBytes(bytes)})`;

/** What would make it fit. */
function advice(plan: Plan, data: PlanData, available: number, options: PlanMemoryOptions): string {
  const ways: string[] = [];
  const batch = fittingBatch(plan, data, available, options);
  if (batch !== null) ways.push(`a batch of ${batch.size} would fit (${formatBytes(batch.bytes)}: training.batchSize)`);
  const { slots = 1 } = options;
  if (slots > 1) {
    const fewer = fittingSlots(plan, data, available, options);
    if (fewer !== null) ways.push(`--threads ${fewer} would fit`);
  }
  const smaller = data.images === null ? 'a smaller network' : 'smaller images (--image-size) or a smaller network';
  if (ways.length === 0) return `No smaller batch would fit: use ${smaller}.`;
  const sentence = enumerate(ways, 'or');
  return `${sentence.charAt(0).toUpperCase()}${sentence.slice(1)}; else use ${smaller}.`;
}

/** The largest power of two below the plan's batch size that fits. */
function fittingBatch(plan: Plan, data: PlanData, available: number, options: PlanMemoryOptions) {
  const most = Math.min(plan.training.batchSize, data.rows);
  for (let size = 2 ** Math.ceil(Math.log2(most) - 1); size >= leastBatch; size /= 2) {
    const smaller = { ...plan, training: { ...plan.training, batchSize: size } };
    const { bytes } = planMemory(smaller, data, options);
    if (bytes <= available) return { size, bytes };
  }
  return null;
}

/** The most trials at the same time that fit. */
function fittingSlots(plan: Plan, data: PlanData, available: number, options: PlanMemoryOptions): number | null {
  for (let slots = (options.slots ?? 1) - 1; slots >= 1; slots--) {
    if (planMemory(plan, data, { ...options, slots }).bytes <= available) return slots;
  }
  return null;
}
