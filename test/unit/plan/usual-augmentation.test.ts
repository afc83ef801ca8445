import { describe, expect, it } from 'vitest';
import { noAugmentation } from '../../../src/plan/defaults.ts';
import { usualAugmentation } from '../../../src/plan/usual-augmentation.ts';

describe('usualAugmentation', () => {
  it('has a strength for each change of images, and none is off', () => {
    const { noise: _, ...off } = noAugmentation;
    expect(Object.keys(usualAugmentation).sort()).toEqual(Object.keys(off).sort());
    for (const strength of Object.values(usualAugmentation)) expect(strength).toBeTruthy();
  });
});
