import type { NetworkInputs } from '../../../src/network/index.ts';
import type { CnnPlan } from '../../../src/plan/plan.ts';

/** A small plain convolutional network; tests say what differs. */
export function cnnPlan(changes: Partial<CnnPlan> = {}): CnnPlan {
  return {
    kind: 'cnn',
    stages: [[4], [6]],
    block: 'plain',
    kernel: 3,
    stem: 1,
    squeezeExcitation: false,
    hidden: [],
    activation: 'relu',
    normalization: 'none',
    initializer: 'he-normal',
    ...changes,
  };
}

/** Images of this shape, scaled from bytes to about -2 .. 2. */
export function imageInputs(channels: number, height: number, width: number, outputs = 3): NetworkInputs {
  const ofChannels = (value: number) => new Array<number>(channels).fill(value);
  const image = { channels, height, width, center: ofChannels(128), factor: ofChannels(1 / 64) };
  return { numeric: 0, continuous: [], cardinalities: [], image, outputs };
}
