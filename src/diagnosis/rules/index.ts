import type { Rule } from '../rule.ts';
import { badInitialization } from './bad-initialization.ts';
import { cannotTell } from './cannot-tell.ts';
import { classImbalance } from './class-imbalance.ts';
import { constantColumns } from './constant-columns.ts';
import { dataMismatch } from './data-mismatch.ts';
import { deadUnits } from './dead-units.ts';
import { diverged } from './diverged.ts';
import { duplicatesAcrossSplits } from './duplicates-across-splits.ts';
import { explodingGradients } from './exploding-gradients.ts';
import { fit } from './fit.ts';
import { highBias } from './high-bias.ts';
import { highVariance } from './high-variance.ts';
import { indistinguishableClasses } from './indistinguishable-classes.ts';
import { labelNoise } from './label-noise.ts';
import { labelRange } from './label-range.ts';
import { leakage } from './leakage.ts';
import { learningRateHigh } from './learning-rate-high.ts';
import { learningRateLow } from './learning-rate-low.ts';
import { moreDataHelps } from './more-data-helps.ts';
import { oscillating } from './oscillating.ts';
import { outputAndLoss } from './output-and-loss.ts';
import { overRegularized } from './over-regularized.ts';
import { saturatedUnits } from './saturated-units.ts';
import { stalled } from './stalled.ts';
import { stillFalling } from './still-falling.ts';
import { stoppedEarly } from './stopped-early.ts';
import { unscaledInput } from './unscaled-input.ts';
import { vanishingGradients } from './vanishing-gradients.ts';

/** Each rule under its own id, or it does not compile. */
const closed = <T extends { readonly [K in keyof T]: Rule<K & string> }>(table: T): T => table;

/** All rules; the order decides between verdicts of equal size. Each has a page docs/rules/<id>.md. */
export const rules = closed({
  leakage,
  'unscaled-input': unscaledInput,
  'label-range': labelRange,
  'class-imbalance': classImbalance,
  'constant-columns': constantColumns,
  'label-noise': labelNoise,
  'indistinguishable-classes': indistinguishableClasses,
  'duplicates-across-splits': duplicatesAcrossSplits,
  // Causes before what follows from them.
  'output-and-loss': outputAndLoss,
  'bad-initialization': badInitialization,
  'learning-rate-high': learningRateHigh,
  'learning-rate-low': learningRateLow,
  'over-regularized': overRegularized,
  diverged,
  stalled,
  'exploding-gradients': explodingGradients,
  'vanishing-gradients': vanishingGradients,
  'dead-units': deadUnits,
  'saturated-units': saturatedUnits,
  oscillating,
  'stopped-early': stoppedEarly,
  'still-falling': stillFalling,
  'high-bias': highBias,
  'high-variance': highVariance,
  'more-data-helps': moreDataHelps,
  'data-mismatch': dataMismatch,
  'cannot-tell': cannotTell,
  fit,
});

/** The id of a rule and of its verdict. */
export type VerdictId = keyof typeof rules;

/** The ids in the order of the table. */
export const verdictIds = Object.keys(rules) as readonly VerdictId[];
