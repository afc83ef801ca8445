import { describe, expect, it } from 'vitest';
import { classWeights } from '../../../src/network/index.ts';

describe('classWeights', () => {
  it('gives each class the same total and the rows a mean weight of 1', () => {
    const target = Int32Array.of(0, 0, 0, 0, 0, 0, 1, 1);
    expect([...classWeights(target, 2)]).toEqual([Math.fround(8 / 12), 2]);
  });

  it('leaves classes without rows out of the balance', () => {
    expect([...classWeights(Int32Array.of(0, 2, 2, 2), 3)]).toEqual([2, 0, Math.fround(4 / 6)]);
  });

  it('refuses codes that are no class', () => {
    expect(() => classWeights(Int32Array.of(0, 3), 3)).toThrow(
      'Class weights expected class codes from 0 to 2, but received 3 in row 1. Code the classes first.',
    );
  });
});
