import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ParameterSpec } from '../../../src/network/specs.ts';
import { createLayout } from '../../../src/training/layout.ts';

function spec(name: string, shape: readonly number[]): ParameterSpec {
  const rest = { role: 'weight', learningRateFactor: 0.5, penalized: true } as const;
  return { name, layer: `layer of ${name}`, shape, ...rest, initialize: () => new Float32Array(0) };
}

describe('a layout', () => {
  it('packs small parameters first, and gives large ones a place of their own', () => {
    const { parameters, packedFloats, floats } = createLayout([
      spec('large', [128, 64]),
      spec('bias', [1, 17]),
      spec('one', []),
      spec('table', [200, 100]),
    ]);
    expect(parameters.map(({ slot, packed }) => [slot.name, slot.offset, slot.length, packed])).toEqual([
      ['bias', 0, 17, true],
      ['one', 32, 1, true],
      ['large', 48, 8192, false],
      ['table', 8240, 20000, false],
    ]);
    expect({ packedFloats, floats }).toEqual({ packedFloats: 48, floats: 28240 });
    expect(parameters[0]?.slot).toMatchObject({ layer: 'layer of bias', learningRateFactor: 0.5, penalized: true });
  });

  it('of no parameters is empty', () => {
    expect(createLayout([])).toEqual({ parameters: [], inOrder: [], layers: [], packedFloats: 0, floats: 0 });
  });

  it('gives every parameter a place at a cache line, apart from the others, without gaps beyond that', () => {
    const shapes = fc.array(fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 3 }), { maxLength: 12 });
    fc.assert(
      fc.property(shapes, (all) => {
        const layout = createLayout(all.map((shape, i) => spec(`p${i}`, shape)));
        expect(layout.parameters.map(({ spec: { name } }) => name).toSorted()).toEqual(
          all.map((_, i) => `p${i}`).toSorted(),
        );
        let end = 0;
        let packedEnd = 0;
        for (const { slot, packed } of layout.parameters) {
          expect(slot.offset).toBe(end);
          expect(slot.offset % 16).toBe(0);
          expect(packed).toBe(slot.length < 8192);
          end += Math.ceil(slot.length / 16) * 16;
          if (packed) packedEnd = end;
        }
        expect(layout).toMatchObject({ floats: end, packedFloats: packedEnd });
      }),
    );
  });
});
