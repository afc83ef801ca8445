import { describe, expect, it } from 'vitest';
import { asLog, bare, verdictOf, withLayers } from '../training-records.ts';

describe('exploding-gradients', () => {
  it('fires on a deep tanh network with large weights', () => {
    expect(verdictOf('exploding-gradients', bare('digits-deep-tanh'))?.because).toMatch(
      /^The gradient of hidden\.0 is [\d,.]+ times that of hidden\.7, per weight\.$/,
    );
  });

  it('fires on a gradient that grows with the steps', () => {
    const grown = withLayers(bare('concrete-healthy'), (layer, at) => ({
      ...layer,
      gradientNorm: layer.gradientNorm * 40 ** at,
    }));
    expect(verdictOf('exploding-gradients', grown)?.because).toMatch(
      /^The largest gradient of any layer grew to [\d,.]+(e\+\d+)? times that of the run's beginning\.$/,
    );
    expect(verdictOf('exploding-gradients', grown, { tolerance: 1 })).toBeUndefined();
  });

  it.each([
    'digits-healthy',
    'digits-momentum',
    'concrete-healthy',
    'concrete-tanh',
    'digits-deep-sigmoid',
    'digits-zeros',
  ] as const)('is silent on %s', (name) => {
    expect(verdictOf('exploding-gradients', name)).toBeUndefined();
    expect(verdictOf('exploding-gradients', bare(name))).toBeUndefined();
    expect(verdictOf('exploding-gradients', asLog(name))).toBeUndefined();
  });

  it('is silent on a log that says nothing of it', () => {
    expect(verdictOf('exploding-gradients', asLog('digits-deep-tanh'))).toBeUndefined();
  });
});
