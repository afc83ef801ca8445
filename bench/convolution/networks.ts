// The networks that are compared, of fettle's own layers.

import { createNetwork, type Network, type NetworkInputs } from '../../src/network/index.ts';
import { createStep, type Step } from '../../src/network/step.ts';
import { defaultImagePlan } from '../../src/plan/defaults.ts';
import type { CnnPlan, Plan } from '../../src/plan/plan.ts';
import { classes, optimizer, type Setting } from './setting.ts';

/** The plan of a setting; LeNet's second convolution has no padding, which plans do not offer, so its network is `leNet`. */
export function planOf({ name, channels, side, batch }: Setting): Plan {
  const image = { channels, height: side, width: side };
  const plan = defaultImagePlan({ task: 'classification', minimizesError: false, seed: 0, image });
  const network: CnnPlan =
    name === 'resnet'
      ? { ...plan.network, stages: [[16], [32], [64]], block: 'residual', normalization: 'batch' }
      : { ...plan.network, stages: [[32, 64], [64]], normalization: 'none' };
  return {
    ...plan,
    network,
    optimizer: { kind: 'sgd', ...optimizer, nesterov: false },
    training: { ...plan.training, batchSize: batch },
  };
}

/** The network of a setting. */
export function networkOf(setting: Setting): Network {
  const { channels, side, center, factor } = setting;
  const image = { channels, height: side, width: side, center, factor };
  const inputs: NetworkInputs = { numeric: 0, continuous: [], cardinalities: [], image, outputs: classes };
  const network = createNetwork(planOf(setting).network, inputs);
  return setting.name === 'lenet' ? withSteps(network, leNet(setting)) : network;
}

/** LeNet-5 with rectifiers and max pooling. */
function leNet({ center, factor }: Setting): readonly Step[] {
  const built: Step[] = [];
  const last = (): readonly string[] => [built.at(-1)?.name ?? 'image'];
  const square = (channels: number, side: number) => ({ channels, height: side, width: side });
  const relu = (name: string, width: number): void => {
    built.push(createStep({ name, layer: 'activation', options: { width, kind: 'relu' }, inputs: last() }));
  };
  const convolve = (
    name: string,
    from: readonly [number, number],
    outputs: number,
    padding: 'same' | 'valid',
  ): void => {
    const window = { kernel: 5, stride: 1, padding, dilation: 1, groups: 1, bias: true } as const;
    const options = {
      image: square(...from),
      outputs,
      ...window,
      initializer: 'he-normal',
      gain: 1,
      scale: 1,
    } as const;
    built.push(createStep({ name, layer: 'convolution', options, inputs: last() }));
  };
  const pool = (name: string, channels: number, side: number): void => {
    const options = { image: square(channels, side), kernel: 2, stride: 2, padding: 'valid' } as const;
    built.push(createStep({ name, layer: 'max-pooling', options, inputs: last() }));
    // Pooling first leaves a quarter to rectify, with the same result; plans are built so too.
    relu(`${name}.activation`, channels * (side / 2) ** 2);
  };
  const dense = (name: string, inputs: number, outputs: number): void => {
    const alone = { members: null, sharing: 'none', inputFactor: 'ones', groups: [inputs], gain: 1, scale: 1 } as const;
    const options = { inputs, outputs, bias: true, initializer: 'he-normal', ...alone } as const;
    built.push(createStep({ name, layer: 'dense', options, inputs: last() }));
  };
  const scaling = { image: square(1, 28), center, factor };
  built.push(createStep({ name: 'image-scale', layer: 'image-scale', options: scaling, inputs: ['image'] }));
  convolve('first', [1, 28], 6, 'same');
  pool('first.pooling', 6, 28);
  convolve('second', [6, 14], 16, 'valid');
  pool('second.pooling', 16, 10);
  built.push(createStep({ name: 'flatten', layer: 'flatten', options: { image: square(16, 5) }, inputs: last() }));
  dense('third', 400, 120);
  relu('third.activation', 120);
  dense('fourth', 120, 84);
  relu('fourth.activation', 84);
  dense('output', 84, classes);
  return built;
}

/** A chain of layers in place of a network's own; it has neither buffers nor masks. */
function withSteps(network: Network, steps: readonly Step[]): Network {
  return {
    ...network,
    steps,
    parameters: steps.flatMap((step) => step.parameters(() => [])),
    buffers: [],
    masks: () => [],
    forward({ image, parameter, buffer, training }) {
      if (image === null) throw new Error('expected images');
      const scope = { parameter, buffer, mask: () => null, training };
      const output = steps.reduce((value, step) => step.forward([value], scope).output, image);
      return { output, buffers: {}, activations: {} };
    },
  };
}
