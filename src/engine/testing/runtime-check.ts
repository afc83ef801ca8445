// In: an engine under test and one to compare it with. Out: nothing, or an error that says what was expected and received.
// Checks are plain data with a name, so that any test runner can run them.

import { FettleError } from '../../base/error.ts';
import type { Runtime } from '../runtime/runtime.ts';

/** The engine under test, and one that is known to be right, such as onnxruntime on the CPU. */
export interface Engines {
  readonly runtime: Runtime;
  readonly reference: Runtime;
}

/** One thing that every engine must do. */
export interface RuntimeCheck {
  readonly name: string;
  /** Throws `engine` with what was expected and received; an error of the engine itself comes through as it is. */
  readonly run: (engines: Engines) => Promise<void>;
}

/** An error of a check. */
export function unexpected(what: string, expected: string, received: string): FettleError {
  return new FettleError(
    'engine',
    `${what}: expected ${expected}, received ${received}. The engine does not keep to the port; see runtime.ts.`,
  );
}

/** Throws unless both are the same as text. */
export function same(what: string, received: unknown, expected: unknown): void {
  const [a, b] = [textOf(expected), textOf(received)];
  if (a !== b) throw unexpected(what, a, b);
}

function textOf(value: unknown): string {
  const plain = ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value;
  return JSON.stringify(plain, (_, x: unknown) => {
    if (typeof x === 'bigint') return `${x}n`;
    // JSON has no words for these.
    return typeof x === 'number' && (!Number.isFinite(x) || Object.is(x, -0)) ? String(x) : x;
  });
}

/** Throws unless all numbers are within `tolerance` of the expected ones, as a share of the larger of 1 and their size. */
export function near(what: string, received: ArrayLike<number>, expected: ArrayLike<number>, tolerance: number): void {
  same(`the length of ${what}`, received.length, expected.length);
  for (let i = 0; i < expected.length; i++) {
    const [a, b] = [expected[i] as number, received[i] as number];
    if (Object.is(a, b) || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a))) continue;
    throw unexpected(`${what} at ${i}`, `${a} within ${tolerance}`, String(b));
  }
}

/** Throws unless the action fails with a FettleError of code `engine` whose text has all the words. */
export async function refuses(what: string, action: () => unknown, words: readonly string[]): Promise<void> {
  let error: unknown = null;
  try {
    await action();
  } catch (thrown) {
    error = thrown;
  }
  if (error === null) throw unexpected(what, `an error with ${words.join(' and ')}`, 'none');
  const text = error instanceof FettleError && error.code === 'engine' ? error.message : `no FettleError: ${error}`;
  const missing = words.filter((word) => !text.includes(word));
  if (missing.length > 0) throw unexpected(what, `an error with ${missing.join(' and ')}`, text);
}
