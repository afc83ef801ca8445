// What every contestant trains: a ReLU network with cross-entropy and Adam (1e-4, 0.9, 0.999, 1e-8) at batch 128.

/** The networks that are compared, by their layer widths. */
export const networks: readonly string[] = ['784-512-512-10', '30-128-128-2', '30-256-256-256-10'];

/** Rows per step. */
export const batchSize = 128;

/** Small, so that long timings do not end at a network without gradients; the work is the same. */
export const learningRate = 1e-4;

/** Rows that batches are gathered from, in random order: 80 steps an epoch. */
export const rows = 10_240;

/** Widths of a network. */
export interface Dims {
  readonly input: number;
  readonly hidden: readonly number[];
  readonly output: number;
}

/** Widths from a text such as `30-128-128-2`, by default the process's first argument. */
export function readDims(text = process.argv[2] ?? ''): Dims {
  const widths = text.split('-').map(Number);
  const [input, output] = [widths[0], widths.at(-1)];
  if (widths.length < 2 || input === undefined || output === undefined || !widths.every((n) => n > 0)) {
    throw new Error(`Expected widths such as 30-128-128-2, received "${text}".`);
  }
  return { input, hidden: widths.slice(1, -1), output };
}
