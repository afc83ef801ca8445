// fettle plan DATA: the plan to start from on standard output, so that `> plan.json` keeps it; the roles beside it.

import type { Command } from 'commander';
import { formatTable, plural } from '../../base/format.ts';
import type { Roles } from '../../data/roles.ts';
import type { Task } from '../../plan/plan.ts';
import type { Metric } from '../../record/record.ts';
import { addOptions, given, options } from '../options.ts';
import { printJson } from '../output.ts';

interface PlanFlags {
  readonly target?: string;
  readonly task?: Task;
  readonly metric?: Metric;
  readonly seed?: number;
  readonly json?: boolean;
  readonly quiet?: boolean;
}

/** Adds `fettle plan`. */
export function addPlan(program: Command): void {
  const command = program
    .command('plan')
    .description('Print the default plan for a table, and what each column is taken for.')
    .argument('<DATA>', 'a CSV, TSV, Parquet, JSON or JSON lines file');
  addOptions(command, [
    options.target(),
    options.task(),
    options.metric(),
    options.seed(),
    options.json().default(false, 'print { plan, roles } as one JSON object'),
    options.quiet().default(false, 'the plan only'),
  ]).action(runPlan);
}

async function runPlan(data: string, flags: PlanFlags): Promise<void> {
  const { readTable } = await import('../../data/table.node.ts');
  const { inferRoles } = await import('../../data/roles.ts');
  const { defaultPlan } = await import('../../plan/defaults.ts');
  const { metricFor } = await import('../metric.ts');
  const roles = inferRoles(await readTable(data), given({ target: flags.target, task: flags.task }));
  const metric = metricFor(roles.task, flags.metric);
  const plan = defaultPlan({ task: roles.task, minimizesError: metric === 'error', seed: flags.seed ?? 0 });
  if (flags.json === true) {
    printJson({ plan, roles });
    return;
  }
  if (flags.quiet !== true)
    process.stderr.write(
      roleLines(roles)
        .map((line) => `${line}\n`)
        .join(''),
    );
  printJson(plan);
}

/** What was inferred about the table, for a person. */
function roleLines(roles: Roles): readonly string[] {
  const { classes, classRows, columns, notes, rows, target, targetReason, task, taskReason } = roles;
  const shown = (classes ?? []).slice(0, 10).map((name, i) => `${name} (${classRows?.[i] ?? 0})`);
  const more = (classes?.length ?? 0) - shown.length;
  return [
    `${plural(rows, 'row')}, target ${target}: ${targetReason}`,
    `${task}: ${taskReason}`,
    ...(classes === null ? [] : [`classes and rows: ${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`]),
    ...formatTable(
      columns.map(({ name, role, reason, used }) => [used || role === 'target' ? ' ' : '-', name, role, reason]),
    ),
    ...notes.map((note) => `note: ${note}`),
  ];
}
