// In: a network's predictions on rows of a table. Out: where it is wrong: classes, slices, rows, labels.
// Dev rows say where it generalizes badly; training rows, where the bias is high, what it cannot fit.

import { FettleError } from '../base/error.ts';
import type { Roles } from '../data/roles.ts';
import type { Table } from '../data/table.ts';
import type { ErrorAnalysis } from '../record/error-analysis.ts';
import type { Predictions } from '../training/score.ts';
import { confusionOf } from './errors/confusion.ts';
import { judgeRows } from './errors/judged-rows.ts';
import { likelyLabelErrors } from './errors/label-errors.ts';
import { mostWrong } from './errors/most-wrong.ts';
import { worstSlices } from './errors/slices.ts';

/** What is analysed. */
export interface ErrorAnalysisOptions {
  readonly set: ErrorAnalysis['set'];
  readonly table: Table;
  readonly roles: Roles;
  /** Rows of the table, in the order of the predictions. */
  readonly rows: Uint32Array;
  /** [N, K] probabilities, or [N, 1] values in the target's unit. */
  readonly predictions: Predictions;
}

/** Analyses the errors on a set of rows; throws `data` when rows and predictions are not as many. Pure and deterministic. */
export function analyseErrors({ set, table, roles, rows, predictions }: ErrorAnalysisOptions): ErrorAnalysis {
  if (rows.length !== predictions.rows) {
    throw new FettleError(
      'data',
      `Expected one prediction per row, ${rows.length}, received ${predictions.rows}. Pass the rows that were predicted.`,
    );
  }
  const judged = judgeRows(table, roles, rows, predictions);
  return {
    set,
    rows: rows.length,
    confusion: confusionOf(judged),
    ...worstSlices(judged),
    mostWrong: mostWrong(judged),
    likelyLabelErrors: likelyLabelErrors(judged),
  };
}
