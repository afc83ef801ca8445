import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { evidenceOf } from '../../../src/diagnosis/evidence-of.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { bare } from './training-records.ts';

const notesOn = (record: RunRecord | readonly RunRecord[]) =>
  diagnose(evidenceOf(record)).notes.filter(({ id }) => id === 'best-epoch-early');

describe('a note on a best epoch in the first tenth', () => {
  const record: RunRecord = { ...bare('concrete-healthy'), bestEpoch: 10 };

  it('says what came after it', () => {
    expect(notesOn(record)).toEqual([
      {
        id: 'best-epoch-early',
        text:
          'The best epoch was 10 of 150: what came after it did not reach the dev rows. Regularization or a lower ' +
          'learning rate may make use of it.',
      },
    ]);
    expect(notesOn([record, record, bare('concrete-healthy')])[0]?.text).toMatch(
      /^In 2 of 3 runs: The best epoch was 10/,
    );
  });

  it('is not made of later epochs, short runs, few of several runs, or without dev errors', () => {
    expect(notesOn({ ...record, bestEpoch: 16 })).toEqual([]);
    expect(notesOn({ ...bare('digits-one-epoch'), bestEpoch: 0 })).toEqual([]);
    expect(notesOn([record, bare('concrete-healthy')])).toEqual([]);
    const curve = record.curve.map((point) => ({ ...point, devError: null }));
    expect(notesOn({ ...record, curve })).toEqual([]);
  });
});
