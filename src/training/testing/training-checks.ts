// Checks that plans are trained on an engine as on the one it is compared with, repeatably, and on from their state.

import type { Runtime } from '../../engine/index.ts';
import { near, type RuntimeCheck, same } from '../../engine/testing/runtime-check.ts';
import type { CurvePoint } from '../../record/record.ts';
import { type CheckpointStore, decodeCheckpoint, encodeCheckpoint } from '../checkpoint.ts';
import { defaultMetric } from '../score.ts';
import { type TrainOptions, type TrainResult, train } from '../train.ts';
import { type TrainingSample, trainingSamples } from './samples.ts';

/** How far a curve may be from that on the other engine, as a share of the larger of 1 and its values. */
export const CURVE_TOLERANCE = 2e-3;

/** A store in memory that keeps bytes, as a file would. */
function memoryStore(): CheckpointStore {
  let bytes: Uint8Array | null = null;
  return {
    load: async () => (bytes === null ? null : decodeCheckpoint(bytes)),
    save: async (checkpoint) => {
      bytes = encodeCheckpoint(checkpoint);
    },
    remove: async () => {
      bytes = null;
    },
  };
}

function run(runtime: Runtime, sample: TrainingSample, more: Partial<TrainOptions> = {}): Promise<TrainResult> {
  const { plan, train: rows, dev } = sample;
  return train({ plan, train: rows, dev, metric: defaultMetric(rows.task), runtime, checkpointSeconds: 0, ...more });
}

/** Everything in a point of the curve that depends on the weights. */
function numbersOf({ trainLoss, devLoss, layers }: CurvePoint): number[] {
  const norms = (layers ?? []).flatMap((layer) => [layer.weightNorm, layer.gradientNorm, layer.updateNorm]);
  return [trainLoss, devLoss, ...norms].map((x) => x ?? Number.NaN);
}

/** A result without the times, as text, to compare bit for bit. */
function frozen({ record, weights, devPredictions }: TrainResult): string {
  const curve = record.curve.map((point) => ({ ...point, seconds: 0 }));
  const plain = { record: { ...record, curve, seconds: 0 }, weights, values: devPredictions?.values };
  return JSON.stringify(plain, (_, x: unknown) => (x instanceof Float32Array ? Array.from(x, String).join(' ') : x));
}

function learns(name: string, sample: () => TrainingSample): RuntimeCheck {
  return {
    name: `trains as the reference does: ${name}`,
    async run({ runtime, reference }) {
      const [actual, expected] = [await run(runtime, sample()), await run(reference, sample())];
      same('the status', actual.record.status, expected.record.status);
      same('the epochs of the curve', actual.record.curve.length, expected.record.curve.length);
      expected.record.curve.forEach((point, i) => {
        const given = numbersOf(actual.record.curve[i] as CurvePoint);
        near(`loss and norms at epoch ${point.epoch}`, given, numbersOf(point), CURVE_TOLERANCE);
      });
      near('the kept weights', actual.weights.parameters, expected.weights.parameters, CURVE_TOLERANCE);
      near('the weights that are not zero', [actual.record.nonzero ?? 0], [expected.record.nonzero ?? 0], 0.02);
    },
  };
}

function repeats(name: string, sample: () => TrainingSample): RuntimeCheck {
  return {
    name: `the same seed gives the same result: ${name}`,
    async run({ runtime }) {
      same('the second training', frozen(await run(runtime, sample())), frozen(await run(runtime, sample())));
    },
  };
}

function resumes(name: string, sample: () => TrainingSample): RuntimeCheck {
  return {
    name: `a stopped training goes on from its state: ${name}`,
    async run({ runtime }) {
      const checkpoints = memoryStore();
      const controller = new AbortController();
      const onPoint = ({ epoch }: CurvePoint): void => {
        if (epoch === 2) controller.abort();
      };
      const stopped = await run(runtime, sample(), { checkpoints, onPoint, signal: controller.signal });
      same('the status of the stopped training', stopped.record.status, 'stopped');
      const epochs: number[] = [];
      const rest = await run(runtime, sample(), { checkpoints, onPoint: ({ epoch }) => epochs.push(epoch) });
      same('the whole epochs after the stop', epochs.filter(Number.isInteger), [3, 4]);
      same('the resumed training', frozen(rest), frozen(await run(runtime, sample())));
    },
  };
}

/** Three checks per sample. */
export const trainingChecks: readonly RuntimeCheck[] = Object.entries(trainingSamples).flatMap(([name, sample]) => [
  learns(name, sample),
  repeats(name, sample),
  resumes(name, sample),
]);
