import type { TuneContext } from '../context.ts';
import type { StateId } from '../state-id.ts';
import { baseline } from './baseline.ts';
import { diagnose } from './diagnose.ts';
import { examine } from './examine.ts';
import { optimizationAblation } from './optimization-ablation.ts';
import { precheck } from './precheck.ts';
import { reduce } from './reduce.ts';

/** The states whose work needs no files; the final fit and the report write the model. */
export type PhaseId = Exclude<StateId, 'final-fit' | 'report' | 'done'>;

/** The work of each state: it reads the state so far and emits events. */
export const phases = {
  precheck,
  baseline,
  diagnose,
  'fix-optimization': (context) => reduce(context, 'fix-optimization'),
  'reduce-bias': (context) => reduce(context, 'reduce-bias'),
  'reduce-variance': (context) => reduce(context, 'reduce-variance'),
  examine,
  'optimization-ablation': optimizationAblation,
} satisfies { readonly [K in PhaseId]: (context: TuneContext) => Promise<void> };
