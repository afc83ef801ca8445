import type { AugmentationPlan } from './plan.ts';

/** A kind of change of images: a field of the plan's augmentation. */
export type ImageAugmentation = Exclude<keyof AugmentationPlan, 'noise'>;

/**
 * The strength at which each change of images is usually tried, one alone: shifts of four pixels of 32 (He et al., 2016),
 * turns and scales that keep digits readable, a square of 13 pixels of 32 (DeVries and Taylor, 2017, take 8 to 16), mixup
 * 0.2 (Zhang et al., 2018, take 0.1 to 0.4 on large sets) and cutmix 1 (Yun et al., 2019).
 */
export const usualAugmentation: { readonly [K in ImageAugmentation]: AugmentationPlan[K] } = {
  horizontalFlip: true,
  verticalFlip: true,
  shift: 0.125,
  rotation: 10,
  scale: 0.1,
  color: 0.3,
  cutout: 0.4,
  mixup: 0.2,
  cutmix: 1,
};
