// Samples of known results: what each op gives for known inputs; a missing op does not compile.

import type { OpName } from '../../index.ts';
import { imageValues } from './image.ts';
import { pointwiseValues } from './pointwise.ts';
import type { ValueSample } from './sample.ts';
import { structureValues } from './structure.ts';

/** By op. */
export const valueSamples = { ...pointwiseValues, ...structureValues, ...imageValues } satisfies {
  readonly [K in OpName]: readonly ValueSample[];
};
