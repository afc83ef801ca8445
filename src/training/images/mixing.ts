// In: the plan's strengths, an image's shape, a step. Out: whether and how the images of that batch are mixed.

import { symmetricBeta } from '../../base/beta.ts';
import { createRandom } from '../../base/random.ts';
import type { ImageShape } from '../../data/table.ts';
import type { AugmentationPlan } from '../../plan/plan.ts';
import { type Box, boxAbout } from './image-changes.ts';

/** How each image of a batch is mixed with its partner; `share` is what is left of its own image, 0 .. 1. */
export type Mixing =
  | { readonly kind: 'mixup'; readonly share: number }
  | { readonly kind: 'cutmix'; readonly share: number; readonly box: Box };

/** Steps between no share and all of it: what the kernel blends with is what the targets are blended with. */
const shares = 256;

/**
 * The mixing of a batch, one share for all of it, or null without any. Mixup (Zhang et al., 2018): share from Beta(a, a),
 * in steps of 1/256. Cutmix (Yun et al., 2019): a rectangle with sides sqrt(1 - share) of the image's, its centre uniform
 * over the image, clipped at the border, and the share then that of the area which is left. Where the plan has both, each
 * batch takes one of them with probability 1/2.
 */
export function drawMixing(plan: AugmentationPlan, shape: ImageShape, seed: number, step: number): Mixing | null {
  const { mixup, cutmix } = plan;
  if (mixup === 0 && cutmix === 0) return null;
  const random = createRandom(`${seed}/mixing/${step}`);
  const coin = random.uniform();
  const isCut = mixup === 0 || (cutmix > 0 && coin < 0.5);
  const share = symmetricBeta(random, isCut ? cutmix : mixup);
  if (!isCut) return { kind: 'mixup', share: Math.round(share * shares) / shares };
  const { height, width } = shape;
  const side = Math.sqrt(1 - share);
  const row = random.below(height);
  const box = boxAbout(row, random.below(width), Math.floor(side * height), Math.floor(side * width), shape);
  const area = (box.bottom - box.top) * (box.right - box.left);
  return { kind: 'cutmix', share: 1 - area / (height * width), box };
}
