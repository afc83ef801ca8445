// First weights from which a network cannot learn, or only badly.

import type { StartValue } from '../start.ts';
import { type Fault, isTable, symptoms } from './fault.ts';

/** Dense weights and convolutions; factors of inputs and normalizations stay. */
const weights =
  (value: (normal: () => number) => number): StartValue =>
  (spec, random) =>
    spec.role === 'weight' ? () => value(random.normal) : null;

const accepted = [
  'bad-initialization',
  'stalled',
  'vanishing-gradients',
  'exploding-gradients',
  'saturated-units',
  'dead-units',
  'diverged',
] as const;
const follows = [...symptoms, 'learning-rate-low', 'learning-rate-high', 'oscillating', 'over-regularized'] as const;

const constant: Fault = {
  id: 'weights-constant',
  about: 'all weights of all layers start at one number',
  strengths: { zeros: 0, '0.1': 0.1, ones: 1 },
  accepted,
  follows,
  harm: 'test',
  fits: () => true,
  apply: (one, number) => ({ ...one, start: weights(() => number) }),
};

const random: Fault = {
  id: 'weights-random',
  about: 'weights start at N(0, s^2) with a fixed s, whatever the width',
  strengths: { 'N(0, 1)': 1, 'N(0, 1e-6)': 1e-6 },
  accepted,
  follows,
  harm: 'test',
  fits: () => true,
  apply: (one, deviation) => ({ ...one, start: weights((normal) => normal() * deviation) }),
};

const dead: Fault = {
  id: 'bias-negative',
  about: 'the biases of ReLU layers start at a large negative number',
  strengths: { '-3': -3, '-10': -10, '-100': -100 },
  accepted: ['dead-units', 'bad-initialization'],
  follows: [...follows, 'stalled', 'vanishing-gradients'],
  harm: 'test',
  fits: (one) => isTable(one) && one.plan.network.activation === 'relu',
  apply: (one, bias) => ({
    ...one,
    start: (spec) => (spec.role === 'bias' && spec.layer !== 'output' ? () => bias : null),
  }),
};

/** Faults of the initialization. */
export const initializationFaults: readonly Fault[] = [constant, random, dead];
