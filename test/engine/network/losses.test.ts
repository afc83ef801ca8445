import { describe, expect, it } from 'vitest';
import { gradients, type Value } from '../../../src/engine/index.ts';
import { createOnnxRuntime } from '../../../src/engine/runtime/onnx.node.ts';
import { checkGradient, GRADIENT_TOLERANCE } from '../../../src/engine/testing/check-gradient.ts';
import { createLoss } from '../../../src/network/index.ts';
import type { LossPlan } from '../../../src/plan/plan.ts';
import golden from '../../golden/network.json' with { type: 'json' };
import { distance, evaluate, type Fed } from './evaluate.ts';

const runtime = createOnnxRuntime();

const goldenCases = golden.losses.map(({ plan, classWeights, ...rest }) => ({
  ...rest,
  plan: plan as LossPlan,
  classWeights: classWeights === null ? null : Float32Array.from(classWeights),
}));
type Case = (typeof goldenCases)[number];

/** Plans of every kind of loss, with members; a kind without a line does not compile. */
const kinds: { readonly [K in LossPlan['kind']]: { readonly plan: LossPlan & { kind: K }; readonly outputs: number } } =
  {
    'cross-entropy': { plan: { kind: 'cross-entropy', labelSmoothing: 0.1, classWeights: 'balanced' }, outputs: 3 },
    'binary-cross-entropy': {
      plan: { kind: 'binary-cross-entropy', labelSmoothing: 0.1, classWeights: 'balanced' },
      outputs: 1,
    },
    mse: { plan: { kind: 'mse' }, outputs: 1 },
    huber: { plan: { kind: 'huber', delta: 0.5 }, outputs: 1 },
  };
const isClassification = (plan: LossPlan): boolean => 'labelSmoothing' in plan;

function targetOf(plan: LossPlan, data: readonly number[]): Fed {
  return { shape: [data.length], data, ...(isClassification(plan) ? { dtype: 'int32' as const } : {}) };
}

describe.each(goldenCases.map((c) => [`${JSON.stringify(c.plan)} ${c.shape.join('x')}`, c] as const))(
  '%s',
  (_, c: Case) => {
    it('has PyTorch’s loss and gradient', async () => {
      const inputs = { output: { shape: c.shape, data: c.output }, target: targetOf(c.plan, c.target) };
      const result = await evaluate(runtime, inputs, (value) => {
        const loss = createLoss(c.plan, { outputs: c.shape.at(-1) ?? 1, classWeights: c.classWeights }).loss(
          value('output'),
          value('target'),
        );
        const [gradient = loss] = gradients(loss, [value('output')]);
        return { loss, gradient };
      });
      expect(result('loss').shape).toEqual([]);
      expect(distance(result('loss').data, [c.loss])).toBeLessThan(1e-6);
      expect(distance(result('gradient').data, c.gradient)).toBeLessThan(1e-6);
    });
  },
);

const softmax = (z: readonly number[]): number[] => {
  const sum = z.reduce((s, x) => s + Math.exp(x), 0);
  return z.map((x) => Math.exp(x) / sum);
};

/** Two members' outputs on two rows, and what must come of them. */
const members = [0.5, -1, 2, 0, 1, -0.25, 3, -2, 0.75, 1, 0, -1];

describe.each(Object.values(kinds).map((kind) => [kind.plan.kind, kind] as const))(
  'the loss %s',
  (_, { plan, outputs }) => {
    const classes = outputs === 1 ? 2 : outputs;
    const classWeights = isClassification(plan) ? Float32Array.from({ length: classes }, (_, i) => 0.5 + i) : null;
    const target = isClassification(plan) ? [1, 0, 1, 0] : [0.5, -1, 2, 0];
    const loss = createLoss(plan, { outputs, classWeights });

    it.each([[[4, outputs]], [[3, 4, outputs]]])(
      'has the gradient of central differences on outputs %j',
      async (shape) => {
        const error = await checkGradient(runtime, {
          inputs: [{ shape }],
          build: ([output]) => {
            const { graph } = output as Value;
            return loss.loss(
              output as Value,
              graph.constant(target, [4], isClassification(plan) ? 'int32' : graph.real),
            );
          },
        });
        expect(error).toBeLessThan(GRADIENT_TOLERANCE.float64);
      },
    );

    it('averages members in the prediction, for any number of rows', async () => {
      const data = members.slice(0, 4 * outputs);
      const result = await evaluate(
        runtime,
        { output: { shape: [2, 2, outputs], declared: [2, 'N', outputs], data } },
        (value) => ({ prediction: loss.prediction(value('output')) }),
      );
      const cell = (member: number, row: number) =>
        data.slice((member * 2 + row) * outputs, (member * 2 + row + 1) * outputs);
      const one = (z: readonly number[]): number[] => {
        if (plan.kind === 'cross-entropy') return softmax(z);
        return plan.kind === 'binary-cross-entropy' ? softmax([0, ...z]) : [...z];
      };
      const expected = [0, 1].flatMap((row) => {
        const [a, b] = [one(cell(0, row)), one(cell(1, row))];
        return a.map((p, i) => (p + (b[i] as number)) / 2);
      });
      expect(distance(result('prediction').data, expected)).toBeLessThan(1e-6);
      expect(result('prediction').shape).toEqual([2, isClassification(plan) ? classes : 1]);
    });

    it('gives the evaluation loss of the averaged prediction, per row', async () => {
      const data = members.slice(0, 4 * outputs);
      const inputs = {
        output: { shape: [2, 2, outputs], declared: [2, 'N', outputs], data },
        target: { ...targetOf(plan, target.slice(0, 2)), declared: ['N'] },
      };
      const result = await evaluate(runtime, inputs, (value) => ({
        rows: loss.evaluationLoss(value('output'), value('target')),
        prediction: loss.prediction(value('output')),
      }));
      const columns = isClassification(plan) ? classes : 1;
      const expected = target.slice(0, 2).map((t, row) => {
        const p = result('prediction').data.slice(row * columns, (row + 1) * columns);
        if (isClassification(plan)) return -Math.log(p[t] as number);
        const error = Math.abs((p[0] as number) - t);
        if (plan.kind !== 'huber') return error ** 2;
        return error <= plan.delta ? error ** 2 / 2 : plan.delta * (error - plan.delta / 2);
      });
      expect(distance(result('rows').data, expected)).toBeLessThan(1e-5);
    });

    it('keeps its evaluation loss finite where all members are surely wrong', async () => {
      const data = Array.from({ length: 2 * outputs }, (_, i) => (i % outputs === 0 ? 200 : -200));
      const inputs = {
        output: { shape: [2, 1, outputs], data },
        target: targetOf(plan, isClassification(plan) ? [outputs === 1 ? 0 : 1] : [0]),
      };
      const result = await evaluate(runtime, inputs, (value) => ({
        rows: loss.evaluationLoss(value('output'), value('target')),
      }));
      expect(result('rows').data[0]).toBeGreaterThan(50);
      expect(result('rows').data.every(Number.isFinite)).toBe(true);
    });
  },
);
