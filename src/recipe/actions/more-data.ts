import type { Action } from '../action.ts';

/** Against overfitting; only a person can bring rows, so nothing is proposed to the machine. */
export const moreData: Action = {
  id: 'more-data',
  about: 'Brings more training rows against overfitting; a person has to collect them, so it is advice.',
  step: 2,
  propose: () => [],
};
