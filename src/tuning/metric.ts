import { FettleError } from '../base/error.ts';
import type { Task } from '../plan/plan.ts';
import type { Metric } from '../record/record.ts';
import { defaultMetric } from '../training/score.ts';

const metrics: { readonly [K in Task]: readonly Metric[] } = {
  classification: ['error', 'log-loss'],
  regression: ['rmse', 'mae'],
};

/** The metric that was asked for, or the task's usual one; throws `usage` for a metric of the other task. */
export function metricFor(task: Task, asked: Metric | undefined): Metric {
  if (asked === undefined) return defaultMetric(task);
  if (metrics[task].includes(asked)) return asked;
  throw new FettleError('usage', `Expected --metric ${metrics[task].join(' or ')} for ${task}, received ${asked}.`);
}
