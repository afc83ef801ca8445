// Records that the files of `fettle callback` wrote in real trainings; see test/golden/make-callback-records.py.

import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { evidenceOf } from '../../../src/diagnosis/evidence-of.ts';
import { rules, type VerdictId } from '../../../src/diagnosis/rules/index.ts';
import { readRecordText } from '../../../src/record/parse-record.ts';
import type { RunRecord } from '../../../src/record/record.ts';

const folder = new URL('../../golden/callbacks/', import.meta.url);
const frameworks = ['keras', 'lightning', 'pytorch'] as const;

const read = (framework: string, name: string): RunRecord =>
  readRecordText(readFileSync(new URL(`${framework}/${name}.json`, folder), 'utf8'));

const verdictsOf = (record: RunRecord, tolerance = 0.02): readonly VerdictId[] =>
  diagnose(evidenceOf(record), { tolerance }).verdicts.map(({ id }) => id);

/** What each case must be told, among other things that follow from it. */
const expected: Readonly<Record<string, VerdictId>> = {
  'dead-units': 'dead-units',
  'deep-sigmoid': 'vanishing-gradients',
  'few-rows': 'high-variance',
  'high-rate': 'learning-rate-high',
  'squares-of-classes': 'output-and-loss',
};

describe.each(frameworks)('a record of the callback for %s', (framework) => {
  it('is kept for each case', () => {
    const names = readdirSync(new URL(framework, folder)).map((file) => file.replace('.json', ''));
    expect(names.sort()).toEqual([...Object.keys(expected), 'healthy'].sort());
  });

  it('of a healthy training raises no alarm', () => {
    expect(verdictsOf(read(framework, 'healthy'), 0.05)).toEqual(['fit']);
  });

  it.each(Object.entries(expected))('of %s is told %s', (name, verdict) => {
    expect(verdictsOf(read(framework, name))).toContain(verdict);
  });

  it.each(['few-rows', 'squares-of-classes'])('of %s is told nothing else about the training', (name) => {
    const broken = verdictsOf(read(framework, name)).filter((id) => rules[id].kind !== 'gap' && id !== expected[name]);
    expect(broken).toEqual([]);
  });

  it('holds what a log cannot say', () => {
    const record = read(framework, 'healthy');
    expect(record).toMatchObject({ source: framework, task: 'classification', rows: { train: 1347, dev: 450 } });
    expect(record.start?.loss).toBeGreaterThan(2);
    expect(record.start?.expectedLoss).toBeCloseTo(Math.log(10), 4);
    expect(record.start?.layers.map(({ fanIn, fanOut }) => [fanIn, fanOut])).toEqual([
      [64, 64],
      [64, 10],
    ]);
    expect(record.start?.outputs?.units).toBe(10);
    expect(record.losses?.length).toBeGreaterThan(32);
    expect(record.losses?.at(-1)?.step).toBe(860);
    expect(record.data?.target.classCounts?.map(({ rows }) => rows)).toHaveLength(10);
    expect(record.data?.input?.columns).toBe(64);
    expect(record.parameters).toBe(64 * 64 + 64 + 64 * 10 + 10);
    const last = record.curve.at(-1);
    expect(last).toMatchObject({ epoch: 20, step: 860 });
    for (const { weightNorm, gradientNorm, updateNorm, activations } of last?.layers ?? []) {
      expect(Math.min(weightNorm, gradientNorm, updateNorm)).toBeGreaterThan(0);
      expect(updateNorm / weightNorm).toBeLessThan(0.01);
      expect(activations?.deviation).toBeGreaterThan(0.1);
    }
    expect(record.train?.count).toBe(1347);
    expect(record.dev?.count).toBe(450);
    expect(record.dev?.standardError).toBeCloseTo(
      Math.sqrt(((record.dev?.value ?? 0) * (1 - (record.dev?.value ?? 0))) / 449),
      5,
    );
  });
});
