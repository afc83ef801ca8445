/** The states of the loop, in the order in which a tuning can first meet them. */
export const stateIds = [
  'precheck',
  'baseline',
  'diagnose',
  'fix-optimization',
  'reduce-bias',
  'reduce-variance',
  'examine',
  'optimization-ablation',
  'final-fit',
  'report',
  'done',
] as const;

/** The id of a state. */
export type StateId = (typeof stateIds)[number];

/** The states that change the plan. */
export type ReducingState = Extract<StateId, 'fix-optimization' | 'reduce-bias' | 'reduce-variance'>;
