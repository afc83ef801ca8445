// In: a fitted preprocessing. Out: a graph's raw inputs, one per used column or one for images, and from them what the
// network is fed with.

import type { PreparedColumn } from '../data/prepared-column.ts';
import type { Preprocessing } from '../data/preprocessing.ts';
import type { ImageShape } from '../data/table.ts';
import { cast, type Graph, type Value } from '../engine/index.ts';
import { arrange, type PlacedColumn } from './blocks.ts';
import { embeddingCodes, oneHotBlocks } from './category-graph.ts';
import { modelColumns } from './columns.ts';
import { exportedForm, inputShape, modelImage } from './image-input.ts';
import { numberBlocks } from './number-graph.ts';

/** What a network is fed with. */
export interface NetworkFeeds {
  /** Null when every used column is embedded, and for images. */
  readonly numeric: Value | null; // [N, D]
  readonly categories: Value | null; // [N, C] int32
  /** Pixels from 0 to 255, which the network scales; null for tables. */
  readonly image: Value | null; // [N, C, H, W]
}

/**
 * Adds one input per used column, named as the column, and computes what applyPreprocessing computes; or one input for
 * images, of bytes. Its only reader is the cast to float32, so that `withInput` can replace both.
 */
export function inputGraph(graph: Graph, preprocessing: Preprocessing): NetworkFeeds {
  const described = modelColumns(preprocessing);
  let offset = 0;
  const placed = preprocessing.columns.map((column, i): PlacedColumn<PreparedColumn> => {
    const input = graph.input(column.name, ['N', 1], described[i]?.type ?? 'float32');
    const at = offset;
    offset += column.outputs;
    return { column, input, offset: at };
  });
  const numbers = numberBlocks(
    placed.filter(isKind('numeric')),
    placed.filter(isKind('boolean')),
    placed.filter(isKind('date-time')),
  );
  const blocks = [...numbers, ...oneHotBlocks(placed.filter(isKind('one-hot')))];
  return {
    numeric: preprocessing.width === 0 ? null : arrange(blocks, preprocessing.width),
    categories: embeddingCodes(placed.filter(isKind('embedding'))),
    image: preprocessing.images === null ? null : pixels(graph, preprocessing.images),
  };
}

function pixels(graph: Graph, shape: ImageShape): Value {
  const image = modelImage(shape, exportedForm);
  return cast(graph.input(image.name, inputShape(image, 'N'), image.type), 'float32');
}

type OfKind<K> = PlacedColumn<Extract<PreparedColumn, { readonly kind: K }>>;

function isKind<K extends PreparedColumn['kind']>(kind: K) {
  return (placed: PlacedColumn<PreparedColumn>): placed is PlacedColumn<PreparedColumn> & OfKind<K> =>
    placed.column.kind === kind;
}
