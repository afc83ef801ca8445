import { afterAll, describe, expect, test } from 'vitest';
import {
  add,
  cast,
  createArena,
  createGraph,
  encode,
  equal,
  exp,
  linear,
  mul,
  reduceSum,
  type Session,
  stringEqual,
  type Tensor,
} from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';

const runtime = createOnnxRuntime();
const sessions: Session[] = [];
const load = async (outputs: Parameters<typeof encode>[0]): Promise<Session> => {
  const session = await runtime.load(encode(outputs, { keepInputs: true }));
  sessions.push(session);
  return session;
};
afterAll(() => Promise.all(sessions.map((session) => session.release())));

describe('a session', () => {
  test('reads from and writes into memory that the caller owns, without copies', async () => {
    const arena = createArena([
      { name: 'parameters', floats: 4 },
      { name: 'results', floats: 4 },
    ]);
    const [parameters, results] = [arena.float32('parameters'), arena.float32('results')];
    const graph = createGraph();
    const session = await load({ y: mul(graph.input('x', [2, 2]), 2) });
    const feeds = { x: runtime.tensor('float32', parameters, [2, 2]) };
    const fetches = { y: runtime.tensor('float32', results, [2, 2]) };
    for (const factor of [1, 10]) {
      parameters.set([1, 2, 3, 4].map((x) => x * factor));
      expect(await session.run(feeds, fetches)).toBe(fetches);
      expect(Array.from(results)).toEqual([2, 4, 6, 8].map((x) => x * factor));
    }
  });

  test('says what goes in and out, and takes any size where the graph names one', async () => {
    const graph = createGraph();
    const x = graph.input('x', ['N', 2]);
    const session = await load({ y: linear(x, graph.constant([1, 1], [2, 1])), z: exp(x) });
    expect([session.inputs, session.outputs]).toEqual([['x'], ['y', 'z']]);
    for (const n of [1, 3]) {
      const { y, z } = await session.run({ x: runtime.tensor('float32', new Float32Array(2 * n).fill(1), [n, 2]) });
      expect(y).toMatchObject({ dtype: 'float32', shape: [n, 1], data: new Float32Array(n).fill(2) });
      expect(z?.shape).toEqual([n, 2]);
    }
  });

  test('passes every type of tensor through', async () => {
    const graph = createGraph();
    const session = await load({
      isText: stringEqual(graph.input('text', [2], 'string'), 'ü'),
      long: add(graph.input('int64', [1], 'int64'), 1),
      int: add(graph.input('int32', [1], 'int32'), 1),
      double: add(graph.input('float64', [1], 'float64'), 1),
      same: equal(graph.input('bool', [2], 'bool'), graph.constant([1, 1], [2], 'bool')),
      pixels: cast(graph.input('uint8', [3], 'uint8'), 'float32'),
    });
    const results = await session.run({
      text: runtime.tensor('string', ['ü', 'u'], [2]),
      int64: runtime.tensor('int64', BigInt64Array.of(2n ** 60n), [1]),
      int32: runtime.tensor('int32', Int32Array.of(7), [1]),
      float64: runtime.tensor('float64', Float64Array.of(0.1), [1]),
      bool: runtime.tensor('bool', Uint8Array.of(1, 0), [2]),
      uint8: runtime.tensor('uint8', Uint8Array.of(0, 128, 255), [3]),
    });
    expect(results).toMatchObject({
      isText: { dtype: 'bool', data: Uint8Array.of(1, 0) },
      long: { dtype: 'int64', data: BigInt64Array.of(2n ** 60n + 1n) },
      int: { dtype: 'int32', data: Int32Array.of(8) },
      double: { dtype: 'float64', data: Float64Array.of(1.1) },
      same: { dtype: 'bool', data: Uint8Array.of(1, 0) },
      pixels: { dtype: 'float32', data: Float32Array.of(0, 128, 255) },
    });
  });

  test('gives the same bits at every run', async () => {
    const graph = createGraph();
    const x = graph.input('x', [64, 33]);
    const session = await load({ y: reduceSum(linear(x, graph.input('w', [33, 17]))) });
    const tensor = (rows: number, columns: number): Tensor =>
      runtime.tensor(
        'float32',
        Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i)),
        [rows, columns],
      );
    const feeds = { x: tensor(64, 33), w: tensor(33, 17) };
    const first = await session.run(feeds);
    for (let i = 0; i < 5; i++) expect((await session.run(feeds)).y?.data).toEqual(first.y?.data);
  });
});

describe('refused with what to do', () => {
  test('a tensor of another type or size than its data', () => {
    expect(() => runtime.tensor('float32', new Float32Array(3), [2])).toThrow(
      'tensor: expected Float32Array of 2 elements for float32[2], received Float32Array of 3. Correct the type or the shape.',
    );
    expect(() => runtime.tensor('int64', new Int32Array(2), [2])).toThrow(
      'expected BigInt64Array of 2 elements for int64[2]',
    );
  });

  test('feeds that do not fit the model', async () => {
    const session = await load({ y: exp(createGraph().input('x', [2])) });
    await expect(session.run({})).rejects.toThrow(
      "onnxruntime could not run the model: input 'x' is missing in 'feeds'.",
    );
    await expect(session.run({ x: runtime.tensor('float32', new Float32Array(3), [3]) })).rejects.toThrow(
      /could not run the model: .*index: 0 Got: 3 Expected: 2/s,
    );
  });

  test('bytes that are no model, and a thread count that is none', async () => {
    await expect(runtime.load(Uint8Array.of(1, 2, 3))).rejects.toThrow('onnxruntime could not load the model: ');
    expect(() => createOnnxRuntime({ threads: 0 })).toThrow(
      'threads: expected a whole number above 0, received 0. Use 1 or more threads.',
    );
  });
});
