// One training in this fresh process. In: a case as one JSON argument. Out: the estimate and what was held, a line of JSON.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { fileCheckpointStore } from '../../src/training/checkpoint.node.ts';
import { type PlanMemory, planData, planMemory } from '../../src/training/plan-memory.ts';
import { train } from '../../src/training/train.ts';
import { peakMb, residentMb } from '../lib/child.ts';
import { type DataShape, randomData } from './random-data.ts';

/** What is trained on what. */
export interface MemoryCase {
  readonly name: string;
  readonly plan: Plan;
  readonly rows: number;
  readonly shape: DataShape;
}

/** What the process prints. */
export interface Measured {
  readonly estimate: PlanMemory;
  /** With everything loaded and no data yet. */
  readonly beforeMb: number;
  readonly peakMb: number;
}

if (import.meta.main) {
  const given = JSON.parse(process.argv[2] ?? '') as MemoryCase;
  // What a command has loaded when it trains.
  await import('../../src/tuning/tune.node.ts');
  const beforeMb = residentMb();
  const data = randomData(given.rows, given.shape);
  const devRows = Math.floor(data.rows / 4);
  const dev = { ...randomData(devRows, given.shape), images: data.images };
  // The rows of a table are counted with the trial that they are made for.
  const storedBytes = data.images?.pixels.length ?? 0;
  const folder = mkdtempSync(join(tmpdir(), 'fettle-memory-'));
  const checkpoints = fileCheckpointStore(join(folder, 'checkpoint'));
  const runtime = createOnnxRuntime();
  await train({
    ...{ plan: given.plan, train: data, dev, metric: 'error', runtime, evaluations: 2 },
    ...{ checkpoints, checkpointSeconds: 0 },
  });
  rmSync(folder, { recursive: true });
  // After the training, so that its graphs do not add to what is measured.
  const peak = peakMb();
  const convolutionBlock = await runtime.convolutionBlock();
  const shape = planData(data, { rows: data.rows, devRows, storedBytes });
  const estimate = planMemory(given.plan, shape, { convolutionBlock });
  console.log(JSON.stringify({ estimate, beforeMb, peakMb: peak } satisfies Measured));
}
