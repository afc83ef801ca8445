// One training in this fresh process. In: a case as one JSON argument. Out: the estimate and what was held, a line of JSON.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '../../src/base/random.ts';
import type { Dataset } from '../../src/data/dataset.ts';
import { sharedUint8 } from '../../src/data/table.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import type { Plan } from '../../src/plan/plan.ts';
import { fileCheckpointStore } from '../../src/training/checkpoint.node.ts';
import { type PlanMemory, planData, planMemory } from '../../src/training/plan-memory.ts';
import { train } from '../../src/training/train.ts';
import { peakMb, residentMb } from '../lib/child.ts';

/** What is trained on what. */
export interface MemoryCase {
  readonly name: string;
  readonly plan: Plan;
  readonly rows: number;
  /** Columns of a table, or [C, H, W] of images. */
  readonly shape: readonly [number] | readonly [number, number, number];
}

/** What the process prints. */
export interface Measured {
  readonly estimate: PlanMemory;
  /** With everything loaded and no data yet. */
  readonly beforeMb: number;
  readonly peakMb: number;
}

function datasetOf({ rows, shape }: MemoryCase): Dataset {
  const random = createRandom('memory');
  const [first, height, width] = shape;
  const isTable = height === undefined || width === undefined;
  const pixels = isTable ? null : sharedUint8(rows * first * height * width);
  if (pixels !== null) for (let i = 0; i < pixels.length; i++) pixels[i] = random.below(256);
  const channels = new Array<number>(first);
  return {
    task: 'classification',
    rows,
    width: isTable ? first : 0,
    numeric: isTable ? Float32Array.from({ length: rows * first }, () => random.normal()) : new Float32Array(),
    cardinalities: [],
    categories: new Int32Array(),
    images:
      pixels === null || isTable
        ? null
        : {
            ...{ channels: first, height, width, pixels },
            ...{ center: channels.fill(128), factor: channels.map(() => 1 / 64) },
            index: Uint32Array.from({ length: rows }, (_, i) => i),
          },
    continuous: isTable ? channels.fill(1).map(() => true) : [],
    target: Int32Array.from({ length: rows }, () => random.below(10)),
    classes: Array.from({ length: 10 }, (_, i) => String(i)),
    targetMean: 0,
    targetDeviation: 1,
  };
}

if (import.meta.main) {
  const given = JSON.parse(process.argv[2] ?? '') as MemoryCase;
  // What a command has loaded when it trains.
  await import('../../src/tuning/tune.node.ts');
  const beforeMb = residentMb();
  const data = datasetOf(given);
  const devRows = Math.floor(data.rows / 4);
  const dev = { ...datasetOf({ ...given, rows: devRows }), images: data.images };
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
