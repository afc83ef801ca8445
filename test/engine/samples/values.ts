// For every op what it gives for known inputs; a missing op does not compile.

import type { OpName } from '../../../src/engine/index.ts';
import { imageValues } from './value-image.ts';
import { pointwiseValues } from './value-pointwise.ts';
import type { ValueSample } from './value-sample.ts';
import { structureValues } from './value-structure.ts';

/** By op. */
export const valueSamples = { ...pointwiseValues, ...structureValues, ...imageValues } satisfies {
  readonly [K in OpName]: readonly ValueSample[];
};
