import { describe, expect, it } from 'vitest';
import { type ActivationId, activations, matchedInitializer } from '../../../src/network/index.ts';
import golden from '../../golden/network.json' with { type: 'json' };

const ids = Object.keys(activations) as ActivationId[];

/** E[f(z)^2] of a standard normal z, by the trapezoid rule. */
function secondMoment(f: (z: number) => number): number {
  const step = 1e-3;
  let sum = 0;
  for (let z = -10; z <= 10; z += step) sum += f(z) ** 2 * Math.exp((-z * z) / 2);
  return (sum * step) / Math.sqrt(2 * Math.PI);
}

describe.each(ids)('the activation %s', (id) => {
  it('has PyTorch’s values', () => {
    const { x, of: table } = golden.activations;
    const values = x.map(activations[id].value);
    for (const [i, y] of values.entries()) expect(y).toBeCloseTo(table[id].y[i] as number, 9);
  });

  it('has the gain that keeps the second moment of a normal signal', () => {
    expect(activations[id].gain ** -2).toBeCloseTo(secondMoment(activations[id].value), 6);
  });

  it('says whether it is monotone', () => {
    const values = Array.from({ length: 801 }, (_, i) => activations[id].value(i / 100 - 4));
    expect(values.every((y, i) => i === 0 || y >= (values[i - 1] as number))).toBe(activations[id].monotone);
  });

  it('knows its id and says where it comes from', () => {
    expect(activations[id].id).toBe(id);
    expect(activations[id].about.length).toBeGreaterThan(10);
  });
});

describe('matchedInitializer', () => {
  it('gives He to rectifiers, LeCun to SELU and Glorot to the symmetric ones', () => {
    expect(Object.fromEntries(ids.map((id) => [id, matchedInitializer(id)]))).toEqual({
      relu: 'he-normal',
      'leaky-relu': 'he-normal',
      elu: 'he-normal',
      selu: 'lecun-normal',
      gelu: 'he-normal',
      silu: 'he-normal',
      mish: 'he-normal',
      tanh: 'glorot-normal',
      sigmoid: 'glorot-normal',
      linear: 'glorot-normal',
    });
  });
});
