// Ops on text, so that an exported model takes a table's raw categories.
// Source of the definitions: https://onnx.ai/onnx/operators/index_ml.html

import { FettleError } from '../../base/error.ts';
import type { Value } from '../graph/graph.ts';
import { apply, op, requireType, type Unary } from './op.ts';

/** The text ops by name. */
export const text = {
  labelEncoder: op<
    Unary,
    { readonly keys: readonly string[]; readonly values: readonly number[]; readonly fallback: number }
  >({
    id: 'labelEncoder',
    about: 'a whole number for each text',
    infer: ([x]) => {
      requireType('labelEncoder', x, ['string']);
      return [{ dtype: 'int64', shape: x.shape }];
    },
    gradient: { none: 'text is not a real number' },
    encode: (inputs, outputs, { keys, values, fallback }) => [
      {
        type: 'LabelEncoder',
        domain: 'ai.onnx.ml',
        inputs,
        outputs,
        attributes: {
          keys_strings: { strings: keys },
          values_int64s: { ints: values },
          default_int64: { int: fallback },
        },
      },
    ],
  }),
};

/** The value of each text's key, or `fallback` (-1 by default) for a text that is no key: string -> int64. */
export function labelEncoder(
  x: Value,
  keys: readonly string[],
  values: readonly number[] = keys.map((_, i) => i),
  fallback = -1,
): Value {
  if (keys.length === 0 || keys.length !== values.length || new Set(keys).size !== keys.length) {
    throw new FettleError(
      'engine',
      `labelEncoder: expected distinct keys and one value for each, received ${keys.length} keys ` +
        `(${new Set(keys).size} distinct) and ${values.length} values. Correct the lists.`,
    );
  }
  return apply(text.labelEncoder, [x], { keys, values, fallback })[0];
}
