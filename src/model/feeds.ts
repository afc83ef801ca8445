// In: a model's inputs and rows of a table. Out: the tensors that its session is fed with.

import { FettleError } from '../base/error.ts';
import type { Column, Table } from '../data/table.ts';
import { neededColumn } from '../data/write-column.ts';
import type { Runtime, Tensor } from '../engine/index.ts';
import type { ModelColumn } from './columns.ts';
import { imageTensor, modelImages } from './image-feeds.ts';
import type { ModelMetadata } from './metadata.ts';

/** The table's column for each input. Throws `data` if one is absent or of another kind, with the nearest names. */
export function modelInputs(metadata: ModelMetadata, table: Table): readonly Column[] {
  return metadata.preprocessing.columns.map((prepared) => neededColumn(table, prepared));
}

/** What the session is fed with for some rows of a table. */
export type Feeder = (rows: Uint32Array) => Readonly<Record<string, Tensor>>;

/**
 * Feeds a model with rows of a table, or with its images. Throws `data` if the table lacks a column or has it in another
 * kind, and where images are given to a model of a table, or a table to a model of images.
 */
export function createFeeder(runtime: Runtime, metadata: ModelMetadata, table: Table): Feeder {
  const { image, columns } = metadata;
  if (image !== null) {
    const store = modelImages(image, table);
    return (rows) => ({ [image.name]: imageTensor(runtime, image, store, rows) });
  }
  if (table.images !== null) throw imagesForTable(metadata);
  const cells = modelInputs(metadata, table);
  return (rows) => feedRows(runtime, columns, cells, rows);
}

/** The error for images that are given to a model of a table. */
export function imagesForTable({ columns }: ModelMetadata, received = 'images'): FettleError {
  const shown = columns.slice(0, 6).map(({ name }) => name);
  const names = shown.join(', ') + (columns.length > shown.length ? ', ...' : '');
  return new FettleError(
    'data',
    `The model was trained on a table with the columns ${names}, but received ${received}. Give a table.`,
  );
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
