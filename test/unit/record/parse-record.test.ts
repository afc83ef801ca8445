import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FettleError } from '../../../src/base/error.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { evidenceOf } from '../../../src/diagnosis/evidence-of.ts';
import { parseRecord, readRecordText } from '../../../src/record/parse-record.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { anyRecord, jsonNumbers, pythonNumbers } from './arbitrary.ts';

/** A record as a log without layers would give it. */
const record: RunRecord = {
  version: 1,
  source: 'keras',
  plan: null,
  task: 'classification',
  metric: 'error',
  classes: ['no', 'yes'],
  rows: { train: 100, dev: 50 },
  status: 'finished',
  curve: [
    {
      epoch: 1,
      step: 4,
      seconds: 0.5,
      learningRate: 0.01,
      trainLoss: 0.6,
      trainError: 0.2,
      devError: 0.3,
      devLoss: 0.65,
      layers: [
        {
          layer: 'dense',
          weightNorm: 3,
          gradientNorm: 0.1,
          updateNorm: 0.01,
          zeros: 0,
          weights: 12,
          activations: { mean: 0.4, deviation: 0.5, dead: 0, saturated: 0 },
        },
      ],
    },
  ],
  start: null,
  losses: [{ step: 4, mean: 0.6, deviation: 0.1 }],
  bestEpoch: 1,
  train: { value: 0.2, count: 100, standardError: null, share: null },
  trainDev: null,
  dev: { value: 0.3, count: 50, standardError: null, share: null },
  parameters: 12,
  nonzero: 12,
  seconds: 0.5,
  data: null,
  probes: null,
  analysis: null,
};

type Changed = Record<string, unknown> & { curve: [Record<string, unknown>]; train: object };

/** A copy of the record as plain JSON, changed. */
function changed(change: (copy: Changed) => void): unknown {
  const copy: Changed = JSON.parse(JSON.stringify(record));
  change(copy);
  return copy;
}

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof FettleError && error.code === 'data') return error.message;
    throw error;
  }
  throw new Error('the record was accepted');
}

/** JSON as Python's json.dumps writes it: with NaN and the infinities, which the values are marked as. */
const pythonText = (value: unknown): string =>
  JSON.stringify(value, (_, x) => (typeof x === 'number' && !Number.isFinite(x) ? `<<${x}>>` : x)).replace(
    /"<<(.*?)>>"/g,
    '$1',
  );

describe('parseRecord', () => {
  it('gives back any record that was printed as JSON', () => {
    fc.assert(
      fc.property(anyRecord(jsonNumbers), (any) => {
        expect(parseRecord(JSON.parse(JSON.stringify(any)))).toEqual(any);
      }),
      { numRuns: 200 },
    );
  });

  it('takes what older records lack for unknown', () => {
    const old = changed((copy) => {
      for (const name of ['start', 'losses', 'data', 'probes', 'analysis']) delete copy[name];
      const [point] = copy.curve as unknown as [{ layers: [{ activations?: unknown }] }];
      delete point.layers[0].activations;
    });
    const read = parseRecord(old);
    expect(read).toMatchObject({ start: null, losses: null, data: null, probes: null, analysis: null });
    expect(read.curve[0]?.layers?.[0]?.activations).toBeNull();
  });

  it('takes null for a number that was lost only where one was measured', () => {
    const lost = changed((copy) => Object.assign(copy.curve[0], { seconds: null, trainLoss: null }));
    expect(parseRecord(lost).curve[0]).toMatchObject({ seconds: Number.NaN, trainLoss: null });
    expect(refusal(() => parseRecord(changed((copy) => Object.assign(copy.curve[0], { step: null }))))).toContain(
      'curve.0.step: Invalid input: expected number, received null',
    );
  });

  it('names each field that is wrong by its path, with what was expected and received', () => {
    const bad = changed((copy) => {
      Object.assign(copy, { version: 2, task: 'ranking', parameters: 1.5 });
      Object.assign(copy.curve[0], { trainError: '20 %' });
      Object.assign(copy.train, { folds: 3 });
      delete copy.status;
    });
    expect(refusal(() => parseRecord(bad)).split('\n')).toEqual([
      'The record is not valid:',
      '  version: Invalid input: expected 1, received 2',
      '  task: Invalid option: expected one of "classification"|"regression", received "ranking"',
      '  status: Invalid option: expected one of "finished"|"early-stopped"|"stopped"|"diverged", received nothing',
      '  curve.0.trainError: Invalid input: expected number, received "20 %"',
      '  train: Unrecognized key: "folds"',
      '  parameters: Invalid input: expected int, received 1.5',
      'Expected a record of version 1, as `fettle train` and the files of `fettle callback` write it. ' +
        'Write it again with this version of fettle.',
    ]);
    expect(refusal(() => parseRecord([record]))).toContain('the record: Invalid input: expected object, received [{');
  });

  it('names at most ten fields of a record that is wrong everywhere', () => {
    const text = refusal(() => parseRecord({}));
    expect(text.split('\n')).toHaveLength(13);
    expect(text).toMatch(/^ {2}and \d+ more$/m);
  });
});

describe('readRecordText', () => {
  it('gives back any record that Python printed, with numbers that are none', () => {
    fc.assert(
      fc.property(anyRecord(pythonNumbers), (any) => {
        expect(readRecordText(pythonText(any))).toEqual(any);
      }),
      { numRuns: 200 },
    );
  });

  it('keeps NaN in the curve, where the diagnosis looks for it', () => {
    const text = JSON.stringify(record).replace('"devLoss":0.65', '"devLoss": NaN');
    const verdicts = diagnose(evidenceOf(readRecordText(text))).verdicts.map(({ id }) => id);
    expect(verdicts).toContain('diverged');
  });

  it('leaves the same words inside of texts alone', () => {
    const text = JSON.stringify({ ...record, source: 'NaN "NaN" \\', classes: ['-Infinity', ', NaN,'], seconds: null });
    const read = readRecordText(text.replace('"seconds":null', '"seconds":Infinity'));
    expect(read.source).toBe('NaN "NaN" \\');
    expect(read.classes).toEqual(['-Infinity', ', NaN,']);
  });

  it('says what a text that is no JSON is', () => {
    const text = refusal(() => readRecordText(JSON.stringify(record).slice(0, 100)));
    expect(text).toMatch(/^The record is no JSON: .*\. Expected the whole text of one record; a file that was cut off/);
  });
});
