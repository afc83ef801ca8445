import type { WrongRow } from '../../record/error-analysis.ts';
import { type JudgedRows, wrongRow } from './judged-rows.ts';

/** Rows that are given back. */
const mostRows = 20;

/** The rows that are wrong with the most certainty, or by the most. */
export function mostWrong(judged: JudgedRows): readonly WrongRow[] {
  const wrong = Array.from(judged.terms, (term, i) => ({ term, i })).filter(({ term }) => term > 0);
  return wrong
    .map(({ i }) => wrongRow(judged, i))
    .sort((a, b) => b.weight - a.weight || a.row - b.row)
    .slice(0, mostRows);
}
