// Columns of several inputs side by side.

import { concat, expand, type Value } from '../../engine/index.ts';
import { commonMembers, fillBatch, rowStart } from '../batch.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of a join. */
export interface JoinOptions {
  readonly widths: readonly number[];
}

/** Repeats [N, F] for k members when another input has a member axis. */
function withMembers(input: Value, members: number | null): Value {
  if (members === null || input.shape.length === 3) return input;
  return expand(input, [members, ...input.shape]); // [k, N, F]
}

/** A join. */
export const join: Layer<'join', JoinOptions> = {
  id: 'join',
  about: 'The columns of all inputs side by side.',
  options: { widths: 'columns of each input' },
  width: (options) => options.widths.reduce((sum, width) => sum + width, 0),
  parameters: none,
  buffers: none,
  masks: none,
  multiplyAdds: noProducts,
  forward: (_options, inputs) => {
    const first = inputs.find((input) => input.shape.length === 3)?.shape[0];
    const members = typeof first === 'number' ? first : null;
    return only(
      concat(
        inputs.map((input) => withMembers(input, members)),
        -1,
      ),
    );
  },
  plain: ({ widths }, inputs) => {
    const places = widths.flatMap((width, part) => Array.from({ length: width }, (_, j) => ({ part, j })));
    const rows = inputs[0]?.rows ?? 0;
    return fillBatch(commonMembers(inputs, null), rows, places.length, (m, i, j) => {
      const place = places[j] as { part: number; j: number };
      const input = inputs[place.part];
      return input === undefined ? Number.NaN : (input.data[rowStart(input, m, i) + place.j] as number);
    });
  },
};
