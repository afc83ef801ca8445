// One tuning in this fresh process, as `fettle tune` does it. In: the options as one JSON argument. Out: a line of JSON.

import { rmSync } from 'node:fs';
import type { Summary } from '../../src/recipe/summary.ts';
import type { Score } from '../../src/record/record.ts';
import { tune } from '../../src/tuning/tune.node.ts';
import { peakMb, residentMb } from './child.ts';

/** What the process prints. */
export interface Tuning {
  readonly summary: Summary;
  /** Score on the test rows with its standard error (see Score), and of the network without hidden layers. */
  readonly test: Score;
  readonly linear: Score | null;
  /** From the call to its end, reading the data and writing the report included. */
  readonly seconds: number;
  readonly peakMb: number;
  /** The process before the tuning: Node and fettle's modules. */
  readonly beforeMb: number;
}

if (import.meta.main) {
  const options = JSON.parse(process.argv[2] ?? '') as Parameters<typeof tune>[0] & { readonly out: string };
  const beforeMb = residentMb();
  const start = performance.now();
  let scores: Pick<Tuning, 'test' | 'linear'> | undefined;
  rmSync(options.out, { recursive: true, force: true });
  const { summary } = await tune({
    ...options,
    onEvent: (event) => {
      if (event.type === 'reported') scores = { test: event.test, linear: event.linear };
    },
  });
  const seconds = (performance.now() - start) / 1000;
  console.log(JSON.stringify({ summary, ...scores, seconds, peakMb: peakMb(), beforeMb }));
}
