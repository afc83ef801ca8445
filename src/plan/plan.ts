// In: JSON that a person or an action wrote. Out: a checked, complete, immutable Plan.
// A plan says everything about a run but the data; `parsePlan(printPlan(plan))` equals `plan`.

import { z } from 'zod';
import { FettleError } from '../base/error.ts';

const share = z.number().min(0).max(1);
const strength = z.number().min(0).finite();
const size = z.number().int().positive();

/** How a regularizer's strength moves over the run: kept, or flat for half of it and then a cosine to zero. */
const fade = z.enum(['constant', 'flat-cosine']);

/**
 * Preprocessing, fitted on training rows only and exported inside the model. Images are normalized per channel by `center`
 * (none or mean) and `scale` (none or standard-deviation); the other fields are for tables.
 */
const preprocessing = z.strictObject({
  /** Step one of input normalization: what is subtracted from each numeric column. */
  center: z.enum(['none', 'mean', 'median']),
  /** Step two: what each numeric column is divided by. */
  scale: z.enum(['none', 'standard-deviation', 'interquartile-range']),
  /** `smooth` maps x to x / sqrt(1 + (x / 3)^2), so that no cell lies beyond 3 (RealMLP, NeurIPS 2024). */
  clip: z.enum(['none', 'smooth']),
  /** Categorical columns with at most this many levels become one-hot columns, the others embeddings. */
  oneHotLevels: z.number().int().min(0),
  /** Regression targets are trained as (y - mean) / standard deviation; the model undoes it. */
  standardizeTarget: z.boolean(),
});

/** Embedding of numeric columns (Gorishniy et al., NeurIPS 2022). */
const numericEmbedding = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  z.strictObject({ kind: z.literal('piecewise-linear'), bins: size, width: size }),
  z.strictObject({ kind: z.literal('periodic'), frequencies: size, sigma: z.number().positive(), width: size }),
]);

const activation = z.enum(['relu', 'leaky-relu', 'elu', 'selu', 'gelu', 'silu', 'mish', 'tanh', 'sigmoid', 'linear']);

const initializer = z.enum([
  'he-normal',
  'he-uniform',
  'glorot-normal',
  'glorot-uniform',
  'lecun-normal',
  'lecun-uniform',
  'orthogonal',
  'data-driven',
  'zeros',
  'constant',
  'plain-normal',
]);

/** A network of dense layers, for tables; an image is to it one long row of pixels. */
const mlp = z.strictObject({
  kind: z.literal('mlp'),
  /** Widths of the hidden layers; `[]` is the network without hidden layers, rung 0 of the ladder. */
  hidden: z.array(size).max(64),
  activation,
  normalization: z.enum(['none', 'batch', 'layer']),
  /** Adds each hidden layer's input to its output where the widths agree (He et al., 2016). */
  residual: z.boolean(),
  /** A learnable factor per input column (RealMLP). */
  inputScale: z.boolean(),
  numericEmbedding,
  /** Width of the embedding of a categorical column with many levels. */
  categoryEmbedding: size,
  /**
   * `count` networks side by side, trained as one batched product and averaged in prediction.
   * `rank-one`: they share weights up to a factor per input and output (TabM, ICLR 2025); `none`: nothing is shared.
   */
  members: z.strictObject({ count: size, sharing: z.enum(['rank-one', 'none']) }),
  initializer,
});

/** A convolutional network, for images. */
const cnn = z.strictObject({
  kind: z.literal('cnn'),
  /**
   * Output channels of the blocks of each stage: [[32, 64], [128]] is two blocks at the stem's size, and one at half of it.
   * Each stage after the first halves height and width at its beginning.
   */
  stages: z.array(z.array(size).min(1).max(64)).min(1).max(8),
  /**
   * `plain`: a convolution per block, max pooling between stages. `residual`: two convolutions and the way around them
   * (He et al., 2016). `separable`: a depthwise and a 1 x 1 convolution (Howard et al., 2017).
   */
  block: z.enum(['plain', 'residual', 'separable']),
  /** Side of the convolutions' windows. */
  kernel: z.union([z.literal(3), z.literal(5)]),
  /** Side of the squares of pixels that the first convolution takes apart from each other: 1 keeps the images' size. */
  stem: z.union([z.literal(1), z.literal(2), z.literal(4)]),
  /** Channels are weighted by what the whole image shows (Hu et al., 2018). */
  squeezeExcitation: z.boolean(),
  /** Widths of dense layers after the average over the image. */
  hidden: z.array(size).max(8),
  activation,
  normalization: z.enum(['none', 'batch']),
  initializer,
});

const network = z.discriminatedUnion('kind', [mlp, cnn]);

const loss = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('cross-entropy'),
    labelSmoothing: share,
    classWeights: z.enum(['none', 'balanced']),
  }),
  z.strictObject({
    kind: z.literal('binary-cross-entropy'),
    labelSmoothing: share,
    classWeights: z.enum(['none', 'balanced']),
  }),
  z.strictObject({ kind: z.literal('mse') }),
  z.strictObject({ kind: z.literal('huber'), delta: z.number().positive() }),
]);

const learningRate = z.number().positive().finite();
/** A share that is forgotten slowly, but is forgotten: with 1 Adam's bias correction would divide by zero. */
const decay = z.number().min(0).max(0.99999);

const optimizer = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('sgd'), learningRate, momentum: decay, nesterov: z.boolean() }),
  z.strictObject({ kind: z.literal('adam'), learningRate, beta1: decay, beta2: decay, epsilon: z.number().positive() }),
  z.strictObject({
    kind: z.literal('adamw'),
    learningRate,
    beta1: decay,
    beta2: decay,
    epsilon: z.number().positive(),
  }),
]);

const schedule = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('constant') }),
  z.strictObject({ kind: z.literal('cosine'), warmUp: share }),
  z.strictObject({ kind: z.literal('warm-up'), warmUp: share }),
  z.strictObject({ kind: z.literal('one-cycle'), warmUp: share }),
  z.strictObject({ kind: z.literal('coslog4') }),
]);

/** Changes of training batches that keep what they show; 0 and false are off. All but `noise` are for images. */
const augmentation = z.strictObject({
  /** Standard deviation of Gaussian noise on continuous columns, in units of the scaled columns. */
  noise: strength,
  /** Half of the images are mirrored, left to right. */
  horizontalFlip: z.boolean(),
  /** Half of the images are turned upside down. */
  verticalFlip: z.boolean(),
  /** Images move by up to this share of their height and width; what comes in is the images' mean. */
  shift: z.number().min(0).max(0.5),
  /** Images turn by up to so many degrees to either side. */
  rotation: z.number().min(0).max(180),
  /** Images grow or shrink by up to this share. */
  scale: z.number().min(0).max(0.9),
  /** Brightness, contrast and saturation change by factors of up to 1 +- this. */
  color: z.number().min(0).max(1),
  /** A square of this share of the side is hidden (DeVries and Taylor, 2017). */
  cutout: share,
  /** Pairs of images are mixed by shares from Beta(a, a), and so are their targets (Zhang et al., 2018). */
  mixup: strength,
  /** A rectangle of another image replaces a share from Beta(a, a) of the image, and of its target (Yun et al., 2019). */
  cutmix: strength,
});

/** Step 3 of the recipe; strength 0 and patience null mean that the regularizer is off. */
const regularization = z.strictObject({
  /** Decoupled weight decay (Loshchilov and Hutter, 2019). */
  l2: z.strictObject({ strength, fade }),
  /** Proximal step after each update, so that weights become exactly zero. */
  l1: z.strictObject({ strength, fade }),
  dropout: z.strictObject({ rate: z.number().min(0).max(0.99), fade }),
  augmentation,
  /** Epochs without a better dev score before the run ends; null trains all epochs. */
  earlyStopping: z.strictObject({ patience: size.nullable() }),
});

const training = z.strictObject({
  batchSize: size,
  /** The most epochs; the best checkpoint is what counts. */
  epochs: size,
  /** Decay of an exponential moving average of the weights, which is then what is evaluated; 0 is off. */
  averaging: z.number().min(0).max(0.99999),
  /** Gradients are scaled down to this global norm; null is off. */
  clipNorm: z.number().positive().nullable(),
});

/** The schema of a plan. */
export const planSchema = z.strictObject({
  version: z.literal(1),
  preprocessing,
  network,
  loss,
  optimizer,
  schedule,
  regularization,
  training,
  seed: z.number().int().min(0).max(0xffffffff),
});

type DeepReadonly<T> = T extends (infer U)[]
  ? readonly DeepReadonly<U>[]
  : T extends object
    ? { readonly [K in keyof T]: DeepReadonly<T[K]> }
    : T;

/** Everything about a run but the data. */
export type Plan = DeepReadonly<z.infer<typeof planSchema>>;
/** How a table becomes numbers. */
export type PreprocessingPlan = Plan['preprocessing'];
/** What is trained. */
export type NetworkPlan = Plan['network'];
/** A network of dense layers. */
export type MlpPlan = Extract<NetworkPlan, { readonly kind: 'mlp' }>;
/** A convolutional network. */
export type CnnPlan = Extract<NetworkPlan, { readonly kind: 'cnn' }>;
/** What the training makes small. */
export type LossPlan = Plan['loss'];
/** How a gradient becomes an update. */
export type OptimizerPlan = Plan['optimizer'];
/** How the learning rate moves over the run. */
export type SchedulePlan = Plan['schedule'];
/** What keeps the network from learning the training rows by heart. */
export type RegularizationPlan = Plan['regularization'];
/** How training batches are changed. */
export type AugmentationPlan = RegularizationPlan['augmentation'];
/** How long, in what portions, and with which guards. */
export type TrainingPlan = Plan['training'];

/** What is predicted: one of several classes, or a number. */
export type Task = 'classification' | 'regression';

/** Checks a value against the schema; every field that is wrong is named in the error. */
export function parsePlan(value: unknown): Plan {
  const result = planSchema.safeParse(value);
  if (result.success) return result.data;
  const lines = result.error.issues.map((issue) => {
    const path = issue.path.length > 0 ? issue.path.join('.') : 'the plan';
    return `  ${path}: ${issue.message}`;
  });
  throw new FettleError(
    'plan',
    `The plan is not valid:\n${lines.join('\n')}\n\`fettle plan DATA\` prints a complete plan to start from.`,
  );
}

/** The plan as JSON text with two spaces, the fields in the schema's order. */
export function printPlan(plan: Plan): string {
  return `${JSON.stringify(planSchema.parse(plan), null, 2)}\n`;
}
