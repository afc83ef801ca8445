import type { AugmentationPlan, Plan } from '../../plan/plan.ts';
import { usualAugmentation } from '../../plan/usual-augmentation.ts';
import type { Action, Candidate } from '../action.ts';

/** Deviations of the noise on the columns of a table. */
const noises = [0.05, 0.2];

const { horizontalFlip, verticalFlip, shift, rotation, scale, color, cutout, mixup, cutmix } = usualAugmentation;

const percent = (share: number): string => `${100 * share} %`;

/**
 * Changes of images at their usual strengths, the most widely helpful first. None is taken for granted: a mirrored digit is
 * another digit, which shows in the held-out error.
 */
const imageChanges: readonly (readonly [string, Partial<AugmentationPlan>])[] = [
  [`horizontal flips and shifts by ${percent(shift)}`, { horizontalFlip, shift }],
  ['horizontal flips', { horizontalFlip }],
  [`shifts by ${percent(shift)}`, { shift }],
  [`cutmix ${cutmix}`, { cutmix }],
  [`rotations by ${rotation} degrees and scales by ${percent(scale)}`, { rotation, scale }],
  [`cutout of ${percent(cutout)}`, { cutout }],
  [`mixup ${mixup}`, { mixup }],
  [`colors by ${percent(color)}`, { color }],
  ['vertical flips', { verticalFlip }],
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
