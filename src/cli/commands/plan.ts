// fettle plan DATA: the plan to start from on standard output, so that `> plan.json` keeps it; the roles beside it.

import type { Command } from 'commander';
import { enumerate, formatBytes } from '../../base/format.ts';
import type { ImageSize } from '../../data/images/size.ts';
import type { Roles } from '../../data/roles.ts';
import type { Table } from '../../data/table.ts';
import type { Plan, Task } from '../../plan/plan.ts';
import type { Metric } from '../../record/record.ts';
import { addOptions, dataArgument, given, options } from '../options.ts';
import { printJson } from '../output.ts';

interface PlanFlags {
  readonly target?: string;
  readonly task?: Task;
  readonly metric?: Metric;
  readonly seed?: number;
  readonly imageSize?: ImageSize;
  readonly skipBad?: boolean;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds `fettle plan`. */
export function addPlan(program: Command): void {
  const command = program
    .command('plan')
    .description('Print the default plan for a table or for images, and what each column is taken for.')
    .argument('<DATA>', dataArgument);
  addOptions(command, [
    options.target(),
    options.task(),
    options.metric(),
    options.seed(),
    options.imageSize(),
    options.skipBad(),
    options.json().default(false, 'print { plan, roles } as one JSON object'),
    options.quiet().default(false, 'the plan only'),
  ]).action(runPlan);
}

/** What one training of a plan takes of memory, in a line. */
async function memoryLine(plan: Plan, table: Table, roles: Roles): Promise<string> {
  const { labelledRows } = await import('../../data/roles.ts');
  const { createMemoryCheck } = await import('../../tuning/memory-check.node.ts');
  const held = { table, rows: new Uint32Array(0) };
  const data = { table, roles, trainRows: labelledRows(table, roles), devRows: null, held, notes: [], print: '' };
  const check = await createMemoryCheck(data, { device: 'cpu', slots: 1, workers: false });
  const { bytes, parts } = check.memory(plan);
  const largest = parts.slice(0, 3).map((part) => `${part.name} (${formatBytes(part.bytes)})`);
  return `memory     about ${formatBytes(bytes)} for one training: ${enumerate(largest)}`;
}

async function runPlan(data: string, flags: PlanFlags): Promise<void> {
  const { readRows } = await import('../../tuning/read-rows.node.ts');
  const { inferRoles } = await import('../../data/roles.ts');
  const { describeRoles } = await import('../../data/summary.ts');
  const { startingPlan } = await import('../../recipe/starting-plan.ts');
  const { metricFor } = await import('../../tuning/metric.ts');
  const { target, task, imageSize, skipBad, seed = 0 } = flags;
  const table = await readRows(data, given({ target, imageSize, skipBad }));
  const roles = inferRoles(table, given({ target, task }));
  const minimizesError = metricFor(roles.task, flags.metric) === 'error';
  const facts = { task: roles.task, minimizesError, seed };
  const plan = startingPlan(facts, roles.images, { rows: roles.rows, seconds: null, slots: 1 });
  if (flags.json === true) {
    printJson({ plan, roles });
    return;
  }
  if (flags.quiet !== true) {
    const lines = [...describeRoles(roles), await memoryLine(plan, table, roles)];
    process.stderr.write(lines.map((line) => `${line}\n`).join(''));
  }
  printJson(plan);
}
