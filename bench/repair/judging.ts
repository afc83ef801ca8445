// In: a faulty case. Out: what both sides of the repair bench judge plans with: one split of the user's rows, one training a
// plan, and the cost that has been spent, in seconds of training.

import { splitInput } from '../../src/data/splits.ts';
import { targetValues } from '../../src/data/target-values.ts';
import type { Runtime } from '../../src/engine/index.ts';
import type { Executor } from '../../src/execution/execution.ts';
import { createInlineExecutor } from '../../src/execution/inline.ts';
import { createEvaluator, type Evaluator } from '../../src/recipe/evaluator.ts';
import { createUnits, type Units } from '../../src/recipe/units.ts';
import { defaultMetric } from '../../src/training/score.ts';
import { type BenchCase, type Prepared, prepareCase } from '../diagnosis/case.ts';

/** What plans are judged with. */
export interface Judging {
  readonly prepared: Prepared;
  /** One hold-out, the same for both sides. */
  readonly units: Units;
  readonly evaluator: Evaluator;
  readonly executor: Executor;
  /** Seconds of training so far, whatever else the machine did between. */
  spent(): number;
}

/** Opens the judging of a case. */
export function openJudging(one: BenchCase, runtime: Runtime): Judging {
  const prepared = prepareCase(one);
  const { table, roles, trainRows, devRows } = prepared;
  const rows = Uint32Array.from([...trainRows, ...devRows]);
  const units = createUnits(splitInput(table, roles, rows), 0, { holdOuts: 1 });
  let spent = 0;
  const inline = createInlineExecutor({ table, roles }, runtime);
  const executor: Executor = {
    ...inline,
    async run(trial, options) {
      const result = await inline.run(trial, options);
      spent += result.record.seconds ?? 0;
      return result;
    },
  };
  const evaluator = createEvaluator({
    ...{ executor, units, metric: defaultMetric(one.task), target: targetValues(table, roles) },
    // Nothing is resumed here.
    store: { load: async () => null, save: async () => undefined },
    onTrial: async () => undefined,
    onPoint: () => undefined,
    onEnd: () => undefined,
  });
  return { prepared, units, evaluator, executor, spent: () => spent };
}
