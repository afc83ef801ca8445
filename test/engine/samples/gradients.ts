// For every op inputs at which its gradient is checked; a missing op does not compile.

import type { OpName } from '../../../src/engine/index.ts';
import { imageGradients } from './gradient-image.ts';
import { pointwiseGradients } from './gradient-pointwise.ts';
import type { GradientSample } from './gradient-sample.ts';
import { structureGradients } from './gradient-structure.ts';

/** By op; 'none' for ops without a gradient. */
export const gradientSamples = { ...pointwiseGradients, ...structureGradients, ...imageGradients } satisfies {
  readonly [K in OpName]: readonly GradientSample[] | 'none';
};
