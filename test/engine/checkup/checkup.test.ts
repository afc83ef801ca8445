import { beforeAll, describe, expect, it } from 'vitest';
import { type CheckupPart, checkup } from '../../../src/checkup/checkup.ts';
import type { ProbeRows } from '../../../src/checkup/probes/probe-rows.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { evidenceOf } from '../../../src/diagnosis/evidence-of.ts';
import { parseRecord } from '../../../src/record/parse-record.ts';
import { atRate, rowsOf, smallPlan } from './rows.ts';

const plan = smallPlan('classification');
let rows: ProbeRows;

beforeAll(async () => {
  rows = await rowsOf('vehicle', 'Class');
});

describe('a checkup', () => {
  it('gives one record with all evidence, which can be saved and diagnosed', { timeout: 60_000 }, async () => {
    const parts = new Map<CheckupPart, number>();
    const onProgress = ({ part, share }: { part: CheckupPart; share: number }): void => {
      parts.set(part, share);
    };
    const record = await checkup({ ...rows, plan, seconds: 20, onProgress });
    expect([...parts.keys()]).toEqual(['data', 'training', 'learning-rate', 'reference', 'data-sizes', 'errors']);
    expect([...parts.values()]).toEqual([1, 1, 1, 1, 1, 1]);
    expect(record.status).toBe('finished');
    expect(record.data?.rows).toEqual({ train: rows.trainRows.length, dev: rows.dev?.rows.length });
    expect(record.probes?.learningRate?.rate).toBe(0.005);
    expect(record.probes?.reference?.train.value).toBeLessThan(0.2);
    expect(record.probes?.dataSizes?.at(-1)?.rows).toBe(rows.trainRows.length);
    expect(record.analysis?.map(({ set }) => set)).toEqual(['dev', 'train']);
    const saved = parseRecord(JSON.parse(JSON.stringify(record)));
    expect(diagnose(evidenceOf(saved))).toEqual(diagnose(evidenceOf(record)));
    expect(diagnose(evidenceOf(record)).dataCurve).not.toBeNull();
  });

  it('makes no extra trainings in 0 seconds', async () => {
    const record = await checkup({ ...rows, plan, seconds: 0 });
    expect(record.probes).toEqual({ learningRate: null, reference: null, dataSizes: null });
    expect(record.analysis).not.toBeNull();
  });

  it('measures the rows beside the training rows', async () => {
    const [trainRows, trainDevRows] = [rows.trainRows.slice(60), rows.trainRows.slice(0, 60)];
    const record = await checkup({ ...rows, trainRows, trainDevRows, plan, seconds: 0 });
    expect(record.trainDev?.count).toBe(60);
  });

  it('tests rates of a plan that diverges, and leaves its errors alone', { timeout: 60_000 }, async () => {
    const { optimizer } = plan;
    const momentum = { kind: 'sgd', learningRate: optimizer.learningRate, momentum: 0.9, nesterov: false } as const;
    const record = await checkup({ ...rows, plan: atRate({ ...plan, optimizer: momentum }, 1e6), seconds: 20 });
    expect(record.status).toBe('diverged');
    expect(record.probes?.learningRate?.high).toBeLessThan(10);
    expect(record.probes?.dataSizes).toBeNull();
    expect(record.analysis).toBeNull();
  });

  it('says what was known when it was stopped', async () => {
    const stop = new AbortController();
    const onProgress = ({ part }: { part: CheckupPart }): void => {
      if (part === 'learning-rate') stop.abort();
    };
    const record = await checkup({ ...rows, plan, seconds: 20, signal: stop.signal, onProgress });
    expect(record.status).toBe('finished');
    expect(record.data).not.toBeNull();
    expect(record.probes).toEqual({ learningRate: null, reference: null, dataSizes: null });
    expect(record.analysis).toBeNull();
  });
});
