import { beforeAll, describe, expect, it } from 'vitest';
import { trainDataSizes } from '../../../src/checkup/probes/data-sizes.ts';
import { type ProbeRows, prepareRows, trainPrepared } from '../../../src/checkup/probes/probe-rows.ts';
import { trainReference } from '../../../src/checkup/probes/reference.ts';
import type { Plan } from '../../../src/plan/plan.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { rowsOf, smallPlan } from './rows.ts';

const plan = smallPlan('classification');
let rows: ProbeRows;
let full: RunRecord;

const trainOn = async (part: Plan, trainRows: Uint32Array): Promise<RunRecord> => {
  const some = { ...rows, trainRows };
  return (await trainPrepared(some, part, prepareRows(some, part))).record;
};

beforeAll(async () => {
  rows = await rowsOf('vehicle', 'Class');
  full = await trainOn(plan, rows.trainRows);
});

describe('the reference', () => {
  it('is a healthy plan that learns the rows', { timeout: 60_000 }, async () => {
    const reference = await trainReference({ ...rows, seconds: null, seed: 3 });
    expect(reference?.plan.training.epochs).toBe(128);
    expect(reference?.plan.seed).toBe(3);
    expect(reference?.train.value).toBeLessThan(0.1);
    expect(reference?.dev?.value).toBeLessThan(0.3);
    expect(reference?.bestEpoch).toBeGreaterThan(0);
  });

  it('takes fewer epochs where the time is short, and is null where it is too short', async () => {
    let now = 0;
    const clock = (): number => {
      now += 0.001;
      return now;
    };
    const short = await trainReference({ ...rows, seconds: 0.2, seed: 3, clock });
    expect(short?.plan.training.epochs).toBeGreaterThanOrEqual(6);
    expect(short?.plan.training.epochs).toBeLessThan(30);
    expect(await trainReference({ ...rows, seconds: 0.02, seed: 3, clock })).toBeNull();
  });

  it('is null where it was stopped', async () => {
    expect(await trainReference({ ...rows, seconds: null, seed: 3, signal: AbortSignal.abort() })).toBeNull();
  });
});

describe('the data sizes', () => {
  const options = () => ({ ...rows, plan, full, train: trainOn, seconds: null });

  it('run from few rows to all, three times each, and end at the run itself', { timeout: 60_000 }, async () => {
    const shares: number[] = [];
    const points = await trainDataSizes({ ...options(), onProgress: (share) => shares.push(share) });
    const known = points ?? [];
    expect(known.length).toBeGreaterThanOrEqual(5);
    expect(known.at(-1)?.rows).toBe(rows.trainRows.length);
    expect(known.map(({ repeats }) => repeats)).toEqual(known.map(() => 3));
    expect(known[0]?.dev.value).toBeGreaterThan((known.at(-1)?.dev.value ?? 1) + 0.05);
    expect(known.every(({ dev }) => dev.count === rows.dev?.rows.length)).toBe(true);
    expect(known.every(({ deviation }) => deviation !== null && deviation >= 0)).toBe(true);
    expect(shares.at(-1)).toBe(1);
    expect(shares).toEqual([...shares].sort((a, b) => a - b));
  });

  it('trains parts for as many steps as are needed, and with a patience that grows with them', async () => {
    const seen: Plan[] = [];
    const { regularization } = plan;
    const patient = { ...plan, regularization: { ...regularization, earlyStopping: { patience: 5 } } };
    const train = async (part: Plan): Promise<RunRecord> => {
      seen.push(part);
      return full;
    };
    await trainDataSizes({ ...options(), plan: patient, train });
    const [first] = seen;
    // 32 rows are one batch; all rows are 16 of 20 epochs.
    expect(first?.training.epochs).toBe(300);
    expect(first?.regularization.earlyStopping.patience).toBe(75);
    expect(seen.find(({ training }) => training.epochs < 20)).toBeUndefined();
  });

  it('squeezes all sizes alike where the time is short, the run on all rows too', async () => {
    const seen: number[] = [];
    const train = async (part: Plan, some: Uint32Array): Promise<RunRecord> => {
      if (some.length === rows.trainRows.length) seen.push(part.training.epochs);
      return full;
    };
    const slow = { ...full, seconds: 10 };
    expect(await trainDataSizes({ ...options(), full: slow, train, seconds: 45 })).not.toBeNull();
    expect(seen[0]).toBeLessThan(20);
    expect(seen[0]).toBeGreaterThanOrEqual(8);
    expect(await trainDataSizes({ ...options(), full: slow, train, seconds: 20 })).toBeNull();
  });

  it('uses as many slots as there are', async () => {
    let [now, most] = [0, 0];
    const train = async (): Promise<RunRecord> => {
      most = Math.max(most, ++now);
      await new Promise((done) => setTimeout(done, 5));
      now--;
      return full;
    };
    await trainDataSizes({ ...options(), train, slots: 3 });
    expect(most).toBe(3);
  });

  it('is null for a run that diverged, for few rows, and where it was stopped', async () => {
    expect(await trainDataSizes({ ...options(), full: { ...full, status: 'diverged' } })).toBeNull();
    expect(await trainDataSizes({ ...options(), trainRows: rows.trainRows.slice(0, 100) })).toBeNull();
    expect(await trainDataSizes({ ...options(), signal: AbortSignal.abort() })).toBeNull();
  });
});
