// In: a function that builds a value from inputs. Out: how far its gradients are from central differences.
// By random projection (HIPS/autograd's way): for random v, u: <v, y(x + e u) - y(x - e u)> / 2e against <grad of <v, y>, u>.

import { createRandom, type Random } from '../../base/random.ts';
import { gradients } from '../autodiff.ts';
import { encode } from '../graph/encode.ts';
import { createGraph, type Real, type Value } from '../graph/graph.ts';
import { mul, reduceSum } from '../ops/index.ts';
import type { Runtime, Session, Tensor } from '../runtime/runtime.ts';

/** One real input of the function under test. */
export interface GradientInput {
  readonly shape: readonly number[];
  /** The elements; uniform in `range` when left out. */
  readonly data?: ArrayLike<number>;
  /** The range of the elements, [-2, 2] by default. */
  readonly range?: readonly [number, number];
}

/** A function and the point at which its gradients are checked. */
export interface GradientCheck {
  readonly inputs: readonly GradientInput[];
  /** The function under test: real values in, a real value of any shape out. Keep kinks further from the inputs than `step`. */
  readonly build: (values: readonly Value[]) => Value;
  /** The precision; 'float64' by default. float32 for what has no float64 kernel: erf, gelu. */
  readonly real?: Real;
  /** The step of the difference, 1e-5 (float64) or 1e-2 (float32) by default. */
  readonly step?: number;
  readonly seed?: number | string;
}

/** The worst error found by `checkGradient` that counts as rounding, by precision. */
export const GRADIENT_TOLERANCE: Readonly<Record<Real, number>> = { float64: 1e-7, float32: 5e-3 };

/** Checks the gradient with respect to each input alone, along random directions. Returns the worst error relative to the
 * greater of the two derivatives and the gradient's norm; compare it with GRADIENT_TOLERANCE. */
export async function checkGradient(runtime: Runtime, check: GradientCheck): Promise<number> {
  const real = check.real ?? 'float64';
  const random = createRandom(check.seed ?? 0);
  const graph = createGraph({ real });
  const inputs = check.inputs.map(({ shape }, i) => graph.input(`x${i}`, shape));
  const points = check.inputs.map((input) => sample(input, random));
  const y = check.build(inputs);
  const v = graph.input('projection', y.shape);
  const direction = normals(y.shape as readonly number[], random);
  const names = inputs.map((_, i) => `g${i}`);
  const found = gradients(reduceSum(mul(y, v)), inputs);
  const bytes = encode(
    { y, ...Object.fromEntries(names.map((name, i) => [name, found[i] as Value])) },
    { keepInputs: true },
  );
  const session = await runtime.load(bytes);
  try {
    const run = (values: readonly Float64Array[]) =>
      evaluate(runtime, session, real, [...inputs, v], [...values, direction]);
    const at = await run(points);
    let worst = 0;
    for (const [i, point] of points.entries()) {
      for (let repeat = 0; repeat < 2; repeat++) {
        const u = normals([point.length], random);
        const step = check.step ?? { float64: 1e-5, float32: 1e-2 }[real];
        const moved = (sign: number) =>
          points.map((p, j) => (j === i ? p.map((x, k) => x + sign * step * (u[k] ?? 0)) : p));
        const [high, low] = [await run(moved(1)), await run(moved(-1))];
        const numeric = (dot(high('y'), direction) - dot(low('y'), direction)) / (2 * step);
        const gradient = at(names[i] as string);
        const analytic = dot(gradient, u);
        const scale = Math.max(Math.abs(numeric), Math.abs(analytic), Math.sqrt(dot(gradient, gradient)), 1e-8);
        const error = Math.abs(numeric - analytic) / scale;
        worst = error > worst || Number.isNaN(error) ? error : worst;
      }
    }
    return worst;
  } finally {
    await session.release();
  }
}

type Outputs = (name: string) => Float64Array;

async function evaluate(
  runtime: Runtime,
  session: Session,
  real: Real,
  inputs: readonly Value[],
  data: readonly Float64Array[],
): Promise<Outputs> {
  const feeds: Record<string, Tensor> = {};
  for (const [i, input] of inputs.entries()) {
    const elements = data[i] ?? new Float64Array();
    const stored = real === 'float32' ? Float32Array.from(elements) : elements;
    feeds[input.name] = runtime.tensor(real, stored, input.shape as readonly number[]);
  }
  const results = await session.run(feeds);
  return (name) => Float64Array.from(results[name]?.data as Float64Array);
}

function sample({ shape, data, range = [-2, 2] }: GradientInput, random: Random): Float64Array {
  if (data !== undefined) return Float64Array.from(data);
  const [low, high] = range;
  return normals(shape, random).map(() => low + (high - low) * random.uniform());
}

function normals(shape: readonly number[], random: Random): Float64Array {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return Float64Array.from({ length: size }, () => random.normal());
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}
