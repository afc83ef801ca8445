// In: events of a tuning, one after the other. Out: lines of JSON, and the state that they add up to.
// The journal is only ever appended to; the state of a tuning is a pure fold over it, so resume and report only read it.

import type { ImageShape } from '../data/table.ts';
import type { ActionId } from '../diagnosis/action-id.ts';
import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { Plan, Task } from '../plan/plan.ts';
import type { DataFacts } from '../record/data-facts.ts';
import type { ErrorAnalysis } from '../record/error-analysis.ts';
import type { DataSizePoint } from '../record/probes.ts';
import type { CurvePoint, Metric, Score } from '../record/record.ts';
import type { StateId } from './state-id.ts';

/** A difference with its interval; negative is better (every metric is minimized). */
export interface Gain {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly confidence: number;
  /** Rows, folds and seeds that it is measured on. */
  readonly rows: number;
  readonly units: number;
}

/** What an evaluation of a plan over folds or seeds says. */
export interface Evaluation {
  readonly plan: Plan;
  /** Means over units; the score's count and standard error are those of all held-out rows together. */
  readonly train: Score;
  readonly dev: Score;
  /** Least training error on the way, as the mean over units: what the network can fit. */
  readonly leastTrainError: number;
  /** Median over units of the epoch whose weights were kept. */
  readonly bestEpoch: number;
  readonly units: number;
  readonly parameters: number;
  /** Seconds of training, all units together. */
  readonly seconds: number;
  /** The curve of the first unit. */
  readonly curve: readonly CurvePoint[];
}

/** One action that was tried on the plan in force. */
export interface Step {
  readonly action: ActionId;
  /** The candidate in words: `dropout 0.25`, `3 x 256 -> 4 x 512`. */
  readonly change: string;
  readonly phase: StateId;
  /** Candidates of one round were tried against the same plan; at most one of them was accepted. */
  readonly round: number;
  readonly before: Score;
  readonly after: Score;
  readonly gain: Gain;
  readonly accepted: boolean;
  readonly why: string;
  readonly plan: Plan;
}

/** One line of step 4's table: what a setting costs in time to the same loss. */
export interface AblationRow {
  readonly group: 'normalization' | 'initialization';
  /** `none`, `subtract-mean`, `normalize-variance` (both); `zeros`, `plain-normal`, or the matched initializer's name. */
  readonly setting: string;
  /** Whether it is what the tuned plan uses. */
  readonly chosen: boolean;
  /** To the target loss; null: not reached within the epochs tried. */
  readonly epochs: number | null;
  readonly seconds: number | null;
  readonly epochsTried: number;
  readonly lowestLoss: number | null;
}

/** Events; `at` is the seconds of tuning so far, pauses between a stop and a resume left out. */
export type TuneEvent = { readonly at: number } & (
  | {
      readonly type: 'started';
      readonly version: string;
      readonly seed: number;
      readonly data: string;
      /** The file that was held back; null when rows of `data` were. */
      readonly test: string | null;
      /** The file that plans are judged on; null when parts of `data` are. */
      readonly dev: string | null;
      /** Changes when a cell of the data changes. */
      readonly print: string;
      readonly task: Task;
      readonly metric: Metric;
      readonly target: string;
      readonly classes: readonly string[] | null;
      /** What the network sees; null for the columns of a table. */
      readonly images: ImageShape | null;
      readonly rows: { readonly train: number; readonly test: number };
      readonly optimalError: number;
      /** Null: the diagnosis' own default. */
      readonly tolerance: number | null;
      readonly seconds: number | null;
      readonly trials: number | null;
      /** What was started from; null: the usual plan. */
      readonly plan: Plan | null;
      /** Hold-outs that plans are judged on; null: as the number of rows asks for. */
      readonly holdOuts: number | null;
      readonly threads: number;
      readonly evaluation: string;
      readonly notes: readonly string[];
    }
  | { readonly type: 'entered'; readonly state: StateId; readonly reason: string }
  | {
      readonly type: 'trial';
      readonly id: string;
      readonly label: string;
      readonly unit: number;
      readonly train: number | null;
      readonly dev: number | null;
      readonly seconds: number;
      readonly status: string;
    }
  | {
      readonly type: 'prechecked';
      readonly notes: readonly string[];
      readonly epochs: number;
      /** The same for the usual plan, where the tuning starts from another one. */
      readonly usualEpochs: number;
      readonly secondsPerEpoch: number | null;
      /** What a look at the training rows said; null where they could not be looked at. */
      readonly facts: DataFacts | null;
    }
  | { readonly type: 'baseline'; readonly linear: Evaluation; readonly evaluation: Evaluation }
  | { readonly type: 'diagnosed'; readonly evaluation: Evaluation; readonly diagnosis: Diagnosis }
  | { readonly type: 'step'; readonly step: Step }
  | {
      /** A candidate that could not be trained here, such as for want of memory. */
      readonly type: 'left-out';
      readonly action: ActionId;
      readonly change: string;
      readonly why: string;
      readonly plan: Plan;
    }
  | {
      /** The end of a round: the plan now in force where it is another or was seen on more units, and whether the phase has nothing left. */
      readonly type: 'round';
      readonly state: StateId;
      readonly evaluation: Evaluation | null;
      readonly over: boolean;
      readonly why: string;
    }
  | {
      /** A closer look at the plan in force, when no action is left to try. */
      readonly type: 'examined';
      /** Where its errors are: on held-out rows, and on training rows where the bias is high. */
      readonly analysis: readonly ErrorAnalysis[];
      /** The plan on parts of the rows; null where the verdict does not ask for more data, or there was no time. */
      readonly dataSizes: readonly DataSizePoint[] | null;
      /** The last diagnosis, with what the data sizes add to it. */
      readonly diagnosis: Diagnosis;
    }
  | { readonly type: 'ablation'; readonly targetLoss: number | null; readonly rows: readonly AblationRow[] }
  | {
      readonly type: 'final';
      readonly plan: Plan;
      readonly networks: number;
      readonly epochs: number;
      readonly why: string;
      readonly parameters: number;
      readonly nonzero: number;
      readonly bytes: number;
    }
  | {
      readonly type: 'reported';
      readonly train: Score;
      readonly test: Score;
      readonly linear: Score | null;
      /** Whether a test file of its own is unlike the training rows; null where the test rows are a part of `data`. */
      readonly mismatch: Diagnosis | null;
    }
  | { readonly type: 'interrupted' }
  | { readonly type: 'resumed' }
);
