import { beforeAll, describe, expect, it } from 'vitest';
import { testLearningRates } from '../../../src/checkup/probes/learning-rate-test.ts';
import { prepareRows } from '../../../src/checkup/probes/probe-rows.ts';
import type { Dataset } from '../../../src/data/dataset.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import { createTrainer } from '../../../src/training/trainer.ts';
import { atRate, rowsOf, runtime, smallPlan } from './rows.ts';

const plan = smallPlan('classification');
let train: Dataset;

beforeAll(async () => {
  const rows = await rowsOf('vehicle', 'Class');
  train = prepareRows(rows, plan).train;
});

async function testOf(changed: Plan) {
  const test = await testLearningRates({ plan: changed, train, runtime, seconds: null });
  if (test === null) throw new Error('expected a test');
  return test;
}

describe('the learning-rate test', () => {
  it('finds a range around the best rate that holds a rate which works', async () => {
    const test = await testOf(plan);
    expect(test.low).toBeLessThanOrEqual(0.005 * 1.001);
    expect(test.high).toBeLessThan(0.5);
    expect(test.low).toBeLessThanOrEqual(test.best);
    expect(test.high).toBeGreaterThanOrEqual(test.best);
    expect(test.startLoss).toBeCloseTo(Math.log(4), 0);
    expect(test.repeats).toBe(3);
    const rates = test.points.map(({ rate }) => rate);
    expect(rates).toEqual([...rates].sort((a, b) => a - b));
    expect(rates).toContain(0.005);
    expect(test.points.find(({ rate }) => rate === test.best)?.deviation).toBeGreaterThan(0);
  });

  it('finds the same range from rates that are a million times too high or too low', async () => {
    const [usual, high, low] = [await testOf(plan), await testOf(atRate(plan, 5e3)), await testOf(atRate(plan, 5e-9))];
    expect(high.rate).toBe(5e3);
    expect(low.rate).toBe(5e-9);
    for (const test of [high, low]) {
      expect(Math.abs(Math.log10(test.best / usual.best))).toBeLessThan(0.51);
      expect(test.rate < test.low || test.rate > test.high).toBe(true);
    }
    expect(high.points.find(({ rate }) => rate === 5e3)?.loss).toBeNull();
    expect(low.points.find(({ rate }) => rate === 5e-9)?.loss).toBeCloseTo(low.startLoss, 2);
  });

  it('gives the same numbers again', async () => {
    expect(await testOf(plan)).toEqual(await testOf(plan));
  });

  it('works for momentum and for numbers', async () => {
    const rows = await rowsOf('concrete', 'compressive_strength');
    const regression = smallPlan('regression');
    const momentum: Plan = {
      ...regression,
      optimizer: { kind: 'sgd', learningRate: 1e-6, momentum: 0.9, nesterov: false },
    };
    const data = prepareRows(rows, momentum).train;
    const test = await testLearningRates({ plan: momentum, train: data, runtime, seconds: null });
    expect(test?.low).toBeGreaterThan(1e-4);
    expect(test?.high).toBeLessThan(1);
  });

  it('starts from given weights', async () => {
    const trainer = await createTrainer(runtime, plan, train);
    const start = { parameters: new Float32Array(trainer.evaluated.length), buffers: {} };
    await trainer.release();
    const test = await testLearningRates({ plan, train, runtime, seconds: null, start });
    // Zero weights give equal probabilities, and learn no more than the shares of the classes.
    expect(test?.startLoss).toBeCloseTo(Math.log(4), 5);
    const best = test?.points.find(({ rate }) => rate === test.best)?.loss ?? 0;
    expect(best).toBeGreaterThan(1.3);
  });

  it('takes fewer steps where the time is short, and none where it is too short', async () => {
    // A clock that goes on by a millisecond a look: a step takes one.
    let now = 0;
    const clock = (): number => {
      now += 0.001;
      return now;
    };
    const short = await testLearningRates({ plan, train, runtime, seconds: 0.4, clock });
    expect(short?.steps).toBeGreaterThanOrEqual(16);
    expect(short?.steps).toBeLessThan(50);
    expect(await testLearningRates({ plan, train, runtime, seconds: 0.1, clock })).toBeNull();
  });

  it('ends with its signal', async () => {
    const stop = new AbortController();
    let calls = 0;
    const onProgress = (): void => {
      if (++calls === 2) stop.abort();
    };
    const test = await testLearningRates({ plan, train, runtime, seconds: null, signal: stop.signal, onProgress });
    expect(test).toBeNull();
    expect(calls).toBeLessThan(5);
  });
});
