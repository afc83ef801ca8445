// In: what a network's graphs are made of and the weights that are evaluated. Out: predictions and activations of any rows.

import type { Dataset } from '../data/dataset.ts';
import type { Runtime, Session, Tensor } from '../engine/index.ts';
import type { ActivationHealth } from '../record/record.ts';
import {
  type ActivationFigures,
  type ActivationLayer,
  buildActivationStep,
  emptyFigures,
  readFigures,
} from './activation-health.ts';
import { bufferTensors, layoutTensors, only } from './memory.ts';
import { predictAll, rowFeeds } from './predictor.ts';
import type { Predictions } from './score.ts';
import { buildEvaluationStep, type StepOptions } from './step.ts';

/** What evaluations are made of. */
export interface EvaluationOptions {
  readonly runtime: Runtime;
  readonly options: StepOptions;
  /** `Runtime.convolutionBlock()`. */
  readonly block: number | null;
  /** The weights that are evaluated, in the layout's order; read at each call. */
  readonly evaluated: Float32Array;
  readonly buffers: Readonly<Record<string, Float32Array>>;
  /** Rows of one run of either graph. */
  readonly pieces: { readonly prediction: number; readonly activations: number };
}

/** Evaluates a network. */
export interface Evaluation {
  /** Regression in the target's own unit. */
  predict(data: Dataset): Promise<Predictions>;
  /** By layer, see `ActivationHealth`. Fewer than two rows say nothing about a unit: none. */
  activations(data: Dataset): Promise<ReadonlyMap<string, ActivationHealth>>;
  release(): Promise<void>;
}

/** Looks at activations; its model is loaded when it is first asked for. */
function createProbe({ runtime, options, block, pieces }: EvaluationOptions, fixed: Record<string, Tensor>) {
  let loading: Promise<{ readonly layers: readonly ActivationLayer[]; readonly session: Session }> | null = null;
  const load = async () => {
    const { bytes, layers } = buildActivationStep(options, block);
    return { layers, session: await runtime.load(bytes, { oneBlock: false }) };
  };
  return {
    async look(data: Dataset): Promise<ReadonlyMap<string, ActivationHealth>> {
      if (data.rows < 2) return new Map();
      loading ??= load();
      const { layers, session } = await loading;
      const runs: ActivationFigures[] = [];
      for (let start = 0; start < data.rows; start += pieces.activations) {
        const rows = Math.min(pieces.activations, data.rows - start);
        const figures = emptyFigures(layers, rows);
        const feeds = only({ ...fixed, ...rowFeeds(runtime, data, start, rows) }, session.inputs);
        const { rows: _, ...outputs } = figures;
        const fetches = Object.entries(outputs).map(([name, values]) => {
          return [name, runtime.tensor('float32', values, [values.length])] as const;
        });
        await session.run(feeds, only(Object.fromEntries(fetches), session.outputs));
        runs.push(figures);
      }
      return readFigures(layers, runs);
    },
    async release(): Promise<void> {
      await (await loading)?.session.release();
    },
  };
}

/** Loads the evaluation step over the given weights. */
export async function createEvaluation(parts: EvaluationOptions): Promise<Evaluation> {
  const { runtime, options, block, evaluated, buffers, pieces } = parts;
  const { layout, network } = options;
  const session = await runtime.load(buildEvaluationStep(options, block).bytes, { oneBlock: false });
  const fixed = {
    ...layoutTensors(runtime, layout, evaluated, { packed: 'parameters', single: 'parameter' }),
    ...bufferTensors(runtime, network.buffers, buffers, 'buffer'),
  };
  const probe = createProbe(parts, fixed);
  return {
    predict: (data) => predictAll(runtime, session, fixed, data, pieces.prediction),
    activations: probe.look,
    async release() {
      await session.release();
      await probe.release();
    },
  };
}
