// In: what a network's graphs are made of and the weights that are evaluated. Out: predictions and activations of any rows.

import type { Dataset } from '../data/dataset.ts';
import type { Runtime, Session, Tensor } from '../engine/index.ts';
import type { ActivationHealth } from '../record/record.ts';
import { buildActivationStep, figureCount, readFigures } from './activation-health.ts';
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
  /** Rows of one call of `predict`. */
  readonly piece: number;
}

/** Evaluates a network. */
export interface Evaluation {
  /** Regression in the target's own unit. */
  predict(data: Dataset): Promise<Predictions>;
  /** On all rows at once, by layer; see `ActivationHealth`. Fewer than two rows say nothing about a unit: none. */
  activations(data: Dataset): Promise<ReadonlyMap<string, ActivationHealth>>;
  release(): Promise<void>;
}

/** Looks at activations; its model is loaded when it is first asked for. */
function createProbe({ runtime, options, block }: EvaluationOptions, fixed: Record<string, Tensor>) {
  let loading: Promise<{ readonly layers: readonly string[]; readonly session: Session }> | null = null;
  const load = async () => {
    const { bytes, layers } = buildActivationStep(options, block);
    return { layers, session: await runtime.load(bytes, { oneBlock: false }) };
  };
  return {
    async look(data: Dataset): Promise<ReadonlyMap<string, ActivationHealth>> {
      if (data.rows < 2) return new Map();
      loading ??= load();
      const { layers, session } = await loading;
      const feeds = only({ ...fixed, ...rowFeeds(runtime, data, 0, data.rows) }, session.inputs);
      const figures = new Float32Array(figureCount(layers));
      await session.run(feeds, { figures: runtime.tensor('float32', figures, [figures.length]) });
      return readFigures(layers, figures);
    },
    async release(): Promise<void> {
      await (await loading)?.session.release();
    },
  };
}

/** Loads the evaluation step over the given weights. */
export async function createEvaluation(parts: EvaluationOptions): Promise<Evaluation> {
  const { runtime, options, block, evaluated, buffers, piece } = parts;
  const { layout, network } = options;
  const session = await runtime.load(buildEvaluationStep(options, block).bytes, { oneBlock: false });
  const fixed = {
    ...layoutTensors(runtime, layout, evaluated, { packed: 'parameters', single: 'parameter' }),
    ...bufferTensors(runtime, network.buffers, buffers, 'buffer'),
  };
  const probe = createProbe(parts, fixed);
  return {
    predict: (data) => predictAll(runtime, session, fixed, data, piece),
    activations: probe.look,
    async release() {
      await session.release();
      await probe.release();
    },
  };
}
