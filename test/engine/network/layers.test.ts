import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../src/base/random.ts';
import type { Value } from '../../../src/engine/index.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { checkGradient, GRADIENT_TOLERANCE } from '../../../src/engine/testing/check-gradient.ts';
import { type LayerId, layers } from '../../../src/network/index.ts';
import type { Batch, LayerParameter } from '../../../src/network/layer.ts';
import { distance, evaluate, type Fed } from './evaluate.ts';
import type { LayerSample } from './layer-sample.ts';
import { layerSamples } from './layer-samples.ts';

const runtime = createOnnxRuntime();
const rows = 6;
/** LayerNormalization's float64 kernel gives float32 statistics; convolutions have no float64 kernel. */
const single: readonly LayerId[] = ['layer-normalization', 'convolution', 'transposed-convolution', 'average-pooling'];
const precision = (id: LayerId): 'float32' | 'float64' => (single.includes(id) ? 'float32' : 'float64');
const product = (shape: readonly number[]): number => shape.reduce((n, dim) => n * dim, 1);
const shapeOf = (batch: Batch, image: readonly number[] = [batch.width]): number[] =>
  batch.members === null ? [batch.rows, ...image] : [batch.members, batch.rows, ...image];
/** The shape with the number of rows left open. */
const open = (shape: readonly number[], members: number | null): (number | string)[] =>
  shape.map((dim, axis) => (axis === (members === null ? 0 : 1) ? 'N' : dim));

/** Random inputs of a sample. */
function inputBatches<K extends LayerId>(sample: LayerSample<K>): readonly Batch[] {
  const random = createRandom(7);
  return sample.inputs.map(({ members, width, levels, bytes }) => {
    const length = (members ?? 1) * rows * width;
    if (bytes) return { members, rows, width, data: Uint8Array.from({ length }, () => random.below(256)) };
    const data = levels
      ? Int32Array.from({ length }, (_, i) => random.below(levels[i % width] as number))
      : Float32Array.from({ length }, () => random.normal());
    return { members, rows, width, data };
  });
}

/** First values of all parameters and buffers, by their own names. */
function initialValues<K extends LayerId>(id: K, sample: LayerSample<K>): Map<string, Float32Array> {
  const values = new Map<string, Float32Array>();
  const own = (name: string): Float32Array => values.get(name) ?? new Float32Array();
  const initialize = (spec: Pick<LayerParameter, 'name' | 'initialize'>) =>
    values.set(
      spec.name,
      spec.initialize({
        random: createRandom(1).fork(spec.name),
        sample: { rows, numeric: new Float32Array(), categories: new Int32Array(), images: null },
        values,
        inputs: () => inputBatches(sample),
        own,
      }),
    );
  layers[id].buffers(sample.options).forEach(initialize);
  layers[id].parameters(sample.options).forEach(initialize);
  return values;
}

/** Numbers that are not at a layer's first values, where factors are 1 and biases are 0. */
function moved(values: Map<string, Float32Array>): Map<string, Float32Array> {
  const random = createRandom(3);
  return new Map([...values].map(([name, data]) => [name, data.map((x) => x + 0.3 * random.uniform())]));
}

const integerType = (data: Int32Array | Uint8Array) => (data instanceof Int32Array ? 'int32' : 'uint8');

/** Everything that the graph of a layer is fed with. */
function fed<K extends LayerId>(id: K, sample: LayerSample<K>, symbolic: boolean): Record<string, Fed> {
  const values = moved(initialValues(id, sample));
  const result: Record<string, Fed> = {};
  inputBatches(sample).forEach((batch, i) => {
    const shape = shapeOf(batch, sample.inputs[i]?.image);
    const declared = symbolic ? open(shape, batch.members) : shape;
    const integers: Pick<Fed, 'dtype'> = batch.data instanceof Float32Array ? {} : { dtype: integerType(batch.data) };
    result[`input${i}`] = { shape, declared, data: batch.data, ...integers };
  });
  for (const { name, shape } of [...layers[id].parameters(sample.options), ...layers[id].buffers(sample.options)]) {
    result[name] = { shape, data: values.get(name) ?? new Float32Array() };
  }
  for (const { name, shape } of symbolic ? [] : layers[id].masks(sample.options, rows)) {
    const random = createRandom(5);
    result[name] = {
      shape,
      data: Float32Array.from({ length: product(shape) }, () => (random.uniform() < 0.5 ? 0 : 2)),
    };
  }
  return result;
}

function forward<K extends LayerId>(id: K, sample: LayerSample<K>, value: (name: string) => Value, mode: Mode) {
  const inputs = sample.inputs.map((_, i) => value(`input${i}`));
  return layers[id].forward(sample.options, inputs, {
    parameter: value,
    buffer: value,
    mask: (name) => (mode.dropout ? value(name) : null),
    training: mode.training,
  });
}
interface Mode {
  readonly training: boolean;
  readonly dropout: boolean;
}

function conformance<K extends LayerId>(id: K, sample: LayerSample<K>): void {
  const layer = layers[id];
  const values = moved(initialValues(id, sample));
  const read = (name: string): Float32Array => values.get(name) ?? new Float32Array();
  const plain = layer.plain(sample.options, inputBatches(sample), read);
  const tensors = [...layer.parameters(sample.options), ...layer.buffers(sample.options)];

  it('has the parameters that it declares, of finite numbers, the same for the same seed', () => {
    const first = initialValues(id, sample);
    for (const { name, shape } of tensors) {
      const data = first.get(name) ?? new Float32Array();
      expect([name, data.length]).toEqual([name, product(shape)]);
      expect(data.every(Number.isFinite)).toBe(true);
    }
    expect(first).toEqual(initialValues(id, sample));
    expect(layer.parameters(sample.options).reduce((n, { shape }) => n + product(shape), 0)).toBe(sample.parameters);
    expect(new Set(tensors.map(({ name }) => name)).size).toBe(tensors.length);
  });

  it('computes in training what its plain function computes', async () => {
    const result = await evaluate(runtime, fed(id, sample, false), (value) => {
      return { output: forward(id, sample, value, { training: true, dropout: false }).output };
    });
    expect(result('output').shape).toEqual(shapeOf(plain, sample.output));
    expect(plain.width).toBe(layer.width(sample.options));
    expect(distance(result('output').data, plain.data)).toBeLessThan(1e-5);
  });

  it('gives out new values for buffers that it declares, in their shape', async () => {
    const shapes = Object.fromEntries(layer.buffers(sample.options).map(({ name, shape }) => [name, shape]));
    await evaluate(runtime, fed(id, sample, false), (value) => {
      const { output, buffers } = forward(id, sample, value, { training: true, dropout: true });
      for (const [name, next] of Object.entries(buffers)) expect(next.shape).toEqual(shapes[name]);
      return { output };
    });
  });

  it('has the same shape in evaluation, for any number of rows', async () => {
    const result = await evaluate(runtime, fed(id, sample, true), (value) => {
      const { output, buffers } = forward(id, sample, value, { training: false, dropout: false });
      expect(output.shape).toEqual(open(shapeOf(plain, sample.output), plain.members));
      expect(buffers).toEqual({});
      return { output };
    });
    expect(result('output').shape).toEqual(shapeOf(plain, sample.output));
    expect(result('output').data.every(Number.isFinite)).toBe(true);
  });

  it('counts the products of one row', () => {
    expect(layer.multiplyAdds(sample.options)).toBe(sample.multiplyAdds ?? 0);
  });

  // Bytes alone have no gradient.
  it.skipIf(sample.parameters === 0 && sample.inputs.every(({ bytes }) => bytes))(
    'has the gradient of central differences, for parameters and inputs',
    async () => {
      const all = fed(id, sample, false);
      const trained = layer.parameters(sample.options).map(({ name }) => name);
      const real = Object.entries(all).filter(([name, { dtype }]) => {
        return dtype === undefined && (trained.includes(name) || name.startsWith('input'));
      });
      const error = await checkGradient(runtime, {
        real: precision(id),
        inputs: real.map(([, { shape, data }]) => ({ shape, data })),
        build: (given) => {
          const byName = new Map(real.map(([name], i) => [name, given[i] as Value]));
          const value = (name: string): Value => {
            const fixed = all[name] as Fed;
            const graph = (given[0] as Value).graph;
            return byName.get(name) ?? graph.constant(fixed.data, fixed.shape, fixed.dtype);
          };
          return forward(id, sample, value, { training: true, dropout: true }).output;
        },
      });
      expect(error).toBeLessThan(GRADIENT_TOLERANCE[precision(id)]);
    },
  );
}

function conformanceOf<K extends LayerId>(id: K): void {
  describe.each(layerSamples[id].map((sample) => [sample.about, sample] as const))(`the layer ${id}: %s`, (_, sample) =>
    conformance(id, sample),
  );
}

for (const id of Object.keys(layerSamples) as LayerId[]) conformanceOf(id);

describe('the table of layers', () => {
  it('names each layer by its id and explains each option', () => {
    for (const [id, layer] of Object.entries(layers)) {
      expect(layer.id).toBe(id);
      expect(Object.values(layer.options).every((text) => text.length > 3)).toBe(true);
    }
  });
});
