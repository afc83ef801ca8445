import type { Rule } from '../rule.ts';
import { cannotTell } from './cannot-tell.ts';
import { dataMismatch } from './data-mismatch.ts';
import { diverged } from './diverged.ts';
import { fit } from './fit.ts';
import { highBias } from './high-bias.ts';
import { highVariance } from './high-variance.ts';
import { stalled } from './stalled.ts';
import { stillFalling } from './still-falling.ts';

/** Each rule under its own id, or it does not compile. */
const closed = <T extends { readonly [K in keyof T]: Rule<K & string> }>(table: T): T => table;

/** All rules; the order decides between verdicts of equal size. Each has a page docs/rules/<id>.md. */
export const rules = closed({
  diverged,
  stalled,
  'still-falling': stillFalling,
  'high-bias': highBias,
  'high-variance': highVariance,
  'data-mismatch': dataMismatch,
  'cannot-tell': cannotTell,
  fit,
});

/** The id of a rule and of its verdict. */
export type VerdictId = keyof typeof rules;

/** The ids in the order of the table. */
export const verdictIds = Object.keys(rules) as readonly VerdictId[];
