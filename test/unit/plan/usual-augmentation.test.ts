import { describe, expect, it } from 'vitest';
import { defaultImagePlan, noAugmentation } from '../../../src/plan/defaults.ts';
import { usualAugmentation } from '../../../src/plan/usual-augmentation.ts';
import { augmentation } from '../../../src/recipe/actions/augmentation.ts';

describe('usualAugmentation', () => {
  it('has a strength for each change of images, and none is off', () => {
    const { noise: _, ...off } = noAugmentation;
    expect(Object.keys(usualAugmentation).sort()).toEqual(Object.keys(off).sort());
    for (const strength of Object.values(usualAugmentation)) expect(strength).toBeTruthy();
  });

  it('has the strengths that the recipe tries', () => {
    const image = { channels: 3, height: 32, width: 32 };
    const plan = defaultImagePlan({ task: 'classification', minimizesError: true, seed: 0, image });
    const candidates = augmentation.propose(plan, { task: 'classification', rows: 5000, width: 0, image });
    const tried = new Map<string, unknown>();
    for (const candidate of candidates) {
      for (const [field, value] of Object.entries(candidate.plan.regularization.augmentation)) {
        if (value !== noAugmentation[field as keyof typeof noAugmentation]) tried.set(field, value);
      }
    }
    expect(Object.fromEntries(tried)).toEqual(usualAugmentation);
  });
});
