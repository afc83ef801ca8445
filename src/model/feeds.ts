// In: a model's inputs and rows of a table. Out: the tensors that its session is fed with.

import type { Column, Table } from '../data/table.ts';
import { neededColumn } from '../data/write-column.ts';
import type { Runtime, Tensor } from '../engine/index.ts';
import type { ModelColumn } from './columns.ts';
import type { ModelMetadata } from './metadata.ts';

/** The table's column for each input. Throws `data` if one is absent or of another kind, with the nearest names. */
export function modelInputs(metadata: ModelMetadata, table: Table): readonly Column[] {
  return metadata.preprocessing.columns.map((prepared) => neededColumn(table, prepared));
}

/** The chosen rows as tensors [N, 1] by the names of the inputs. */
export function feedRows(
  runtime: Runtime,
  columns: readonly ModelColumn[],
  cells: readonly Column[],
  rows: Uint32Array,
): Readonly<Record<string, Tensor>> {
  const feeds: [string, Tensor][] = [];
  for (const [i, { name, missing }] of columns.entries()) {
    const column = cells[i];
    if (column !== undefined) feeds.push([name, columnTensor(runtime, column, missing, rows)]);
  }
  return Object.fromEntries(feeds);
}

function columnTensor(runtime: Runtime, column: Column, missing: string, rows: Uint32Array): Tensor {
  const shape = [rows.length, 1];
  if (column.kind === 'text') {
    // A text that was not stored is no level of the training rows, just as a missing one.
    const texts = Array.from(rows, (row) => column.levels[column.codes[row] as number] ?? missing);
    return runtime.tensor('string', texts, shape);
  }
  const { values } = column;
  if (column.kind === 'date-time') {
    return runtime.tensor(
      'float64',
      Float64Array.from(rows, (row) => values[row] as number),
      shape,
    );
  }
  return runtime.tensor(
    'float32',
    Float32Array.from(rows, (row) => values[row] as number),
    shape,
  );
}
