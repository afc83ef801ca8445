/**
 * What can be prescribed, in the order of the recipe: repair of broken training, less underfitting, less overfitting,
 * regularization, training time. The recipe room holds one action for each of them.
 */
export const actionIds = [
  'learning-rate',
  'clip-gradients',
  'warm-up',
  'fix-data',
  'bigger-network',
  'longer-training',
  'other-architecture',
  'more-data',
  'l2',
  'l1',
  'dropout',
  'augmentation',
  'early-stopping',
  'subtract-mean',
  'normalize-variance',
  'random-initialization',
] as const;

/** The id of an action; also the name of its page under docs/actions. */
export type ActionId = (typeof actionIds)[number];
