import type { ActionId } from '../../diagnosis/action-id.ts';
import type { Action } from '../action.ts';
import { augmentation } from './augmentation.ts';
import { biggerNetwork } from './bigger-network.ts';
import { clipGradients } from './clip-gradients.ts';
import { dropout } from './dropout.ts';
import { earlyStopping } from './early-stopping.ts';
import { fixData } from './fix-data.ts';
import { l1 } from './l1.ts';
import { l2 } from './l2.ts';
import { learningRate } from './learning-rate.ts';
import { longerTraining } from './longer-training.ts';
import { moreData } from './more-data.ts';
import { normalizeVariance } from './normalize-variance.ts';
import { otherArchitecture } from './other-architecture.ts';
import { randomInitialization } from './random-initialization.ts';
import { subtractMean } from './subtract-mean.ts';
import { warmUp } from './warm-up.ts';

/** Every action, by id, in the order of the recipe's steps. */
export const actions = {
  'learning-rate': learningRate,
  'clip-gradients': clipGradients,
  'warm-up': warmUp,
  'fix-data': fixData,
  'bigger-network': biggerNetwork,
  'longer-training': longerTraining,
  'other-architecture': otherArchitecture,
  'more-data': moreData,
  l2,
  l1,
  dropout,
  augmentation,
  'early-stopping': earlyStopping,
  'subtract-mean': subtractMean,
  'normalize-variance': normalizeVariance,
  'random-initialization': randomInitialization,
} satisfies { readonly [K in ActionId]: Action };
