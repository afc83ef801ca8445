import { describe, expect, it } from 'vitest';
import { multiplyAdds, parameterCount } from '../../../src/network/index.ts';
import { imageLadder } from '../../../src/plan/image-ladder.ts';
import { networkName } from '../../../src/plan/network-name.ts';
import { imageInputs } from '../network/images.ts';

const costs = (channels: number, height: number, width: number) => {
  const inputs = imageInputs(channels, height, width, 10);
  return imageLadder({ channels, height, width }).map((network) => ({
    name: networkName(network),
    stem: network.stem,
    parameters: parameterCount(network, inputs),
    products: multiplyAdds(network, inputs),
  }));
};

describe('the ladder of networks for images', () => {
  it('goes from a small plain network to a residual one of about a million parameters', () => {
    expect(costs(3, 32, 32)).toEqual([
      { name: 'plain cnn 8-16-32', stem: 1, parameters: 6_418, products: 811_328 },
      { name: 'plain cnn 16-32-64', stem: 1, parameters: 24_346, products: 2_802_304 },
      { name: 'plain cnn 32-64-128', stem: 1, parameters: 94_762, products: 10_323_200 },
      { name: 'resnet 24-48-96', stem: 1, parameters: 174_274, products: 27_796_416 },
      { name: 'resnet 32-64-128', stem: 1, parameters: 308_650, products: 49_120_512 },
      { name: 'resnet 32-64-128-256', stem: 1, parameters: 1_228_970, products: 63_801_856 },
    ]);
  });

  it.each([
    [1, 28, 28, 6],
    [1, 8, 8, 5],
    [3, 16, 20, 5],
    [1, 4, 4, 5],
    [1, 1, 1, 5],
    [3, 64, 64, 6],
    [3, 96, 80, 6],
    [3, 224, 224, 6],
  ])('fits images of %i x %i x %i and climbs in cost and size', (channels, height, width, rungs) => {
    const found = costs(channels, height, width);
    expect(found.length).toBe(rungs);
    expect(new Set(found.map(({ name }) => name)).size).toBe(rungs);
    for (const key of ['products', 'parameters'] as const) {
      expect(found.map((rung) => rung[key])).toEqual(found.map((rung) => rung[key]).toSorted((a, b) => a - b));
    }
  });

  it('leaves out stages that small images have no room for, and takes larger squares from large ones', () => {
    expect(costs(1, 8, 8).map(({ name }) => name)).toEqual([
      'plain cnn 8-16',
      'plain cnn 16-32',
      'plain cnn 32-64',
      'resnet 24-48',
      'resnet 32-64',
    ]);
    const stems = [32, 63, 64, 127, 128, 500].map((side) => costs(3, side, side)[0]?.stem);
    expect(stems).toEqual([1, 1, 2, 2, 4, 4]);
  });
});
