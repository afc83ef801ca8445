// What every executor does, whoever trains.

import { afterEach, describe, expect, it } from 'vitest';
import { FettleError } from '../../../src/base/error.ts';
import type { Executor } from '../../../src/execution/execution.ts';
import type { CurvePoint } from '../../../src/record/record.ts';
import { timeless } from '../training/fixture.ts';
import { bench, endless, makers, quick, trial } from './fixture.ts';

/** The error of a rejection; fails if there is none or it is not ours. */
async function refused(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error = await promise.then(
    () => new Error('it was not refused'),
    (e: unknown) => e,
  );
  if (!(error instanceof FettleError)) throw error;
  return { code: error.code, message: error.message };
}

describe.each(Object.entries(makers))('the executor %s', (_, make) => {
  const opened: Executor[] = [];
  const open = (slots = 2): Executor => {
    const executor = make(slots);
    opened.push(executor);
    return executor;
  };
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((executor) => executor.close()));
  });

  it('gives the result of the trial, and its points on the way', async () => {
    const executor = open();
    const points: CurvePoint[] = [];
    const result = await executor.run(trial('a'), { onPoint: (point) => points.push(point) });
    expect(result.id).toBe('a');
    expect(result.record).toMatchObject({ status: 'finished', rows: { train: 90, dev: 30 }, metric: 'rmse' });
    expect(points).toEqual(result.record.curve);
    expect(points.map(({ epoch }) => epoch)).toEqual([0.6, 1, 1.6, 2, 2.6, 3, 3.6, 4]);
    expect(result.devPredictions).toMatchObject({ rows: 30, outputs: 1 });
    expect(result.devPredictions?.values).toBeInstanceOf(Float32Array);
    expect(result.weights.parameters).toBeInstanceOf(Float32Array);
    expect(result.preprocessing.columns.map(({ name }) => name)).toEqual(['a', 'b', 'c']);
  });

  it('scores train-dev rows with the kept weights, and trains as it would without', async () => {
    const executor = open();
    const trainDevRows = Uint32Array.from({ length: 20 }, (_, i) => 90 + i);
    const [plain, scored] = [await executor.run(trial('a')), await executor.run(trial('a', quick, { trainDevRows }))];
    expect(plain.record.trainDev).toBeNull();
    expect(scored.record.trainDev?.count).toBe(20);
    const { record, ...rest } = timeless(scored);
    expect({ record: { ...record, trainDev: null }, ...rest }).toEqual(timeless(plain));
    // The first 20 of the 30 dev rows: the same predictions make the score.
    const truth = bench.table.columns.find(({ name }) => name === 'y');
    if (truth?.kind !== 'numeric') throw new Error('the target is a number');
    const errors = Array.from(
      trainDevRows,
      (row, i) => (scored.devPredictions?.values[i] ?? 0) - (truth.values[row] ?? 0),
    );
    const rmse = Math.sqrt(errors.reduce((sum, error) => sum + error ** 2, 0) / 20);
    expect(record.trainDev?.value).toBeCloseTo(rmse, 5);
  });

  it('obeys the limits of the trial', async () => {
    const executor = open();
    const short = await executor.run(trial('b', quick, { stopEpoch: 3, evaluations: 2, devRows: null }));
    expect(short.record.curve.map(({ epoch }) => epoch)).toEqual([2, 3]);
    expect(short.devPredictions).toBeNull();
    const timed = await executor.run(trial('c', endless, { seconds: 0.2, evaluations: 1_000_000 }));
    expect(timed.record.status).toBe('stopped');
    expect(timed.record.seconds).toBeLessThan(2);
  });

  it.each([1, 2])('runs more trials than its slots, at most %i, each to its end', async (slots) => {
    const executor = open(slots);
    expect(executor.slots).toBeLessThanOrEqual(slots);
    const ended: string[] = [];
    const ids = ['0', '1', '2', '3', '4', '5', '6'];
    const results = await Promise.all(
      ids.map(async (id) => {
        const result = await executor.run(trial(id, { ...quick, seed: Number(id) }));
        ended.push(id);
        return result;
      }),
    );
    expect(results.map(({ id }) => id)).toEqual(ids);
    expect(results.map(({ record }) => record.plan?.seed)).toEqual([0, 1, 2, 3, 4, 5, 6]);
    // Who came first is served first; with more slots than one they may overtake each other.
    expect(executor.slots === 1 ? ended : ended.toSorted()).toEqual(ids);
  });

  it('stops a trial quickly, with what it has learned until then', async () => {
    const executor = open();
    const controller = new AbortController();
    let stopped = 0;
    const result = await executor.run(trial('d', endless, { evaluations: 1_000_000 }), {
      signal: controller.signal,
      onPoint: ({ epoch }) => {
        if (epoch !== 3) return;
        stopped = performance.now();
        controller.abort();
      },
    });
    expect(performance.now() - stopped).toBeLessThan(1000);
    expect(result.record.status).toBe('stopped');
    expect(result.record.bestEpoch).toBeGreaterThan(0);
    expect((await executor.run(trial('e'))).record.status).toBe('finished');
  });

  it('does not begin a trial that was stopped while it waited', async () => {
    const executor = open(1);
    const [first, second] = [new AbortController(), new AbortController()];
    const began = Promise.withResolvers<void>();
    const running = executor.run(trial('f', endless, { evaluations: 1_000_000 }), {
      signal: first.signal,
      onPoint: () => began.resolve(),
    });
    const waiting = refused(executor.run(trial('g'), { signal: second.signal }));
    const behind = executor.run(trial('h'));
    await began.promise;
    second.abort();
    first.abort();
    expect(await waiting).toEqual({ code: 'interrupted', message: 'The trial g was stopped before it began.' });
    expect((await running).record.status).toBe('stopped');
    expect((await behind).record.status).toBe('finished');
  });

  it('says what is wrong with a trial, and goes on', async () => {
    const executor = open(1);
    const loss = { kind: 'cross-entropy', labelSmoothing: 0, classWeights: 'none' } as const;
    expect(await refused(executor.run(trial('i', { ...quick, loss })))).toEqual({
      code: 'plan',
      message:
        "The loss 'cross-entropy' expected a network with one output per class, at least 2, but received 1. Choose the loss that fits the target.",
    });
    const none = await refused(executor.run(trial('j', quick, { trainRows: new Uint32Array(0) })));
    expect(none).toEqual({
      code: 'data',
      message: 'Preprocessing is fitted on training rows, but there are none.',
    });
    expect((await executor.run(trial('k'))).record.status).toBe('finished');
  });

  it('stops what it runs when it is closed, and begins nothing more', async () => {
    const executor = open(1);
    const began = Promise.withResolvers<void>();
    const running = executor.run(trial('l', endless, { evaluations: 1_000_000 }), { onPoint: () => began.resolve() });
    const waiting = refused(executor.run(trial('m')));
    await began.promise;
    await executor.close();
    expect((await running).record.status).toBe('stopped');
    const message = (id: string) => `The trial ${id} did not begin, because the executor was closed.`;
    expect(await waiting).toEqual({ code: 'interrupted', message: message('m') });
    expect(await refused(executor.run(trial('n')))).toEqual({ code: 'interrupted', message: message('n') });
    await executor.close();
  });
});

describe('all executors', () => {
  it('give the same bits', async () => {
    const executors = Object.values(makers).map((make) => make(2));
    const [first, ...others] = await Promise.all(
      executors.map(async (executor) => {
        const results = await Promise.all([executor.run(trial('o')), executor.run(trial('p', { ...quick, seed: 9 }))]);
        return results.map((result) => ({ ...timeless(result), preprocessing: result.preprocessing }));
      }),
    );
    expect(others).toHaveLength(executors.length - 1);
    for (const other of others) expect(other).toEqual(first);
    expect(first?.[0]?.weights).not.toEqual(first?.[1]?.weights);
    await Promise.all(executors.map((executor) => executor.close()));
  });

  it('leave the table as it was', () => {
    expect(bench.table.columns.map(({ name }) => name)).toEqual(['a', 'b', 'c', 'y']);
    expect(Number.isNaN(bench.table.columns[0]?.kind === 'numeric' ? bench.table.columns[0].values[3] : 0)).toBe(true);
  });
});
