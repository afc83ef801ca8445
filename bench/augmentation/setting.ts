// What is measured: batches of images, and the augmentations, each alone at its usual strength and all together.

import { noAugmentation } from '../../src/plan/defaults.ts';
import type { AugmentationPlan } from '../../src/plan/plan.ts';
import { usualAugmentation } from '../../src/plan/usual-augmentation.ts';

/** Batches by name: [images, channels, height, width]. */
export const shapes: Readonly<Record<string, readonly [number, number, number, number]>> = {
  '64x3x32x32': [64, 3, 32, 32],
  '128x1x28x28': [128, 1, 28, 28],
  '64x3x64x64': [64, 3, 64, 64],
};

const alone = Object.entries(usualAugmentation).map(([name, strength]) => [name, { [name]: strength }] as const);

/** Augmentations by name; `none` is the copying of the batch. */
export const augmentations: Readonly<Record<string, AugmentationPlan>> = Object.fromEntries(
  [
    ['none', {}] as const,
    ...alone,
    ['flips and shifts', { horizontalFlip: true, shift: usualAugmentation.shift }] as const,
    ['together', { ...usualAugmentation, verticalFlip: false }] as const,
  ].map(([name, fields]) => [name, { ...noAugmentation, ...fields }]),
);

/** What a peer does too. */
export const peerCases = ['none', 'horizontalFlip', 'flips and shifts', 'rotation', 'mixup'];
