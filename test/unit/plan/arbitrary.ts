import fc from 'fast-check';
import type { PlanWith } from '../../../src/plan/defaults.ts';
import type { CnnPlan, MlpPlan, Plan } from '../../../src/plan/plan.ts';

/** A finite number in [min, max]; JSON has no -0. */
const number = (min: number, max: number): fc.Arbitrary<number> =>
  fc.double({ min, max, noNaN: true }).map((x) => (x === 0 ? 0 : x));
const positive = number(1e-12, 1e6);
const share = number(0, 1);
const decay = fc.double({ min: 0, max: 0.99999, noNaN: true });
const strength = number(0, 1e3);
const size = fc.integer({ min: 1, max: 4096 });
const fade = fc.constantFrom('constant' as const, 'flat-cosine' as const);
const classWeights = fc.constantFrom('none' as const, 'balanced' as const);
const literal = <T extends string>(kind: T): fc.Arbitrary<T> => fc.constant(kind);

const numericEmbedding = fc.oneof(
  fc.record({ kind: literal('none') }),
  fc.record({ kind: literal('piecewise-linear'), bins: size, width: size }),
  fc.record({ kind: literal('periodic'), frequencies: size, sigma: positive, width: size }),
);

const activation = fc.constantFrom<Plan['network']['activation'][]>(
  ...(['relu', 'leaky-relu', 'elu', 'selu', 'gelu', 'silu', 'mish', 'tanh', 'sigmoid', 'linear'] as const),
);
const initializer = fc.constantFrom<Plan['network']['initializer'][]>(
  ...(['he-normal', 'he-uniform', 'glorot-normal', 'glorot-uniform', 'lecun-normal', 'lecun-uniform'] as const),
  ...(['orthogonal', 'data-driven', 'zeros', 'constant', 'plain-normal'] as const),
);

const mlp: fc.Arbitrary<MlpPlan> = fc.record({
  kind: literal('mlp'),
  hidden: fc.array(size, { maxLength: 64 }),
  activation,
  normalization: fc.constantFrom('none' as const, 'batch' as const, 'layer' as const),
  residual: fc.boolean(),
  inputScale: fc.boolean(),
  numericEmbedding,
  categoryEmbedding: size,
  members: fc.record({ count: size, sharing: fc.constantFrom('rank-one' as const, 'none' as const) }),
  initializer,
});

const cnn: fc.Arbitrary<CnnPlan> = fc.record({
  kind: literal('cnn'),
  stages: fc.array(fc.array(size, { minLength: 1, maxLength: 6 }), { minLength: 1, maxLength: 8 }),
  block: fc.constantFrom('plain' as const, 'residual' as const, 'separable' as const),
  kernel: fc.constantFrom(3 as const, 5 as const),
  stem: fc.constantFrom(1 as const, 2 as const, 4 as const),
  squeezeExcitation: fc.boolean(),
  hidden: fc.array(size, { maxLength: 8 }),
  activation,
  normalization: fc.constantFrom('none' as const, 'batch' as const),
  initializer,
});

const loss = fc.oneof(
  fc.record({ kind: literal('cross-entropy'), labelSmoothing: share, classWeights }),
  fc.record({ kind: literal('binary-cross-entropy'), labelSmoothing: share, classWeights }),
  fc.record({ kind: literal('mse') }),
  fc.record({ kind: literal('huber'), delta: positive }),
);

const optimizer = fc.oneof(
  fc.record({ kind: literal('sgd'), learningRate: positive, momentum: decay, nesterov: fc.boolean() }),
  fc.record({ kind: literal('adam'), learningRate: positive, beta1: decay, beta2: decay, epsilon: positive }),
  fc.record({ kind: literal('adamw'), learningRate: positive, beta1: decay, beta2: decay, epsilon: positive }),
);

const schedule = fc.oneof(
  fc.record({ kind: literal('constant') }),
  fc.record({ kind: literal('cosine'), warmUp: share }),
  fc.record({ kind: literal('warm-up'), warmUp: share }),
  fc.record({ kind: literal('one-cycle'), warmUp: share }),
  fc.record({ kind: literal('coslog4') }),
);

const shared = {
  version: fc.constant(1 as const),
  preprocessing: fc.record({
    center: fc.constantFrom('none' as const, 'mean' as const, 'median' as const),
    scale: fc.constantFrom('none' as const, 'standard-deviation' as const, 'interquartile-range' as const),
    clip: fc.constantFrom('none' as const, 'smooth' as const),
    oneHotLevels: fc.nat(64),
    standardizeTarget: fc.boolean(),
  }),
  loss,
  optimizer,
  schedule,
  regularization: fc.record({
    l2: fc.record({ strength, fade }),
    l1: fc.record({ strength, fade }),
    dropout: fc.record({ rate: number(0, 0.99), fade }),
    augmentation: fc.record({
      noise: strength,
      horizontalFlip: fc.boolean(),
      verticalFlip: fc.boolean(),
      shift: number(0, 0.5),
      rotation: number(0, 180),
      scale: number(0, 0.9),
      color: share,
      cutout: share,
      mixup: strength,
      cutmix: strength,
    }),
    earlyStopping: fc.record({ patience: fc.option(size) }),
  }),
  training: fc.record({
    batchSize: size,
    epochs: size,
    averaging: number(0, 0.99999),
    clipNorm: fc.option(positive),
  }),
  seed: fc.integer({ min: 0, max: 0xffffffff }),
};

/** Any plan with a network of dense layers. */
export const anyMlpPlan: fc.Arbitrary<PlanWith<MlpPlan>> = fc.record({ ...shared, network: mlp });

/** Any plan with a convolutional network. */
export const anyCnnPlan: fc.Arbitrary<PlanWith<CnnPlan>> = fc.record({ ...shared, network: cnn });

/** Any plan that the schema allows. */
export const anyPlan: fc.Arbitrary<Plan> = fc.oneof(anyMlpPlan, anyCnnPlan);
