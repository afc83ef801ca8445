import { formatPercent, plural } from '../../base/format.ts';
import { cameOut } from '../harmless.ts';
import type { Case, Finding, Rule } from '../rule.ts';
import { nameSome } from '../words.ts';

const options = {
  /** Share of the columns that say nothing, beyond those that are to be expected where many are nearly constant. */
  share: 0.2,
  /** One column of a few is no sign of anything. */
  columns: 2,
};

function judge({ evidence, gaps }: Case): Finding<'constant-columns'> | null {
  const input = evidence.data?.input ?? null;
  if (input === null || cameOut(gaps)) return null;
  const { columns, constant, nearlyConstant } = input;
  // Of rare words or pixels at the edge some never occur: about as many as those that hardly do (Chao, 1984).
  const unexpected = constant.length - nearlyConstant;
  if (unexpected < options.columns || !(unexpected >= options.share * columns)) return null;
  return {
    id: 'constant-columns',
    value: constant.length / columns,
    low: null,
    high: null,
    unit: 'of the columns',
    because:
      `${plural(constant.length, 'column')} of ${columns} (${formatPercent(constant.length / columns)}) hold one value in ` +
      `all training rows and say nothing: ${nameSome(constant)}. Were they read or joined as they should be?`,
    confidence: null,
    actions: constantColumns.actions,
  };
}

/** Much of the table says nothing. */
export const constantColumns: Rule<'constant-columns'> = {
  id: 'constant-columns',
  about: 'A large share of the columns holds one value in all training rows.',
  kind: 'data',
  options,
  actions: ['fix-data'],
  judge,
};
