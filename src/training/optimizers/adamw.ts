// AdamW (Loshchilov and Hutter, ICLR 2019), with the decay multiplied by the learning rate as in PyTorch:
//   w <- (1 - lr * l2) w, then Adam's update, then the proximal step.
// Since this project's L2 is always decoupled, it is the rule in adam.ts under the name that people look for.

import { adam } from './adam.ts';
import type { OptionsOf, UpdateRule } from './rule.ts';

/** The update rule of the plan's `adamw`. */
export function adamw(options: OptionsOf<'adamw'>): UpdateRule {
  return adam(options);
}
