// In: the name that a log gives to a value. Out: what it is by the conventions of the frameworks: whose rows, which
// quantity. Names that fit no convention are left to `--map`.

/** Whose rows a value was measured on. */
export type LoggedSet = 'train' | 'dev' | 'test';

/** What was measured. `accuracy` and `mse` are turned into an error and an RMSE later. */
export type Quantity = 'accuracy' | 'error' | 'loss' | 'rmse' | 'mse' | 'mae';

/** What a name means. */
export interface Meaning {
  readonly set: LoggedSet;
  readonly quantity: Quantity;
  /** Of single batches (`train_loss_step`): used only where there is no value of whole epochs. */
  readonly ofBatch: boolean;
}

const SETS: Readonly<Record<string, LoggedSet>> = {
  train: 'train',
  training: 'train',
  tr: 'train',
  val: 'dev',
  valid: 'dev',
  validation: 'dev',
  dev: 'dev',
  eval: 'dev',
  evaluation: 'dev',
  test: 'test',
  testing: 'test',
};

const QUANTITIES: Readonly<Record<string, Quantity>> = {
  acc: 'accuracy',
  acc1: 'accuracy',
  top1: 'accuracy',
  top_1: 'accuracy',
  top1_acc: 'accuracy',
  top1_accuracy: 'accuracy',
  top_1_acc: 'accuracy',
  top_1_accuracy: 'accuracy',
  accuracy: 'accuracy',
  accuracy_score: 'accuracy',
  binary_accuracy: 'accuracy',
  categorical_accuracy: 'accuracy',
  sparse_categorical_accuracy: 'accuracy',
  multiclass_accuracy: 'accuracy',
  err: 'error',
  error: 'error',
  error_rate: 'error',
  top1_error: 'error',
  misclassification: 'error',
  loss: 'loss',
  total_loss: 'loss',
  log_loss: 'loss',
  logloss: 'loss',
  cross_entropy: 'loss',
  nll: 'loss',
  rmse: 'rmse',
  root_mean_squared_error: 'rmse',
  mse: 'mse',
  mean_squared_error: 'mse',
  mae: 'mae',
  mean_absolute_error: 'mae',
};

/** `trainAcc`, `Train/Acc` and `train-acc` are `train acc`. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z\d])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z\d]+/)
    .filter((word) => word !== '');
}

/** The meaning of a name, or null. A name without a set, such as `loss`, is of the training rows. */
export function meaningOf(name: string): Meaning | null {
  const words = wordsOf(name);
  const sets = new Set(words.flatMap((word) => (Object.hasOwn(SETS, word) ? [SETS[word] as LoggedSet] : [])));
  if (sets.size > 1) return null;
  const left = words.filter((word) => !Object.hasOwn(SETS, word) && !['epoch', 'step', 'batch'].includes(word));
  const id = left.join('_');
  const quantity = Object.hasOwn(QUANTITIES, id) ? QUANTITIES[id] : undefined;
  if (quantity === undefined) return null;
  const ofBatch = words.includes('step') || words.includes('batch');
  return { set: [...sets][0] ?? 'train', quantity, ofBatch };
}

/** Whether a name is that of the learning rate. */
export function isLearningRate(name: string): boolean {
  const words = wordsOf(name);
  return words.includes('lr') || words.join('_').includes('learning_rate');
}

const AXES: Readonly<Record<string, 'epoch' | 'step' | 'seconds'>> = {
  epoch: 'epoch',
  epochs: 'epoch',
  step: 'step',
  steps: 'step',
  global_step: 'step',
  iteration: 'step',
  iter: 'step',
  elapsed: 'seconds',
  seconds: 'seconds',
  runtime: 'seconds',
};

/** Which axis a column counts, or null for a value. */
export function axisOf(name: string): 'epoch' | 'step' | 'seconds' | null {
  const id = wordsOf(name).join('_');
  return Object.hasOwn(AXES, id) ? (AXES[id] ?? null) : null;
}
