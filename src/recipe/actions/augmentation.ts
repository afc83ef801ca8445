import type { AugmentationPlan, Plan } from '../../plan/plan.ts';
import type { Action, Candidate } from '../action.ts';

/** Deviations of the noise on the columns of a table. */
const noises = [0.05, 0.2];

/**
 * Changes of images at their usual strengths, the most widely helpful first. None is taken for granted: a mirrored digit is
 * another digit, which shows in the held-out error.
 */
const imageChanges: readonly (readonly [string, Partial<AugmentationPlan>])[] = [
  ['horizontal flips and shifts by 12.5 %', { horizontalFlip: true, shift: 0.125 }],
  ['horizontal flips', { horizontalFlip: true }],
  ['shifts by 12.5 %', { shift: 0.125 }],
  ['cutmix 1', { cutmix: 1 }],
  ['rotations by 10 degrees and scales by 10 %', { rotation: 10, scale: 0.1 }],
  ['cutout of 40 %', { cutout: 0.4 }],
  ['mixup 0.2', { mixup: 0.2 }],
  ['colors by 30 %', { color: 0.3 }],
  ['vertical flips', { verticalFlip: true }],
];

function changed(plan: Plan, change: string, fields: Partial<AugmentationPlan>): Candidate {
  const { regularization } = plan;
  const augmentation = { ...regularization.augmentation, ...fields };
  return { change, plan: { ...plan, regularization: { ...regularization, augmentation } } };
}

/** Whether a plan has every field of a change already. */
function has({ regularization }: Plan, fields: Partial<AugmentationPlan>): boolean {
  const current = JSON.stringify(regularization.augmentation);
  return JSON.stringify({ ...regularization.augmentation, ...fields }) === current;
}

/** Noise on columns (Bishop, Neural Computation 1995), or changes of images that keep what they show. */
export const augmentation: Action = {
  id: 'augmentation',
  about:
    'Changes training rows a little at random: columns by noise, images by flips, shifts, turns, colors, cutout, mixing.',
  step: 3,
  propose(plan, { image }) {
    if (image === null) {
      return noises.filter((noise) => !has(plan, { noise })).map((noise) => changed(plan, `noise ${noise}`, { noise }));
    }
    const candidates = imageChanges.map(([change, fields]) => changed(plan, change, fields));
    // Where shifts are in force, flips and shifts together are the same as flips: the first name stays.
    const texts = [plan, ...candidates.map((candidate) => candidate.plan)].map((each) => JSON.stringify(each));
    return candidates.filter((_, i) => texts.indexOf(texts[i + 1] as string) === i + 1);
  },
};
