import type { ShareFact } from '../record/data-facts.ts';
import type { Finding } from './rule.ts';

/** Value and limits of a finding that is a share of rows, in percent. */
export function percentOf(share: ShareFact): Pick<Finding, 'value' | 'low' | 'high'> {
  return { value: 100 * share.value, low: 100 * share.low, high: 100 * share.high };
}
