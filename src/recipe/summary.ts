// In: the events of a tuning. Out: what `summary.json` says about it.

import type { ImageShape } from '../data/table.ts';
import type { Plan, Task } from '../plan/plan.ts';
import type { Metric } from '../record/record.ts';

/** An error with its interval. Classification: as the metric says. Regression: `value` is a share of the target's standard deviation. */
export interface ReportedError {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  /** Regression only: in the target's unit, by the metric that was minimized. */
  readonly mae?: { readonly value: number; readonly low: number; readonly high: number };
  readonly rmse?: { readonly value: number; readonly low: number; readonly high: number };
}

/** What `summary.json` holds. */
export interface Summary {
  readonly version: 1;
  readonly status: 'finished' | 'interrupted';
  readonly data: string;
  readonly task: Task;
  readonly metric: Metric;
  readonly target: string;
  readonly classes: readonly string[] | null;
  /** Shape of the images; null for tables. */
  readonly images: ImageShape | null;
  readonly rows: { readonly train: number; readonly test: number };
  readonly error: {
    readonly train: ReportedError | null;
    readonly dev: ReportedError | null;
    readonly test: ReportedError | null;
  };
  /** The network without hidden layers, always reported. */
  readonly linear: ReportedError | null;
  readonly optimalError: number;
  readonly verdicts: readonly string[];
  readonly steps: readonly {
    readonly action: string;
    readonly change: string;
    readonly before: number;
    readonly after: number;
    readonly gain: { readonly value: number; readonly low: number; readonly high: number };
    readonly accepted: boolean;
    readonly why: string;
  }[];
  readonly trials: number;
  /** How often the dev rows chose between plans. */
  readonly devUses: number;
  readonly seconds: number;
  readonly model: {
    readonly networks: number;
    readonly parameters: number;
    readonly nonzero: number;
    readonly bytes: number;
  } | null;
  readonly plan: Plan;
  readonly seed: number;
  readonly threads: number;
  readonly versions: Readonly<Record<string, string>>;
}
