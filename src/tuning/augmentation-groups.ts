// In: an augmentation of a plan, or none. Out: the augmentations that a contact sheet shows, in words.

import { enumerate, plural } from '../base/format.ts';
import type { ImageShape } from '../data/table.ts';
import { noAugmentation } from '../plan/defaults.ts';
import type { AugmentationPlan } from '../plan/plan.ts';
import { type ImageAugmentation, usualAugmentation } from '../plan/usual-augmentation.ts';

/** One augmentation with its words. */
export interface AugmentationGroup {
  readonly title: string;
  readonly about: string;
  readonly plan: AugmentationPlan;
}

interface Words {
  readonly title: string;
  readonly about: (plan: AugmentationPlan, shape: ImageShape) => string;
}

const percent = (share: number): string => `${Number((share * 100).toPrecision(6))} %`;

const words: { readonly [K in ImageAugmentation]: Words } = {
  horizontalFlip: { title: 'Horizontal flips', about: () => 'Half of the images are mirrored, left to right.' },
  verticalFlip: { title: 'Vertical flips', about: () => 'Half of the images are turned upside down.' },
  shift: {
    title: 'Shifts',
    about: ({ shift }, { height, width }) =>
      `Images move by up to ${percent(shift)} of their sides: ${plural(Math.round(shift * width), 'pixel')} to the left or right and ${Math.round(shift * height)} up or down.`,
  },
  rotation: {
    title: 'Rotations',
    about: ({ rotation }) => `Images turn by up to ${plural(rotation, 'degree')} to either side.`,
  },
  scale: {
    title: 'Scales',
    about: ({ scale }) =>
      `Images shrink to ${percent(1 - scale)} and grow to ${percent(1 + scale)} of their size at most.`,
  },
  color: {
    title: 'Colors',
    about: ({ color }, { channels }) =>
      `${channels === 3 ? 'Brightness, contrast and saturation' : 'Brightness and contrast'} change by up to ${percent(color)} each.`,
  },
  cutout: {
    title: 'Cutout',
    about: ({ cutout }) => `A square is hidden whose side is ${percent(cutout)} of the image's shorter side.`,
  },
  mixup: {
    title: 'Mixup',
    about: ({ mixup }) =>
      `Each image and its target are mixed with those of another row; the share is drawn from Beta(${mixup}, ${mixup}) in each step.`,
  },
  cutmix: {
    title: 'Cutmix',
    about: ({ cutmix }) =>
      `A rectangle of each image comes from another row, and as large a part of the target; the share is drawn from Beta(${cutmix}, ${cutmix}) in each step.`,
  },
};

const kinds = Object.keys(words) as readonly ImageAugmentation[];

const isOn = (plan: AugmentationPlan, kind: ImageAugmentation): boolean => plan[kind] !== false && plan[kind] !== 0;

/** What a plan does to images, in sentences. */
function describe(plan: AugmentationPlan, shape: ImageShape): string {
  const parts = kinds.filter((kind) => isOn(plan, kind)).map((kind) => words[kind].about(plan, shape));
  if (parts.length === 0) return 'Nothing changes: every augmentation of images is off in this plan.';
  return parts.join(' ');
}

/** What the plan does, as one group. */
export function groupOfPlan(plan: AugmentationPlan, shape: ImageShape): AugmentationGroup {
  const [first, ...others] = kinds.filter((kind) => isOn(plan, kind)).map((kind) => words[kind].title);
  const title = first === undefined ? [] : [first, ...others.map((name) => name.toLowerCase())];
  return { title: enumerate(title) || 'No augmentation', about: describe(plan, shape), plan };
}

/** Each augmentation alone at its usual strength, then all of them but vertical flips, which few classes bear. */
export function usualGroups(shape: ImageShape): readonly AugmentationGroup[] {
  const alone = kinds.map((kind): AugmentationGroup => {
    const plan = { ...noAugmentation, [kind]: usualAugmentation[kind] };
    return { title: words[kind].title, about: describe(plan, shape), plan };
  });
  const together = { ...noAugmentation, ...usualAugmentation, verticalFlip: false };
  const about = 'All of the above at once, without vertical flips; a batch is mixed by mixup or by cutmix.';
  return [...alone, { title: 'All together', about, plan: together }];
}
