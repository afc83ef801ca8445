import { FettleError } from '../base/error.ts';
import type { Task } from '../plan/plan.ts';
import type { Metric } from '../record/record.ts';

const metrics: { readonly [K in Task]: readonly [Metric, ...Metric[]] } = {
  classification: ['error', 'log-loss'],
  regression: ['rmse', 'mae'],
};

/** The metric that was asked for, or the task's first one; throws `usage` for a metric of the other task. */
export function metricFor(task: Task, asked: Metric | undefined): Metric {
  const [first, ...rest] = metrics[task];
  if (asked === undefined) return first;
  if (asked === first || rest.includes(asked)) return asked;
  throw new FettleError('usage', `Expected --metric ${[first, ...rest].join(' or ')} for ${task}, received ${asked}.`);
}
