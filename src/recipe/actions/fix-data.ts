import type { Action } from '../action.ts';

/** What only a person can mend: labels, leaking columns, rows of another kind. */
export const fixData: Action = {
  id: 'fix-data',
  about: 'Mends labels, leaking columns or rows of another kind; a person has to do it, so it is advice.',
  step: 1,
  propose: () => [],
};
