import { describe, expect, it } from 'vitest';
import { wilsonInterval } from '../../../src/base/statistics.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { evidenceOf } from '../../../src/diagnosis/evidence-of.ts';
import type { CurvePoint, RunRecord } from '../../../src/record/record.ts';
import { readRecord } from './records.ts';

const one = (name: Parameters<typeof readRecord>[0]): RunRecord => {
  const record = readRecord(name);
  if (!('version' in record)) throw new Error(`${name} is an array`);
  return record;
};
const folds = (): readonly RunRecord[] => {
  const records = readRecord('pima-folds');
  if ('version' in records) throw new Error('pima-folds is one record');
  return records;
};

describe('evidence of records', () => {
  it('one record is taken as it is', () => {
    const record = one('digits-small-dev');
    const evidence = evidenceOf(record);
    expect(evidence).toMatchObject({ task: 'classification', metric: 'error', classes: 10 });
    expect(evidence.train).toBe(record.train);
    expect(evidence.repeats).toBeUndefined();
    expect(evidenceOf([record])).toEqual(evidence);
  });

  it('folds have mean scores on all rows', () => {
    const records = folds();
    const evidence = evidenceOf(records);
    expect(evidence.dev?.value).toBeCloseTo(records.reduce((sum, r) => sum + (r.dev?.value ?? 0), 0) / 5, 12);
    expect([evidence.train?.count, evidence.dev?.count]).toEqual([576, 576]);
    expect(evidence.repeats).toMatchObject({ kind: 'folds', devPerTrainRow: 116 / 460 });
  });

  it('folds of equal scores are no proof: the noise of the rows stays', () => {
    const [first] = folds();
    if (first === undefined) throw new Error('no folds');
    const { gaps } = diagnose(evidenceOf([first, first, first]));
    const rows = wilsonInterval(first.train?.value ?? Number.NaN, 576, 0.95);
    expect(gaps[0]?.low).toBeCloseTo(rows.low * 100, 9);
    expect(gaps[0]?.high).toBeCloseTo(rows.high * 100, 9);
  });

  it('seeds add their noise to that of the rows and see no more rows', () => {
    const records = folds();
    const seeds = evidenceOf(records, { repeats: 'seeds' });
    expect([seeds.train?.count, seeds.dev?.count]).toEqual([460, 116]);
    const [bias] = diagnose(seeds).gaps;
    const rows = wilsonInterval(seeds.train?.value ?? Number.NaN, 460, 0.95);
    expect(bias?.low).toBeLessThan(rows.low * 100);
    expect(bias?.high).toBeGreaterThan(rows.high * 100);
  });

  it('regression folds keep share and noise', () => {
    const record = one('concrete-linear');
    const evidence = evidenceOf([record, { ...record, train: record.dev, dev: record.train }]);
    expect(evidence.train?.share).toBeCloseTo((0.639374 + 0.629552) / 2, 9);
    expect(evidence.train?.standardError).toBeGreaterThan(0);
    expect(diagnose(evidence).verdicts[0]).toMatchObject({
      id: 'high-bias',
      unit: 'standard deviations of the target',
    });
  });

  it('a fold without scores leaves the means unknown and is noted', () => {
    const [first, ...others] = folds();
    if (first === undefined) throw new Error('no folds');
    const lost = { ...first, status: 'diverged', train: null, dev: null } as const;
    const diagnosis = diagnose(evidenceOf([...others, lost]));
    expect(diagnosis.verdicts.map(({ id }) => id)).toEqual(['diverged', 'cannot-tell']);
    expect(diagnosis.verdicts[0]?.because).toBe(
      'In 1 of 5 runs the loss stopped being a finite number after epoch 30.',
    );
    expect(diagnosis.notes[0]?.text).toBe('1 of 5 runs have no scores, so means over the runs are not known.');
  });

  it('refuses what does not belong together', () => {
    expect(() => evidenceOf([])).toThrow('Expected at least one record, received none.');
    expect(() => evidenceOf([one('digits-small-dev'), one('concrete-linear')])).toThrow(
      'Expected records of one task and metric, received classification by error and regression by rmse. ' +
        'Diagnose them one by one.',
    );
    const record = { ...one('digits-small-dev'), rows: { train: null, dev: null }, train: null };
    expect(() => evidenceOf([record, record])).toThrow('Expected the numbers of training and dev rows');
  });
});

describe('rules about the training', () => {
  const withCurve = (trainErrors: readonly number[], change: Partial<RunRecord> = {}): RunRecord => {
    const base = one('digits-unfinished');
    const point = base.curve[0] as CurvePoint;
    const curve = trainErrors.map((trainError, i) => ({ ...point, epoch: i + 1, trainError, devError: trainError }));
    return { ...base, curve, bestEpoch: curve.length, ...change };
  };
  const falling = (record: RunRecord | readonly RunRecord[]) =>
    diagnose(evidenceOf(record)).verdicts.find(({ id }) => id === 'still-falling');

  it('three points are judged by the noise of the rows', () => {
    const fall = falling(withCurve([0.4, 0.3, 0.2]));
    expect(fall?.value).toBeCloseTo(20, 9);
    expect(fall?.because).toMatch(/^Over the last 2 epochs the train error still fell by 20\.0 percentage points \(/);
    expect(falling(withCurve([0.2, 0.2, 0.18]))).toBeUndefined();
    expect(falling(withCurve([0.4]))).toBeUndefined();
  });

  it('a noisy or a finished curve is not falling', () => {
    expect(falling(withCurve([0.5, 0.3, 0.2, 0.15, 0.22, 0.14, 0.2, 0.13]))).toBeUndefined();
    expect(falling(withCurve([0.5, 0.3, 0.2, 0.15, 0.1499, 0.1498, 0.1497, 0.1496]))).toBeUndefined();
    expect(falling(withCurve([0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15]))?.low).toBeGreaterThan(14.9);
  });

  it('a curve whose best dev error is long past would only overfit', () => {
    const errors = [0.5, 0.45, 0.4, 0.35, 0.3, 0.25, 0.2, 0.15];
    expect(falling(withCurve(errors, { bestEpoch: 3 }))).toBeUndefined();
    expect(falling(withCurve(errors, { bestEpoch: 6 }))).toBeDefined();
  });

  it('of several runs more than half must agree', () => {
    const down = withCurve([0.5, 0.45, 0.4, 0.35, 0.3]);
    const flat = withCurve([0.3, 0.3, 0.3, 0.3, 0.3]);
    expect(falling([down, flat])).toBeUndefined();
    expect(falling([down, down, flat])).toBeDefined();
  });

  it('a given baseline finds a network stuck on the commonest class', () => {
    const record = withCurve([0.2], { train: { value: 0.2, count: 1000, standardError: 0.0126, share: null } });
    const ids = (baseline?: number) =>
      diagnose(evidenceOf(record, baseline === undefined ? {} : { baseline })).verdicts.map(({ id }) => id);
    expect(ids()).not.toContain('stalled');
    expect(ids(0.2)).toContain('stalled');
    expect(ids(0.3)).not.toContain('stalled');
  });

  it('a number of classes tells what knowing nothing is worth, where a record does not say it', () => {
    const record = one('digits-tiny-rate');
    const foreign = { ...record, classes: null };
    const ids = (classes?: number) =>
      diagnose(evidenceOf(foreign, classes === undefined ? {} : { classes })).verdicts.map(({ id }) => id);
    expect(ids()).not.toContain('stalled');
    expect(ids(10)).toContain('stalled');
    expect(() => evidenceOf(record, { classes: 3 })).toThrow(
      'Expected 10 classes, as the record names them, received 3. Leave it out.',
    );
    expect(() => evidenceOf(one('concrete-linear'), { classes: 3 })).toThrow(
      'Expected no number of classes for a regression',
    );
  });

  it('a loss that is not finite counts without the status', () => {
    const record = withCurve([0.5, Number.NaN]);
    expect(diagnose(evidenceOf(record)).verdicts[0]).toMatchObject({ id: 'diverged', value: 1, unit: 'epochs' });
  });
});
