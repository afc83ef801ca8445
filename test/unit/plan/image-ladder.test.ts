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
      { name: 'resnet 16-32-64', stem: 1, parameters: 78_042, products: 12_501_632 },
      { name: 'resnet 16,16-32,32-64,64', stem: 1, parameters: 175_258, products: 26_657_408 },
      { name: 'resnet 32-64-128', stem: 1, parameters: 308_650, products: 49_120_512 },
      { name: 'resnet 32-64-128-256', stem: 1, parameters: 1_228_970, products: 63_801_856 },
    ]);
  });

  it.each([
    [1, 28, 28, 7],
    [1, 8, 8, 6],
    [3, 16, 20, 6],
    [1, 4, 4, 6],
    [1, 1, 1, 6],
    [3, 64, 64, 7],
    [3, 96, 80, 7],
    [3, 224, 224, 7],
  ])('fits images of %i x %i x %i and climbs in cost', (channels, height, width, rungs) => {
    const found = costs(channels, height, width);
    expect(found.length).toBe(rungs);
    expect(new Set(found.map(({ name }) => name)).size).toBe(rungs);
    const products = found.map((rung) => rung.products);
    expect(products).toEqual(products.toSorted((a, b) => a - b));
  });

  it('leaves out stages that small images have no room for, and takes larger squares from large ones', () => {
    expect(costs(1, 8, 8).map(({ name }) => name)).toEqual([
      'plain cnn 8-16',
      'plain cnn 16-32',
      'plain cnn 32-64',
      'resnet 16-32',
      'resnet 16,16-32,32',
      'resnet 32-64',
    ]);
    const stems = [32, 63, 64, 127, 128, 500].map((side) => costs(3, side, side)[0]?.stem);
    expect(stems).toEqual([1, 1, 2, 2, 4, 4]);
  });
});
