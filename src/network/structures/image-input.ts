// The first layer of every network for images.

import type { ImageInputs } from '../specs.ts';
import { createStep, type Step } from '../step.ts';

/** The scaled images. */
export function imageScaleStep({ center, factor, ...image }: ImageInputs): Step {
  return createStep({
    name: 'image-scale',
    layer: 'image-scale',
    options: { image, center, factor },
    inputs: ['image'],
  });
}
