import { describe, expect, it } from 'vitest';
import type { TrialResult } from '../../../src/execution/execution.ts';
import { createEvaluator, type TrialStore, trialId } from '../../../src/recipe/evaluator.ts';
import { foldsOf, noStore, planOf, type Script, scriptedContext, scriptedExecutor, untilAborted } from './scripted.ts';

const rows = 20;
const units = foldsOf(rows, { baseline: 5, firstLook: 2, decision: 5, confirmation: 10 });
const term: Script['term'] = (key, unit, row) => 1 + key + (unit >= 5 ? 0.5 : 0) + (row === 0 ? 1 : 0);
const quiet = { label: 'a plan', signal: new AbortController().signal };

function evaluatorOf(script: Partial<Script> = {}, metric: 'mae' | 'rmse' = 'mae') {
  const executor = scriptedExecutor({ units, rows, term, ...script });
  const noted: string[] = [];
  const points: string[] = [];
  const evaluator = createEvaluator({
    ...{ executor, units, metric, target: new Float32Array(rows), store: script.store ?? noStore },
    async onTrial({ unit }, label) {
      noted.push(`${label}/${unit}`);
    },
    onPoint: (_, label, point) => points.push(`${label}/${point.epoch}`),
    onEnd: () => points.push('end'),
  });
  return { evaluator, executor, noted, points };
}

/** A store in memory. */
function memory(): TrialStore & { readonly saved: Map<string, TrialResult> } {
  const saved = new Map<string, TrialResult>();
  return {
    saved,
    async load(id) {
      const found = saved.get(id);
      return found?.devPredictions ? { record: found.record, predictions: found.devPredictions } : null;
    },
    async save(id, result) {
      saved.set(id, result);
    },
  };
}

describe('running a plan', () => {
  it('gives a term for each held-out row of each unit, in order', async () => {
    const { evaluator } = evaluatorOf();
    const results = await evaluator.run(planOf(0), [2, 0], quiet);
    expect(results.map(({ unit }) => unit)).toEqual([2, 0]);
    expect([...(results[1]?.terms.rows ?? [])]).toEqual([0, 5, 10, 15]);
    expect([...(results[1]?.terms.terms ?? [])]).toEqual([2, 1, 1, 1]);
  });

  it('trains each plan on each unit once, also when it is asked for twice at the same time', async () => {
    const { evaluator, executor, noted, points } = evaluatorOf();
    await Promise.all([evaluator.run(planOf(0), [0, 1], quiet), evaluator.run(planOf(0), [1, 2], quiet)]);
    await evaluator.run(planOf(0), [0, 1, 2], quiet);
    expect([...executor.ran].sort()).toEqual(['0/0', '0/1', '0/2']);
    expect(noted).toHaveLength(3);
    expect(points.filter((point) => point === 'a plan/1')).toHaveLength(3);
    expect(points.filter((point) => point === 'end')).toHaveLength(3);
    expect(evaluator.trials).toBe(3);
  });

  it('seeds every unit and every extra seed by its own, the same each time', async () => {
    const seen = new Map<string, number>();
    const store = memory();
    const { evaluator } = evaluatorOf({ store });
    for (const extraSeed of [0, 1]) {
      for (const { trial, unit } of await evaluator.run(planOf(0), [0, 1], { ...quiet, extraSeed })) {
        seen.set(`${unit}/${extraSeed}`, store.saved.get(trial)?.record.plan?.seed ?? -1);
      }
    }
    expect(new Set(seen.values()).size).toBe(4);
    const again = memory();
    await evaluatorOf({ store: again }).evaluator.run(planOf(0), [0, 1], quiet);
    expect([...again.saved.keys()].every((id) => store.saved.has(id))).toBe(true);
    const other = { ...planOf(0), seed: 1 };
    await evaluatorOf({ store: again }).evaluator.run(other, [0], quiet);
    expect(again.saved.size).toBe(3);
  });

  it('takes stored trials instead of training again, and notes them too', async () => {
    const store = memory();
    const before = await evaluatorOf({ store }).evaluator.run(planOf(1), [0, 1], quiet);
    const resumed = evaluatorOf({ store });
    expect(await resumed.evaluator.run(planOf(1), [0, 1], quiet)).toEqual(before);
    expect(resumed.executor.ran).toEqual([]);
    expect(resumed.noted).toEqual(['a plan/0', 'a plan/1']);
  });

  it('keeps nothing of a trial that was cut short, and trains it anew when asked again', async () => {
    const store = memory();
    const stop = new AbortController();
    let stuck = true;
    const { evaluator, executor } = evaluatorOf({
      store,
      async before(_, unit, signal) {
        if (unit !== 1 || !stuck) return;
        stop.abort();
        await untilAborted(signal);
      },
    });
    await expect(evaluator.run(planOf(0), [0, 1], { label: 'cut', signal: stop.signal })).rejects.toMatchObject({
      code: 'interrupted',
    });
    stuck = false;
    expect(await evaluator.run(planOf(0), [0, 1], quiet)).toHaveLength(2);
    expect(executor.ran).toContain('0/1');
    expect(store.saved.size).toBe(2);
  });

  it('does not know units that there are not', () => {
    const { evaluator } = evaluatorOf();
    expect(() => evaluator.run(planOf(0), [10], quiet)).toThrow('there is no unit 10');
  });
});

describe('what results say together', () => {
  it('counts every row once, averaged over the units it was held out in', async () => {
    const { evaluator, incumbent } = await scriptedContext({ units, rows, term });
    // Row 0 is 2, the other nineteen are 1.
    expect(incumbent.dev).toMatchObject({ value: expect.closeTo(21 / 20, 6), count: 20 });
    const twice = evaluator.evaluate(planOf(0), await evaluator.run(planOf(0), [0, 1, 2, 3, 4, 5, 6, 7, 8, 9], quiet));
    expect(twice.dev).toMatchObject({ value: expect.closeTo(21 / 20 + 0.25, 6), count: 20 });
    expect(twice.units).toBe(10);
  });

  it('takes the share from the training deviation, the means of the trials, and the first curve', async () => {
    const { incumbent } = await scriptedContext({ units, rows, term });
    // The script's training error is 0.5, which is half of a deviation of 1.
    expect(incumbent.dev.share).toBeCloseTo(incumbent.dev.value, 6);
    expect(incumbent.train).toMatchObject({ value: 0.5, share: 0.5, count: 16 });
    expect(incumbent).toMatchObject({ bestEpoch: 2, units: 5, parameters: 10, seconds: 5 });
    expect(incumbent.leastTrainError).toBeCloseTo(0.3, 12);
    expect(incumbent.curve).toHaveLength(2);
  });

  it('of the root mean square is the root of the mean over rows', async () => {
    const { evaluator } = evaluatorOf({}, 'rmse');
    const results = await evaluator.run(planOf(0), [0, 1, 2, 3, 4], quiet);
    expect(evaluator.evaluate(planOf(0), results).dev.value).toBeCloseTo(Math.sqrt((4 + 19) / 20), 6);
  });
});

describe('the id of a trial', () => {
  const some = Uint32Array.of(1, 2, 3);

  it('is 16 hexadecimal digits that depend on plan, rows and purpose', () => {
    const id = trialId(planOf(0), some, 'unit 0');
    expect(id).toMatch(/^[0-9a-f]{16}$/);
    expect(trialId(planOf(0), Uint32Array.of(1, 2, 3), 'unit 0')).toBe(id);
    const others = [
      trialId(planOf(0.1), some, 'unit 0'),
      trialId({ ...planOf(0), seed: 5 }, some, 'unit 0'),
      trialId(planOf(0), Uint32Array.of(1, 3, 2), 'unit 0'),
      trialId(planOf(0), Uint32Array.of(1, 2), 'unit 0'),
      trialId(planOf(0), some, 'final'),
    ];
    expect(new Set([id, ...others]).size).toBe(6);
  });
});
