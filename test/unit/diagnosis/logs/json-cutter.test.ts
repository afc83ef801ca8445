import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { jsonCutter } from '../../../../src/diagnosis/logs/json-cutter.ts';
import { createSeries } from '../../../../src/diagnosis/logs/series.ts';

function cut(text: string, size = 1 << 20, longest?: number) {
  const series = createSeries();
  const objects: string[] = [];
  const bytes = new TextEncoder().encode(text);
  const options = longest === undefined ? {} : { longest };
  const cutter = jsonCutter(series, { onObject: (object) => objects.push(object), ...options });
  for (let at = 0; at < bytes.length; at += size) cutter.push(bytes.subarray(at, at + size));
  cutter.end();
  return { objects, skipped: series.skipped };
}

describe('cutting JSON into objects', () => {
  const value = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue({ maxDepth: 3, stringUnit: 'grapheme' }));

  it('gives back the objects of lists and of lines, in pieces of any length', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 5 }), fc.integer({ min: 1, max: 20 }), (values, size) => {
        const lines = values.map((one) => JSON.stringify(one)).join('\n');
        for (const text of [lines, JSON.stringify(values), JSON.stringify(values, null, 2)]) {
          const { objects, skipped } = cut(text, size);
          expect(objects.map((object) => JSON.parse(object))).toEqual(JSON.parse(JSON.stringify(values)));
          expect(skipped).toEqual([]);
        }
      }),
      { numRuns: 200 },
    );
  });

  it('takes any text', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'{}[]",:\\\n ae1'), maxLength: 60 }), (text) => {
        expect(cut(text, 3)).toEqual(cut(text));
      }),
      { numRuns: 500 },
    );
  });

  it('passes over what is too long and what is none', () => {
    expect(cut(`{"a":"${'x'.repeat(100)}"}\n{"a":1}`, 10, 50)).toEqual({
      objects: ['{"a":1}'],
      skipped: [{ reason: 'objects of more than 50 characters', count: 1 }],
    });
    expect(cut('hello [1, 2]\n{"a":1}\n')).toEqual({
      objects: ['{"a":1}'],
      skipped: [{ reason: 'pieces that are no JSON object', count: 1 }],
    });
  });

  it('reads ten megabytes in about half a second', () => {
    const text = Array.from(
      { length: 130_000 },
      (_, i) => `{"_step":${i},"loss":0.123456789012345,"acc":0.987654321012345}`,
    ).join('\n');
    const start = performance.now();
    expect(cut(text, 1 << 16).objects).toHaveLength(130_000);
    expect(performance.now() - start).toBeLessThan(2000);
  });
});
