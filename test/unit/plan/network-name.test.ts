import { describe, expect, it } from 'vitest';
import { networkName } from '../../../src/plan/network-name.ts';
import { cnnPlan } from '../network/images.ts';
import { networkPlan } from '../network/plans.ts';

describe('the name of a network', () => {
  it.each([
    [networkPlan({ hidden: [] }), 'no hidden layers'],
    [networkPlan({ hidden: [256, 256, 256] }), '3 x 256'],
    [networkPlan({ hidden: [256, 128] }), '256-128'],
    [cnnPlan({ stages: [[32], [64], [128]] }), 'plain cnn 32-64-128'],
    [cnnPlan({ stages: [[32, 64], [64]] }), 'plain cnn 32,64-64'],
    [cnnPlan({ stages: [[16], [32]], block: 'residual', normalization: 'batch' }), 'resnet 16-32'],
    [cnnPlan({ stages: [[16], [32]], block: 'residual', squeezeExcitation: true }), 'resnet 16-32, squeeze-excitation'],
    [cnnPlan({ block: 'separable', hidden: [64], kernel: 5 }), 'separable cnn 4-6 + 1 x 64, 5 x 5'],
  ])('is short: %#', (network, name) => {
    expect(networkName(network)).toBe(name);
  });
});
