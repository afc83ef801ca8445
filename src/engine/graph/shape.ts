// In: shapes. Out: the sizes, axes and broadcasts that the ops' shape rules are made of, or an error that names the op.

import { FettleError } from '../../base/error.ts';

/** A size along one axis: a number, or the name of a size that is only known when the graph runs (such as 'N'). */
export type Dim = number | string;

/** The sizes along all axes; `[]` is a scalar. */
export type Shape = readonly Dim[];

/** A shape as text: `[128, N, 3]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/** Whether two shapes are the same, symbolic sizes by name. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((dim, i) => dim === b[i]);
}

/** The shape as numbers; throws when a size is symbolic. `what` names who asks. */
export function concrete(what: string, shape: Shape): readonly number[] {
  return shape.map((dim) => {
    if (typeof dim === 'number') return dim;
    throw new FettleError(
      'engine',
      `${what}: expected a shape of numbers, received ${formatShape(shape)}. Build the graph with the number for "${dim}".`,
    );
  });
}

/** The number of elements; throws when a size is symbolic. */
export function sizeOf(what: string, shape: Shape): number {
  return concrete(what, shape).reduce((product, dim) => product * dim, 1);
}

/** Throws unless every size is a whole number above zero or a name. */
export function checkShape(what: string, shape: Shape): void {
  for (const dim of shape) {
    const valid = typeof dim === 'string' ? dim.length > 0 : Number.isInteger(dim) && dim > 0;
    if (!valid) {
      throw new FettleError(
        'engine',
        `${what}: expected sizes that are whole numbers above 0 or names, received ${formatShape(shape)}. Correct the shape.`,
      );
    }
  }
}

/** The shape that both shapes broadcast to, aligned at the last axis as in NumPy. */
export function broadcastShapes(what: string, a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  const result: Dim[] = [];
  for (let i = 0; i < rank; i++) {
    const p = a[a.length - rank + i] ?? 1;
    const q = b[b.length - rank + i] ?? 1;
    if (p !== q && p !== 1 && q !== 1) {
      throw new FettleError(
        'engine',
        `${what}: expected shapes that broadcast, received ${formatShape(a)} and ${formatShape(b)} (${p} against ${q}). ` +
          'Make the sizes equal or 1, by reshape, unsqueeze or slice.',
      );
    }
    result.push(p === 1 ? q : p);
  }
  return result;
}

/** An axis counted from the front; negative axes count from the end. */
export function normalizeAxis(what: string, axis: number, rank: number): number {
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new FettleError(
      'engine',
      `${what}: expected an axis from ${-rank} to ${rank - 1}, received ${axis}. Name an axis that the value has.`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Axes counted from the front, ascending; throws when one is named twice. */
export function normalizeAxes(what: string, axes: readonly number[], rank: number): readonly number[] {
  const normalized = axes.map((axis) => normalizeAxis(what, axis, rank)).sort((a, b) => a - b);
  if (new Set(normalized).size !== normalized.length) {
    throw new FettleError(
      'engine',
      `${what}: expected distinct axes, received ${formatShape(axes)}. Name each axis once.`,
    );
  }
  return normalized;
}

/** The shape after reducing the (normalized) axes. */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  if (keepDims) return shape.map((dim, i) => (axes.includes(i) ? 1 : dim));
  return shape.filter((_, i) => !axes.includes(i));
}
