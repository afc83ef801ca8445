import { describe, expect, it } from 'vitest';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import type { InputFacts } from '../../../src/record/data-facts.ts';
import { evidenceWith, factsWith } from './data-facts.ts';

const nothing: InputFacts = {
  ...{ columns: 18, constant: [], nearlyConstant: 0, duplicate: [], idLike: [], missing: [], scale: null, alone: [] },
};
const ids = ['id-like-columns', 'duplicate-columns', 'some-constant-columns', 'missing-cells'];
const notesOn = (input: Partial<InputFacts> | null) =>
  diagnose(evidenceWith(factsWith({ input: input === null ? null : { ...nothing, ...input } })))
    .notes.filter(({ id }) => ids.includes(id))
    .map(({ text }) => text);

describe('notes on columns that do no harm', () => {
  it('name the columns, at most five of a kind', () => {
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
    expect(notesOn({ idLike: ['customer_id'] })).toEqual(['Left out, since they only name rows: "customer_id".']);
    expect(notesOn({ duplicate: [{ column: 'b', of: 'a' }] })).toEqual([
      'Columns that hold the same as another one: "b" (as "a").',
    ]);
    expect(notesOn({ missing: names.map((column, i) => ({ column, value: 0.487 - i / 20 })) })).toEqual([
      'Cells are missing in 7 columns: "a" (48.7 %), "b" (43.7 %), "c" (38.7 %), "d" (33.7 %), "e" (28.7 %) and 2 more.',
    ]);
  });

  it('leave constant columns to the verdict about them where they are many', () => {
    expect(notesOn({ constant: ['pixel_0_0', 'pixel_4_0'] })).toEqual([
      'Columns with one value in all training rows, which say nothing: "pixel_0_0" and "pixel_4_0".',
    ]);
    expect(notesOn({ constant: ['a', 'b', 'c', 'd', 'e', 'f'] })).toEqual([]);
  });

  it('are none on sound columns and without facts', () => {
    expect(notesOn({})).toEqual([]);
    expect(notesOn(null)).toEqual([]);
  });
});
