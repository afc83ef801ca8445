// Random graphs against an interpreter in plain JavaScript, and their gradients against central differences.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  add,
  createGraph,
  encode,
  gradients,
  matmul,
  mul,
  reduceMean,
  reduceSum,
  reshape,
  sigmoid,
  sin,
  sub,
  tanh,
  transpose,
  type Value,
} from '../../src/engine/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { checkGradient, GRADIENT_TOLERANCE } from '../../src/engine/testing/check-gradient.ts';

const runtime = createOnnxRuntime();

/** A matrix of JavaScript numbers. */
type Matrix = number[][];
interface Both {
  readonly value: Value;
  readonly matrix: Matrix;
}

const map = (a: Matrix, f: (x: number) => number): Matrix => a.map((row) => row.map(f));
const at = (a: Matrix, i: number, j: number): number =>
  (a[a.length === 1 ? 0 : i] as number[])[a[0]?.length === 1 ? 0 : j] as number;
const zip = (a: Matrix, b: Matrix, f: (x: number, y: number) => number): Matrix =>
  Array.from({ length: Math.max(a.length, b.length) }, (_, i) =>
    Array.from({ length: Math.max(a[0]?.length ?? 0, b[0]?.length ?? 0) }, (_, j) => f(at(a, i, j), at(b, i, j))),
  );
const flip = (a: Matrix): Matrix => (a[0] ?? []).map((_, j) => a.map((row) => row[j] as number));
const product = (a: Matrix, b: Matrix): Matrix =>
  a.map((row) => flip(b).map((column) => row.reduce((sum, x, k) => sum + x * (column[k] as number), 0)));

/** Each step takes one or two of the matrices so far, all square or one row or one column, and adds one. */
const steps: readonly ((a: Both, b: Both) => Both)[] = [
  (a, b) => ({ value: add(a.value, b.value), matrix: zip(a.matrix, b.matrix, (x, y) => x + y) }),
  (a, b) => ({ value: sub(a.value, b.value), matrix: zip(a.matrix, b.matrix, (x, y) => x - y) }),
  (a, b) => ({ value: mul(a.value, b.value), matrix: zip(a.matrix, b.matrix, (x, y) => x * y) }),
  (a) => ({ value: tanh(a.value), matrix: map(a.matrix, Math.tanh) }),
  (a) => ({ value: sin(a.value), matrix: map(a.matrix, Math.sin) }),
  (a) => ({ value: sigmoid(a.value), matrix: map(a.matrix, (x) => 1 / (1 + Math.exp(-x))) }),
  (a) => ({ value: mul(a.value, -0.5), matrix: map(a.matrix, (x) => x * -0.5) }),
  (a) => ({ value: transpose(a.value), matrix: flip(a.matrix) }),
  (a) => ({ value: reduceSum(a.value, [0], true), matrix: [flip(a.matrix).map((c) => c.reduce((s, x) => s + x, 0))] }),
  (a) => ({
    value: reduceMean(a.value, [1], true),
    matrix: a.matrix.map((row) => [row.reduce((s, x) => s + x, 0) / row.length]),
  }),
  (a) => ({
    value: reshape(a.value, [...a.value.shape].reverse()),
    matrix: refold(a.matrix.flat(), a.matrix[0]?.length ?? 0),
  }),
  (a, b) => {
    const [k, l] = [a.value.shape[1], b.value.shape[0]];
    if (k !== l)
      return { value: matmul(a.value, a.value, { transposeB: true }), matrix: product(a.matrix, flip(a.matrix)) };
    return { value: matmul(a.value, b.value), matrix: product(a.matrix, b.matrix) };
  },
];

function refold(flat: readonly number[], rows: number): Matrix {
  const columns = flat.length / rows;
  return Array.from({ length: rows }, (_, i) => flat.slice(i * columns, (i + 1) * columns));
}

const N = 3;
const SHAPES: readonly (readonly [number, number])[] = [
  [N, N],
  [1, N],
  [N, 1],
  [N, N],
];
const script = fc.array(fc.tuple(fc.nat(steps.length - 1), fc.nat(99), fc.nat(99)), { minLength: 1, maxLength: 12 });
const numbers = fc.array(fc.double({ min: -1, max: 1, noNaN: true }), { minLength: N * N, maxLength: N * N });

function follow(program: readonly (readonly [number, number, number])[], start: readonly Both[]): Both {
  const known = [...start];
  for (const [step, i, j] of program) {
    const [a, b] = [known[i % known.length], known[j % known.length]];
    const rule = steps[step];
    if (a === undefined || b === undefined || rule === undefined) continue;
    known.push(rule(a, b));
  }
  return known.at(-1) as Both;
}

test('a random graph gives what plain JavaScript gives', async () => {
  await fc.assert(
    fc.asyncProperty(script, fc.tuple(numbers, numbers, numbers, numbers), async (program, data) => {
      const graph = createGraph({ real: 'float64' });
      const start = SHAPES.map(([rows, columns], i): Both => {
        const flat = (data[i] ?? []).slice(0, rows * columns);
        return { value: graph.input(`x${i}`, [rows, columns]), matrix: refold(flat, rows) };
      });
      const { value, matrix } = follow(program, start);
      const session = await runtime.load(encode({ y: value }, { keepInputs: true }));
      const feeds = start.map(({ value, matrix }) => [
        value.name,
        runtime.tensor('float64', Float64Array.from(matrix.flat()), value.shape as readonly number[]),
      ]);
      const { y } = await session.run(Object.fromEntries(feeds));
      await session.release();
      expect(y?.shape).toEqual([matrix.length, matrix[0]?.length]);
      const expected = matrix.flat();
      const worst = Array.from(y?.data as Float64Array).reduce(
        (most, x, i) => Math.max(most, Math.abs(x - (expected[i] as number)) / Math.max(1, Math.abs(x))),
        0,
      );
      expect(worst).toBeLessThan(1e-10);
    }),
    { numRuns: 150, seed: 1 },
  );
});

test('the gradient of a random graph is its derivative', async () => {
  await fc.assert(
    fc.asyncProperty(script, fc.nat(), async (program, seed) => {
      const error = await checkGradient(runtime, {
        seed,
        inputs: SHAPES.map((shape) => ({ shape, range: [-1, 1] })),
        build: (values) => {
          const y = follow(
            program,
            values.map((value) => ({ value, matrix: [] })),
          ).value;
          return mul(tanh(y), 0.5);
        },
      });
      expect(error).toBeLessThan(GRADIENT_TOLERANCE.float64 * 100);
    }),
    { numRuns: 100, seed: 2 },
  );
});

test('a graph and its gradients encode to the same bytes when built again', () => {
  fc.assert(
    fc.property(script, (program) => {
      const bytes = () => {
        const graph = createGraph();
        const start = SHAPES.map((shape, i): Both => ({ value: graph.input(`x${i}`, shape), matrix: [] }));
        const loss = reduceSum(follow(program, start).value);
        const found = gradients(
          loss,
          start.map(({ value }) => value),
        );
        return encode({ loss, ...Object.fromEntries(found.map((g, i) => [`g${i}`, g])) });
      };
      expect(bytes()).toEqual(bytes());
    }),
    { numRuns: 30, seed: 3 },
  );
});
