// fettle plan DATA: the plan to start from on standard output, so that `> plan.json` keeps it; the roles beside it.

import type { Command } from 'commander';
import type { ImageSize } from '../../data/images/size.ts';
import type { Task } from '../../plan/plan.ts';
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

async function runPlan(data: string, flags: PlanFlags): Promise<void> {
  const { readRows } = await import('../../tuning/read-rows.node.ts');
  const { inferRoles } = await import('../../data/roles.ts');
  const { describeRoles } = await import('../../data/summary.ts');
  const { startingPlan } = await import('../../recipe/starting-plan.ts');
  const { metricFor } = await import('../../tuning/metric.ts');
  const roles = inferRoles(
    await readRows(data, given({ target: flags.target, imageSize: flags.imageSize, skipBad: flags.skipBad })),
    given({ target: flags.target, task: flags.task }),
  );
  const metric = metricFor(roles.task, flags.metric);
  const plan = startingPlan(
    { task: roles.task, minimizesError: metric === 'error', seed: flags.seed ?? 0 },
    roles.images,
    { rows: roles.rows, seconds: null, slots: 1 },
  );
  if (flags.json === true) {
    printJson({ plan, roles });
    return;
  }
  if (flags.quiet !== true)
    process.stderr.write(
      describeRoles(roles)
        .map((line) => `${line}\n`)
        .join(''),
    );
  printJson(plan);
}
