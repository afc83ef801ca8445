import type { ActionId } from './action-id.ts';
import type { Evidence } from './evidence.ts';
import type { Gap } from './gaps.ts';
import type { Settings } from './settings.ts';

/** What a rule looks at. */
export interface Case {
  readonly evidence: Evidence;
  /** In the order bias, variance, mismatch. */
  readonly gaps: readonly Gap[];
  readonly settings: Settings;
}

/** What a rule that fires says; `value`, `low`, `high` in `unit`, null where unknown. */
export interface Finding<Id extends string = string> {
  readonly id: Id;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly unit: string;
  /** One plain sentence with the numbers. */
  readonly because: string;
  /** How likely the finding is true (normal approximation), 0 to 1; null where the noise is not known. */
  readonly confidence: number | null;
  /** What to try, in the order of the recipe. */
  readonly actions: readonly ActionId[];
}

/** One way in which a training can be in order or out of order. */
export interface Rule<Id extends string = string> {
  readonly id: Id;
  /** One sentence; the page is docs/rules/<id>.md. */
  readonly about: string;
  /**
   * `data`: the rows are not what a network can learn from, or be judged on. `training`: the run itself is broken or
   * unfinished, to be mended first. `gap`: what the finished run's errors say.
   */
  readonly kind: 'data' | 'training' | 'gap';
  /** Thresholds by name; the page tells where each comes from. */
  readonly options: Readonly<Record<string, number>>;
  readonly actions: readonly ActionId[];
  /** The finding, or null if the rule is silent. Pure; never trains. */
  judge(input: Case): Finding<Id> | null;
}
