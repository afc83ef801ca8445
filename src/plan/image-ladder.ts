// In: the images' shape. Out: networks for them from small to large, which is how underfitting is answered.

import { stemOf } from './defaults.ts';
import type { CnnPlan } from './plan.ts';

/** The rungs on images of 28 to 64 pixels, cheapest first; channels in blocks of 16, as the fastest convolutions take them. */
const rungs: readonly Pick<CnnPlan, 'block' | 'stages'>[] = [
  { block: 'plain', stages: [[8], [16], [32]] },
  { block: 'plain', stages: [[16], [32], [64]] },
  { block: 'plain', stages: [[32], [64], [128]] },
  { block: 'residual', stages: [[16], [32], [64]] },
  {
    block: 'residual',
    stages: [
      [16, 16],
      [32, 32],
      [64, 64],
    ],
  },
  { block: 'residual', stages: [[32], [64], [128]] },
  { block: 'residual', stages: [[32], [64], [128], [256]] },
];

/** Side of the images below which a stage sees mostly padding through its windows. */
const leastSide = 3;

/** Stages that images are large enough for, at least one. */
function stagesThatFit(side: number): number {
  let stages = 1;
  for (let left = Math.floor(side / 2); left >= leastSide; left = Math.floor(left / 2)) stages++;
  return stages;
}

/**
 * The ladder of networks for images, cheapest first: small plain ones, then residual ones up to 1.2 million parameters.
 * Stages that the images are too small for are left out, and of rungs that are then equal the first is kept. Images of
 * 64 pixels and more start with squares of 2 or 4 pixels, see `stemOf`.
 * @example
 * imageLadder({ channels: 3, height: 32, width: 32 }).map(networkName); // 'plain cnn 8-16-32', ...
 */
export function imageLadder(image: {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}): readonly CnnPlan[] {
  const stem = stemOf(image);
  const fitting = stagesThatFit(Math.ceil(Math.min(image.height, image.width) / stem));
  const networks = rungs.map(
    ({ block, stages }): CnnPlan => ({
      kind: 'cnn',
      stages: stages.slice(0, fitting),
      block,
      kernel: 3,
      stem,
      squeezeExcitation: false,
      hidden: [],
      activation: 'relu',
      normalization: 'batch',
      initializer: 'he-normal',
    }),
  );
  const texts = networks.map((network) => JSON.stringify(network));
  return networks.filter((_, i) => texts.indexOf(texts[i] as string) === i);
}
