import { describe, expect, it } from 'vitest';
import { asLog, bare, verdictOf, withLayers } from '../training-records.ts';

describe('vanishing-gradients', () => {
  it('fires on eight layers of sigmoid', () => {
    const verdict = verdictOf('vanishing-gradients', 'digits-deep-sigmoid');
    expect(verdict?.because).toMatch(
      /^The gradient of hidden\.0 is [\d.]+e-\d+ per weight at the start of the run, [\d.]+e-\d+ times that of output: the layers near the input hardly learn\.$/,
    );
    expect(verdict?.value).toBeLessThan(1e-3);
    expect(verdict?.actions).toEqual(['other-architecture', 'random-initialization']);
  });

  it('fires on zeros, through which nothing comes', () => {
    expect(verdictOf('vanishing-gradients', bare('digits-zeros'))?.value).toBe(0);
  });

  it('does not judge the end of a run, where any gradient of a network that fits is small', () => {
    const record = withLayers(bare('concrete-healthy'), (layer, at) =>
      at > 0 && layer.layer === 'hidden.0' ? { ...layer, gradientNorm: 1e-9 } : layer,
    );
    expect(verdictOf('vanishing-gradients', record)).toBeUndefined();
  });

  it.each(['digits-healthy', 'digits-momentum', 'concrete-healthy', 'concrete-tanh', 'digits-one-epoch'] as const)(
    'is silent on %s',
    (name) => {
      expect(verdictOf('vanishing-gradients', name)).toBeUndefined();
      expect(verdictOf('vanishing-gradients', bare(name))).toBeUndefined();
      expect(verdictOf('vanishing-gradients', asLog(name))).toBeUndefined();
    },
  );

  it('is silent on a log that says nothing of it', () => {
    expect(verdictOf('vanishing-gradients', asLog('digits-deep-sigmoid'))).toBeUndefined();
  });
});
