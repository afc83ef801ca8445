// An optimizer that hardly moves.

import { type Fault, symptoms, withPlan } from './fault.ts';

const tiny: Fault = {
  id: 'no-momentum-tiny-rate',
  about: 'plain gradient descent at a tiny rate',
  strengths: { '1e-4': 1e-4, '1e-5': 1e-5, '1e-6': 1e-6 },
  accepted: ['stalled', 'learning-rate-low'],
  follows: symptoms,
  harm: 'test',
  fits: () => true,
  apply: (one, learningRate) =>
    withPlan(one, (plan) => ({ ...plan, optimizer: { kind: 'sgd', learningRate, momentum: 0, nesterov: false } })),
};

const clipped: Fault = {
  id: 'clip-1e-6',
  about: 'gradients clipped to a norm of a millionth',
  strengths: { '1e-6': 1e-6 },
  accepted: ['stalled', 'learning-rate-low'],
  follows: [...symptoms, 'vanishing-gradients', 'over-regularized'],
  harm: 'test',
  fits: () => true,
  apply: (one, clipNorm) => withPlan(one, (plan) => ({ ...plan, training: { ...plan.training, clipNorm } })),
};

/** Faults of the optimizer. */
export const optimizerFaults: readonly Fault[] = [tiny, clipped];
