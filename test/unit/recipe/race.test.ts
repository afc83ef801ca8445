import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import { race } from '../../../src/recipe/race.ts';
import { foldsOf, planOf, proposalsOf, type Script, scriptedContext, untilAborted } from './scripted.ts';

const counts = { baseline: 5, firstLook: 2, decision: 5, confirmation: 10 };
const rows = 100;
const units = foldsOf(rows, counts);

/** A row's error: one of a thousand small values, the same every time. */
const noise = (key: number, unit: number, row: number): number => createRandom(`${key}/${unit}/${row}`).uniform() - 0.5;

/** Candidates whose errors lie `gain` below those of the plan in force, with noise of a row around it. */
const lowered =
  (gains: Readonly<Record<number, number>>, spread = 0.1): Script['term'] =>
  (key, unit, row) =>
    1 - (gains[key] ?? 0) + spread * noise(key, unit, row);

async function run(term: Script['term'], keys: readonly number[], more: Partial<Script> = {}, signal?: AbortSignal) {
  const made = await scriptedContext({ units, rows, term, ...more });
  made.ran.length = 0;
  const end = signal ?? new AbortController().signal;
  return { ...made, result: await race(made.context, 'reduce-variance', 3, proposalsOf(keys), end) };
}

/** Units on which each candidate was trained. */
function unitsOf(ran: readonly string[], key: number): number[] {
  return ran.flatMap((trial) => (trial.startsWith(`${key}/`) ? [Number(trial.split('/')[1])] : [])).sort();
}

describe('a race', () => {
  it('accepts the candidate that gains most, and only that one', async () => {
    const { result } = await run(lowered({ 1: 0.2, 2: 0.3, 3: 0.1 }), [1, 2, 3]);
    expect(result.steps.map(({ change, accepted }) => [change, accepted])).toContainEqual(['candidate 2', true]);
    expect(result.steps.filter(({ accepted }) => accepted)).toHaveLength(1);
    expect(result.accepted?.plan).toEqual(planOf(2));
    expect(result.accepted?.dev.value).toBeCloseTo(0.7, 1);
    expect(result.steps.every(({ phase, round }) => phase === 'reduce-variance' && round === 3)).toBe(true);
  });

  it('accepts nothing when no candidate is better by more than its noise', async () => {
    const { result } = await run(lowered({ 1: 0.001, 2: 0.002 }, 1), [1, 2]);
    expect(result.accepted).toBe(null);
    expect(result.steps.map(({ accepted }) => accepted)).toEqual([false, false]);
  });

  it('takes candidates that look worse no further than the first look', async () => {
    const { ran, result } = await run(lowered({ 1: -0.5, 2: 0.3 }), [1, 2]);
    expect(unitsOf(ran, 1)).toEqual([0, 1]);
    expect(unitsOf(ran, 2).slice(0, counts.decision)).toEqual([0, 1, 2, 3, 4]);
    expect(result.steps.find(({ change }) => change === 'candidate 1')?.gain.units).toBe(2);
  });

  it('takes only the few most promising candidates on to the decision', async () => {
    const gains = { 1: 0.1, 2: 0.2, 3: 0.3, 4: 0.4, 5: 0.5, 6: 0.6 };
    const { ran, result } = await run(lowered(gains), [1, 2, 3, 4, 5, 6]);
    const far = [1, 2, 3, 4, 5, 6].filter((key) => unitsOf(ran, key).length > counts.firstLook);
    expect(far.length).toBeLessThan(6);
    expect(far).toContain(6);
    expect(far).not.toContain(1);
    expect(result.steps).toHaveLength(6);
    expect(result.accepted?.plan).toEqual(planOf(6));
  });

  it('judges the plan in force and a candidate on the same units', async () => {
    // Odd units are hard for every plan: a candidate that is seen on other units would look better or worse by that.
    const term: Script['term'] = (key, unit, row) => (unit % 2) + lowered({ 1: 0.2, 2: -0.2 })(key, unit, row);
    const { result } = await run(term, [1, 2]);
    for (const { before, after, gain } of result.steps) {
      expect(after.value - before.value).toBeCloseTo(gain.value, 5);
      expect(Math.abs(gain.value)).toBeCloseTo(0.2, 1);
    }
  });

  it('trains nothing twice', async () => {
    const { ran } = await run(lowered({ 1: 0.1, 2: 0.2, 3: 0.3 }), [1, 2, 3]);
    expect(new Set(ran).size).toBe(ran.length);
  });

  it('asks a winner to win again on more units, and takes the next one if it does not', async () => {
    // Candidate 1 is better on the first repeat only.
    const term: Script['term'] = (key, unit, row) => {
      const gain = key === 1 ? (unit < 5 ? 0.3 : -0.6) : key === 2 ? 0.1 : 0;
      return lowered({ [key]: gain })(key, unit, row);
    };
    const { result } = await run(term, [1, 2]);
    expect(result.accepted?.plan).toEqual(planOf(2));
    const { result: alone } = await run(term, [1]);
    expect(alone.accepted).toBe(null);
    // What it comes to on all units is told, not what it was on the first ones.
    expect(alone.steps).toMatchObject([
      { accepted: false, gain: { units: 10 }, why: expect.stringMatching(/^not better by more than its noise: /) },
    ]);
  });

  it('says why, with the gain and its interval in percent of the error', async () => {
    const { result } = await run(lowered({ 1: 0.5, 2: -0.5, 3: 0.4 }, 0), [1, 2, 3]);
    const why = Object.fromEntries(result.steps.map((step) => [step.change, step.why]));
    expect(why['candidate 1']).toMatch(
      /^better by more than its noise: 50\.0 % \(50\.0 % to 50\.0 %\) less error on \d+ splits, at 80 % confidence$/,
    );
    expect(why['candidate 2']).toBe('worse: 50.0 % (50.0 % to 50.0 %) more error on 2 splits, at 80 % confidence');
    expect(why['candidate 3']).toMatch(/^better, but another candidate gained more: 40\.0 % \(/);
    const { result: noisy } = await run(lowered({ 1: 0.01, 2: -0.01 }, 2), [1, 2]);
    for (const step of noisy.steps) {
      expect(step.why).toMatch(
        /^not (better by more than its noise|among the most promising after the first look): .* (less|more) error on \d+ splits/,
      );
    }
  });

  it('is not led astray by candidates whose errors are no numbers', async () => {
    const gains = { 2: 0.1, 4: 0.2, 5: 0.5, 6: 0.3, 7: 0.4, 8: 0.15 };
    const term: Script['term'] = (key, unit, row) =>
      key % 2 === 1 && key !== 5 && key !== 7 ? Number.NaN : lowered(gains)(key, unit, row);
    const { result } = await run(term, [2, 1, 4, 3, 6, 7, 5, 8]);
    expect(result.accepted?.plan).toEqual(planOf(5));
    for (const step of result.steps) if (Number.isNaN(step.gain.value)) expect(step.accepted).toBe(false);
  });

  it('goes no further than the trials that are left', async () => {
    const gains = { 1: 0.2, 2: 0.3, 3: 0.4 };
    // Five of the baseline, six of the first look, then three for each finalist and five for each confirmation.
    for (const [trials, wanted] of [
      [13, 11],
      [14, 14],
      [19, 17],
      [21, 20],
      [100, 30],
    ] as const) {
      const made = await scriptedContext({ units, rows, term: lowered(gains) });
      const state = () => ({ ...made.context.state(), trials: made.trials.length });
      const { signal } = new AbortController();
      await race({ ...made.context, trials, state }, 'reduce-bias', 1, proposalsOf([1, 2, 3]), signal);
      expect(made.trials.length).toBe(wanted);
    }
  });

  it('needs a plan in force', async () => {
    const { context } = await scriptedContext({ units, rows, term: lowered({}) });
    const without = { ...context, state: () => ({ ...context.state(), incumbent: null }) };
    const { signal } = new AbortController();
    await expect(race(without, 'reduce-bias', 1, [], signal)).rejects.toThrow('a race needs a plan in force');
  });
});

describe('a race that runs out of time', () => {
  it('judges the candidates that are complete and leaves the others out', async () => {
    const limit = new AbortController();
    const { result } = await run(
      lowered({ 1: 0.3, 2: 0.5 }),
      [1, 2],
      {
        async before(key, _, signal) {
          if (key !== 2) return;
          // By then the other one has had its first look.
          setTimeout(() => limit.abort(), 20);
          await untilAborted(signal);
        },
      },
      limit.signal,
    );
    expect(result.steps.map(({ change }) => change)).toEqual(['candidate 1']);
  });

  it('accepts nothing that only had a first look', async () => {
    const limit = new AbortController();
    const { result } = await run(
      lowered({ 1: 0.5 }),
      [1],
      {
        async before(key, unit, signal) {
          if (key !== 1 || unit < 2) return;
          limit.abort();
          await untilAborted(signal);
        },
      },
      limit.signal,
    );
    expect(result.accepted).toBe(null);
    expect(result.steps.map(({ accepted, gain }) => [accepted, gain.units])).toEqual([[false, 2]]);
  });

  it('comes back with nothing when the time was over before it began', async () => {
    const before: Script['before'] = async (key, _, signal) => {
      if (key !== 0) await untilAborted(signal);
    };
    const { result } = await run(lowered({}), [1, 2], { before }, AbortSignal.abort());
    expect(result.steps).toEqual([]);
    expect(result.accepted).toBe(null);
  });

  it('gives the stop of a user on', async () => {
    const user = new AbortController();
    const before: Script['before'] = async (key, _, signal) => {
      if (key === 0) return;
      user.abort();
      await untilAborted(signal);
    };
    await expect(run(lowered({}), [1], { before, signal: user.signal }, user.signal)).rejects.toMatchObject({
      code: 'interrupted',
    });
  });

  it('gives on what is no lack of time', async () => {
    const before: Script['before'] = async (key) => {
      if (key === 1) throw new Error('the disk is on fire');
    };
    await expect(run(lowered({}), [1, 2], { before })).rejects.toThrow('the disk is on fire');
  });
});

describe('any race', () => {
  const small = foldsOf(40, { baseline: 2, firstLook: 2, decision: 5, confirmation: 10 });

  it('has one step for each candidate, accepts at most one, and only with an interval below zero', async () => {
    const gains = fc.array(fc.double({ min: -0.4, max: 0.4, noNaN: true }), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(gains, fc.constantFrom(0, 0.3, 2), async (list, spread) => {
        const term = lowered(Object.fromEntries(list.map((gain, i) => [i + 1, gain])), spread);
        const { context } = await scriptedContext({ units: small, rows: 40, term });
        const proposals = proposalsOf(list.map((_, i) => i + 1));
        const { steps, accepted } = await race(context, 'reduce-bias', 1, proposals, new AbortController().signal);
        expect(steps.map(({ change }) => change).sort()).toEqual(proposals.map(({ change }) => change).sort());
        const winners = steps.filter((step) => step.accepted);
        expect(winners.length).toBe(accepted === null ? 0 : 1);
        for (const winner of winners) {
          expect(winner.gain.high).toBeLessThan(0);
          expect(winner.gain.units).toBeGreaterThan(2);
          expect(accepted?.plan).toEqual(winner.plan);
          expect(accepted?.dev).toEqual(winner.after);
        }
        for (const { gain, before, after } of steps) {
          expect(after.value - before.value).toBeCloseTo(gain.value, 5);
        }
      }),
      { numRuns: 30 },
    );
  });
});
