// Checks of what a session does with tensors and with mistakes, whatever it computes.

import { encode } from '../graph/encode.ts';
import { createGraph, type Value } from '../graph/graph.ts';
import { add, cast, equal, exp, identity, matmul, mul, reduceSum, stringEqual } from '../ops/index.ts';
import type { Runtime, Session, Tensor } from '../runtime/runtime.ts';
import { near, type RuntimeCheck, refuses, same } from './runtime-check.ts';

/** Loads a model, uses it, and frees it whatever happens. */
async function withSession<T>(
  runtime: Runtime,
  outputs: Readonly<Record<string, Value>>,
  use: (session: Session) => Promise<T>,
  resident: readonly string[] = [],
): Promise<T> {
  const session = await runtime.load(encode(outputs, { keepInputs: true }), { resident });
  try {
    return await use(session);
  } finally {
    await session.release();
  }
}

/** y = 2 x, z = exp(x), total = the sum of x, for x of any number of rows of two. */
function small() {
  const x = createGraph().input('x', ['N', 2]);
  return { y: mul(x, 2), z: exp(x), total: reduceSum(x) };
}

const pairs = (runtime: Runtime, data: Float32Array): Tensor => runtime.tensor('float32', data, [data.length / 2, 2]);

const exponentials = (numbers: readonly number[]): readonly number[] => numbers.map(Math.exp);

const namesAndSizes: RuntimeCheck = {
  name: 'a session names what goes in and out, and takes any size where the graph names one',
  run: ({ runtime }) =>
    withSession(runtime, small(), async (session) => {
      same('the inputs', session.inputs, ['x']);
      same('the outputs', [...session.outputs].sort(), ['total', 'y', 'z']);
      for (const rows of [1, 3]) {
        const result = await session.run({ x: pairs(runtime, new Float32Array(2 * rows).fill(1)) });
        same('the names of the results', Object.keys(result).sort(), ['total', 'y', 'z']);
        same('the shape', result.y?.shape, [rows, 2]);
        same('the type', result.y?.dtype, 'float32');
        same('the values', result.y?.data, new Float32Array(2 * rows).fill(2));
        same('the total', result.total?.data, [2 * rows]);
      }
    }),
};

const everyType: RuntimeCheck = {
  name: 'tensors of every type pass through',
  async run({ runtime }) {
    const graph = createGraph();
    const outputs = {
      float32: identity(graph.input('a', [2])),
      float64: add(graph.input('b', [1], 'float64'), 1),
      int32: add(graph.input('c', [1], 'int32'), 1),
      int64: add(graph.input('d', [1], 'int64'), 1),
      bool: equal(graph.input('e', [2], 'bool'), graph.constant([1, 1], [2], 'bool')),
      pixels: cast(graph.input('f', [3], 'uint8'), 'float32'),
      text: stringEqual(graph.input('g', [2], 'string'), 'ü'),
    };
    await withSession(runtime, outputs, async (session) => {
      const result = await session.run({
        a: runtime.tensor('float32', Float32Array.of(-0.5, 3), [2]),
        b: runtime.tensor('float64', Float64Array.of(0.1), [1]),
        c: runtime.tensor('int32', Int32Array.of(7), [1]),
        d: runtime.tensor('int64', BigInt64Array.of(2n ** 60n), [1]),
        e: runtime.tensor('bool', Uint8Array.of(1, 0), [2]),
        f: runtime.tensor('uint8', Uint8Array.of(0, 128, 255), [3]),
        g: runtime.tensor('string', ['ü', 'u'], [2]),
      });
      same('float32', result.float32?.data, [-0.5, 3]);
      same('float64', result.float64?.data, [1.1]);
      same('int32', result.int32?.data, [8]);
      same('int64', result.int64?.data, [2n ** 60n + 1n]);
      same('bool', result.bool?.data, [1, 0]);
      same('uint8', result.pixels?.data, [0, 128, 255]);
      same('string', result.text?.data, [1, 0]);
    });
  },
};

const callersMemory: RuntimeCheck = {
  name: 'a run reads and writes the memory of the caller, also in the middle of a larger array',
  run: ({ runtime }) =>
    withSession(runtime, small(), async (session) => {
      const memory = new Float32Array(32);
      const feeds = { x: pairs(runtime, memory.subarray(8, 12)) };
      const fetches = { y: pairs(runtime, memory.subarray(16, 20)), z: pairs(runtime, memory.subarray(20, 24)) };
      for (const factor of [1, -3]) {
        const numbers = [1, 2, 3, 4].map((x) => x * factor);
        memory.set(numbers, 8);
        const result = await session.run(feeds, fetches);
        same('the names of the results', Object.keys(result).sort(), ['y', 'z']);
        near(
          'the doubled numbers',
          memory.subarray(16, 20),
          numbers.map((x) => 2 * x),
          0,
        );
        near('the exponentials', memory.subarray(20, 24), exponentials(numbers), 1e-5);
        same('the memory around them', [...memory.subarray(0, 8), ...memory.subarray(24)], Array(16).fill(0));
      }
    }),
};

const someOutputs: RuntimeCheck = {
  name: 'only what is fetched is given back',
  run: ({ runtime }) =>
    withSession(runtime, small(), async (session) => {
      const z = new Float32Array(2);
      const result = await session.run({ x: pairs(runtime, Float32Array.of(0, 1)) }, { z: pairs(runtime, z) });
      same('the names of the results', Object.keys(result), ['z']);
      near('the fetched numbers', z, exponentials([0, 1]), 1e-5);
    }),
};

const resident: RuntimeCheck = {
  name: 'outputs that stay on the device feed the next run, and are freed',
  async run({ runtime }) {
    const x = createGraph().input('x', [4]);
    const use = async (session: Session): Promise<void> => {
      let state = runtime.tensor('float32', Float32Array.of(1, 2, 3, 4), [4]);
      for (let step = 1; step <= 20; step++) {
        const { next, total } = await session.run({ x: state });
        same(`the sum at step ${step}`, total?.data, [10 + 4 * (step - 1)]);
        runtime.free(state);
        state = next as Tensor;
      }
      const copy = new Float32Array(4);
      const read = createGraph().input('x', [4]);
      await withSession(runtime, { y: identity(read) }, (reader) =>
        reader.run({ x: state }, { y: runtime.tensor('float32', copy, [4]) }),
      );
      same('the state at the end', copy, [21, 22, 23, 24]);
      runtime.free(state);
      const fetches = { total: runtime.tensor('float32', new Float32Array(1), []) };
      const feeds = { x: runtime.tensor('float32', new Float32Array(4), [4]) };
      await refuses('fetching beside what stays on the device', () => session.run(feeds, fetches), [
        'expected no preallocated outputs, since next stay on the device, received total',
      ]);
    };
    await withSession(runtime, { next: add(x, 1), total: reduceSum(x) }, use, ['next']);
  },
};

const sameBits: RuntimeCheck = {
  name: 'the same model and numbers give the same bits, also beside another session',
  async run({ runtime }) {
    const graph = createGraph();
    const outputs = { y: reduceSum(matmul(graph.input('x', [64, 33]), graph.input('w', [33, 17])), [0]) };
    const wave = (rows: number, columns: number): Tensor => {
      const numbers = Float32Array.from({ length: rows * columns }, (_, i) => Math.sin(i));
      return runtime.tensor('float32', numbers, [rows, columns]);
    };
    const feeds = { x: wave(64, 33), w: wave(33, 17) };
    await withSession(runtime, outputs, async (first) => {
      await withSession(runtime, outputs, async (second) => {
        const expected = Float32Array.from((await first.run(feeds)).y?.data as Float32Array);
        for (let i = 0; i < 3; i++) {
          const [a, b] = await Promise.all([first.run(feeds), second.run(feeds)]);
          same('the first session', a.y?.data, expected);
          same('the second session', b.y?.data, expected);
        }
      });
    });
  },
};

const mistakes: RuntimeCheck = {
  name: 'mistakes are errors of code engine that say what is wrong',
  async run({ runtime }) {
    await refuses('too few elements', () => runtime.tensor('float32', new Float32Array(3), [2]), [
      'expected Float32Array of 2 elements for float32[2], received Float32Array of 3',
    ]);
    await refuses('another array', () => runtime.tensor('int64', new Int32Array(2), [2]), [
      'expected BigInt64Array of 2 elements for int64[2]',
    ]);
    await refuses('bytes that are no model', () => runtime.load(Uint8Array.of(1, 2, 3)), ['could not load the model']);
    await withSession(runtime, small(), async (session) => {
      await refuses('a missing input', () => session.run({}), ['could not run the model', "'x'"]);
      const cube = runtime.tensor('float32', new Float32Array(3), [1, 3]);
      await refuses('a wrong shape', () => session.run({ x: cube }), ['could not run the model', '3']);
      const numbers = pairs(runtime, Float32Array.of(0, 1));
      same('a run after the mistakes', (await session.run({ x: numbers })).y?.data, [0, 2]);
    });
  },
};

/** Checks of sessions. */
export const sessionChecks: readonly RuntimeCheck[] = [
  namesAndSizes,
  everyType,
  callersMemory,
  someOutputs,
  resident,
  sameBits,
  mistakes,
];
