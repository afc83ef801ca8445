// Predictions as comma-separated text.

import type { PredictedTable } from './predict.ts';

/** A cell that a CSV reader takes for the same text. */
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);

/** The shortest text that is read as the same float32; empty for NaN. */
function shortest(x: number): string {
  if (Number.isNaN(x)) return '';
  for (let digits = 7; digits < 9; digits++) {
    const text = x.toPrecision(digits);
    if (Math.fround(Number(text)) === x) return String(Number(text));
  }
  return String(Number(x.toPrecision(9)));
}

/** CSV text in pieces of some thousand rows, the header first; rows in the order of the predictions. */
export function* predictionsCsv(predictions: PredictedTable): Generator<string, void, undefined> {
  const { rows, columns } = predictions;
  yield `${columns.map(({ name }) => quoted(name)).join(',')}\n`;
  for (let start = 0; start < rows; start += 4096) {
    let text = '';
    for (let row = start; row < Math.min(start + 4096, rows); row++) {
      const cells = columns.map(({ values }) => {
        const cell = values[row];
        return typeof cell === 'string' ? quoted(cell) : shortest(cell ?? Number.NaN);
      });
      text += `${cells.join(',')}\n`;
    }
    yield text;
  }
}
