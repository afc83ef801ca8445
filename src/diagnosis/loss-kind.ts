import type { Task } from '../plan/plan.ts';

/** What a loss is for, and in which form it reads what the network gives. */
export interface LossKind {
  readonly task: Task;
  /** `either`: the name is used for both forms, or the loss itself turns one into the other. */
  readonly reads: 'logits' | 'probabilities' | 'log-probabilities' | 'either';
}

const number: LossKind = { task: 'regression', reads: 'either' };
const classes = (reads: LossKind['reads']): LossKind => ({ task: 'classification', reads });

/**
 * By the name in small letters: fettle's own, PyTorch's, and those of Keras, which read probabilities by default;
 * `fettle callback` adds `_from_logits` to the names of those that were told to read logits.
 */
const kinds: Readonly<Record<string, LossKind>> = {
  mse: number,
  huber: number,
  mae: number,
  mseloss: number,
  l1loss: number,
  smoothl1loss: number,
  huberloss: number,
  meansquarederror: number,
  meanabsoluteerror: number,
  logcosh: number,
  crossentropy: classes('either'),
  binarycrossentropy: classes('either'),
  crossentropyloss: classes('logits'),
  bcewithlogitsloss: classes('logits'),
  bceloss: classes('probabilities'),
  nllloss: classes('log-probabilities'),
  binarycrossentropyfromlogits: classes('logits'),
  categoricalcrossentropyfromlogits: classes('logits'),
  sparsecategoricalcrossentropyfromlogits: classes('logits'),
  categoricalcrossentropy: classes('probabilities'),
  sparsecategoricalcrossentropy: classes('probabilities'),
};

/** The kind of a loss by its name, as in a plan or as a framework writes it: `CrossEntropyLoss`; null if unknown. */
export function lossKind(name: string): LossKind | null {
  return kinds[name.toLowerCase().replace(/[^a-z0-9]/g, '')] ?? null;
}
