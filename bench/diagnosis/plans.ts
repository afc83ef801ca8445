// In: the name of a set. Out: plans that a practitioner would be content with on it, unlike each other.

import { defaultImagePlan, defaultPlan } from '../../src/plan/defaults.ts';
import type { MlpPlan, Plan } from '../../src/plan/plan.ts';
import { type SetName, sets } from './sets.ts';

/** What is told apart between the sets: how much regularization they need. */
interface Needs {
  readonly l2: number;
  readonly dropout: number;
  readonly epochs: number;
}

const needs: { readonly [K in SetName]: Needs } = {
  digits: { l2: 0.02, dropout: 0.2, epochs: 40 },
  vehicle: { l2: 0.1, dropout: 0.15, epochs: 100 },
  spam: { l2: 0.05, dropout: 0.3, epochs: 30 },
  credit: { l2: 0.1, dropout: 0.4, epochs: 30 },
  concrete: { l2: 0.02, dropout: 0.05, epochs: 120 },
  price: { l2: 0.05, dropout: 0.1, epochs: 40 },
  'digit-images': { l2: 0.02, dropout: 0.1, epochs: 20 },
};

/** The default plan with early stopping and usual regularization. */
function usual(name: SetName): Plan {
  const { l2, dropout, epochs } = needs[name];
  const base = defaultPlan({ task: sets[name].task, minimizesError: true, seed: 0 });
  return {
    ...base,
    network: { ...base.network, hidden: [128, 128], numericEmbedding: { kind: 'none' } },
    regularization: {
      ...base.regularization,
      l2: { strength: l2, fade: 'flat-cosine' },
      dropout: { rate: dropout, fade: 'flat-cosine' },
      earlyStopping: { patience: Math.ceil(epochs / 3) },
    },
    training: { ...base.training, batchSize: 64, epochs },
  };
}

function withNetwork(plan: Plan, network: Partial<MlpPlan>): Plan {
  return { ...plan, network: { ...(plan.network as MlpPlan), ...network } };
}

/** Wider and deeper, and held back the more. */
function large(name: SetName): Plan {
  const { dropout } = needs[name];
  const plan = withNetwork(usual(name), { hidden: [256, 256, 256], activation: 'relu', initializer: 'he-normal' });
  const { regularization } = plan;
  return {
    ...plan,
    optimizer: { ...plan.optimizer, learningRate: 1e-3 },
    regularization: { ...regularization, dropout: { rate: Math.min(0.5, dropout * 1.5), fade: 'constant' } },
  };
}

/** What many begin with: ReLU, standardized columns, gradient descent with momentum at one rate. */
function momentum(name: SetName): Plan {
  const plan = withNetwork(usual(name), {
    hidden: [64, 64],
    activation: 'relu',
    initializer: 'he-normal',
    inputScale: false,
  });
  const { preprocessing, loss, regularization } = plan;
  return {
    ...plan,
    preprocessing: { ...preprocessing, center: 'mean', scale: 'standard-deviation', clip: 'none' },
    loss: loss.kind === 'cross-entropy' ? { ...loss, labelSmoothing: 0 } : loss,
    optimizer: { kind: 'sgd', learningRate: 0.02, momentum: 0.9, nesterov: false },
    schedule: { kind: 'constant' },
    regularization: { ...regularization, l2: { strength: needs[name].l2, fade: 'constant' } },
  };
}

/** A small network with tanh and Adam that decays its rate. */
function small(name: SetName): Plan {
  const plan = withNetwork(usual(name), { hidden: [32], activation: 'tanh', initializer: 'glorot-normal' });
  const { regularization, training } = plan;
  return {
    ...plan,
    optimizer: { kind: 'adam', learningRate: 5e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8 },
    schedule: { kind: 'cosine', warmUp: 0.05 },
    regularization: { ...regularization, dropout: { rate: 0, fade: 'constant' } },
    training: { ...training, batchSize: 32 },
  };
}

/** A convolutional network. */
function convolutional(name: SetName): Plan {
  const { l2, dropout, epochs } = needs[name];
  const image = { channels: 1, height: 8, width: 8 };
  const base = defaultImagePlan({ task: sets[name].task, minimizesError: true, seed: 0, image });
  return {
    ...base,
    network: { ...base.network, stages: [[16], [32]] },
    optimizer: { kind: 'adamw', learningRate: 5e-3, beta1: 0.9, beta2: 0.99, epsilon: 1e-8 },
    regularization: {
      ...base.regularization,
      l2: { strength: l2, fade: 'flat-cosine' },
      dropout: { rate: dropout, fade: 'flat-cosine' },
      earlyStopping: { patience: Math.ceil(epochs / 3) },
    },
    training: { ...base.training, epochs },
  };
}

/** The healthy plans of a set by name. */
export function plansOf(name: SetName): Readonly<Record<string, Plan>> {
  if (sets[name].images) return { convolutional: convolutional(name) };
  return { usual: usual(name), large: large(name), momentum: momentum(name), small: small(name) };
}
