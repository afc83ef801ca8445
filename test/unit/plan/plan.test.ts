import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FettleError } from '../../../src/base/error.ts';
import { defaultPlan, linearPlan } from '../../../src/plan/defaults.ts';
import { type Plan, parsePlan, planSchema, printPlan } from '../../../src/plan/plan.ts';
import { anyPlan } from './arbitrary.ts';

const plan = defaultPlan({ task: 'regression', minimizesError: false, seed: 7 });

/** A copy of the default plan with the value at a path replaced. */
function withValue(path: string, value: unknown): unknown {
  const copy: unknown = structuredClone(plan);
  const keys = path.split('.');
  const last = keys.pop() ?? '';
  const parent = keys.reduce<Record<string, unknown>>((at, key) => at[key] as never, copy as never);
  parent[last] = value;
  return copy;
}

function refusal(value: unknown): FettleError {
  try {
    parsePlan(value);
  } catch (error) {
    if (error instanceof FettleError) return error;
    throw error;
  }
  throw new Error('the plan was accepted');
}

describe('parsePlan', () => {
  it('returns what it was given, and refuses nothing that the defaults hold', () => {
    for (const task of ['classification', 'regression'] as const) {
      for (const minimizesError of [true, false]) {
        const start = defaultPlan({ task, minimizesError, seed: 1 });
        expect(parsePlan(start)).toEqual(start);
        expect(parsePlan(linearPlan(start))).toEqual(linearPlan(start));
      }
    }
  });

  it('gives back any plan that was printed', () => {
    fc.assert(
      fc.property(anyPlan, (any) => {
        const text = printPlan(any);
        expect(parsePlan(JSON.parse(text))).toEqual(any);
        expect(printPlan(parsePlan(JSON.parse(text)))).toBe(text);
      }),
    );
  });

  it('prints the same text whatever order the fields came in', () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value) || value === null || typeof value !== 'object') return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, inner]) => [key, reversed(inner)]),
      );
    };
    fc.assert(
      fc.property(anyPlan, (any) => {
        expect(printPlan(reversed(any) as Plan)).toBe(printPlan(any));
      }),
    );
  });

  it('says what is wrong, where, and what to start from', () => {
    const error = refusal({ ...plan, depth: 3 });
    expect(error.code).toBe('plan');
    expect(error.message).toBe(
      'The plan is not valid:\n  the plan: Unrecognized key: "depth"\n' +
        '`fettle plan DATA` prints a complete plan to start from.',
    );
  });

  it('names every field that is wrong at once', () => {
    const error = refusal({
      ...plan,
      seed: -1,
      optimizer: { ...plan.optimizer, learningRate: 0 },
      network: { ...plan.network, hiden: [8] },
    });
    expect(error.message).toMatch(/^ {2}seed: Too small: expected number to be >=0$/m);
    expect(error.message).toMatch(/^ {2}optimizer\.learningRate: Too small: expected number to be >0$/m);
    expect(error.message).toMatch(/^ {2}network: Unrecognized key: "hiden"$/m);
  });

  it.each([
    ['version', 2, 'version: Invalid input: expected 1'],
    ['preprocessing.center', 'mode', 'preprocessing.center: Invalid option: expected one of "none"|"mean"|"median"'],
    ['preprocessing.oneHotLevels', -1, 'preprocessing.oneHotLevels: Too small'],
    ['network.hidden', [0], 'network.hidden.0: Too small: expected number to be >0'],
    ['network.hidden', [64, 1.5], 'network.hidden.1: Invalid input: expected int'],
    ['network.hidden', Array(65).fill(8), 'network.hidden: Too big: expected array to have <=64 items'],
    ['network.activation', 'swish', 'network.activation: Invalid option'],
    ['network.numericEmbedding', { kind: 'none', bins: 4 }, 'network.numericEmbedding: Unrecognized key: "bins"'],
    ['network.members.count', 0, 'network.members.count: Too small'],
    ['loss', { kind: 'mse', delta: 1 }, 'loss: Unrecognized key: "delta"'],
    ['loss', { kind: 'huber', delta: 0 }, 'loss.delta: Too small: expected number to be >0'],
    ['optimizer.learningRate', Number.POSITIVE_INFINITY, 'optimizer.learningRate: Invalid input: expected number'],
    ['optimizer.beta2', 1, 'optimizer.beta2: Too big: expected number to be <=0.99999'],
    ['schedule', { kind: 'linear' }, "Expected 'constant' | 'cosine' | 'warm-up' | 'one-cycle' | 'coslog4'"],
    ['schedule', { kind: 'cosine' }, 'schedule.warmUp: Invalid input: expected number, received undefined'],
    [
      'regularization.l2.strength',
      '0.1',
      'regularization.l2.strength: Invalid input: expected number, received string',
    ],
    ['regularization.l1.strength', -0.1, 'regularization.l1.strength: Too small: expected number to be >=0'],
    ['regularization.dropout.rate', 1, 'regularization.dropout.rate: Too big: expected number to be <=0.99'],
    ['regularization.augmentation.noise', Number.NaN, 'noise: Invalid input: expected number, received NaN'],
    ['regularization.earlyStopping.patience', 0, 'regularization.earlyStopping.patience: Too small'],
    ['training.batchSize', 0, 'training.batchSize: Too small'],
    ['training.epochs', 2.5, 'training.epochs: Invalid input: expected int'],
    ['training.averaging', 1, 'training.averaging: Too big'],
    ['training.clipNorm', 0, 'training.clipNorm: Too small: expected number to be >0'],
    ['seed', 2 ** 32, 'seed: Too big: expected number to be <=4294967295'],
  ])('refuses %s = %j', (path, value, text) => {
    expect(refusal(withValue(path, value)).message).toContain(text);
  });

  it.each(Object.keys(planSchema.shape))('refuses a plan without `%s`', (field) => {
    const { [field as keyof Plan]: _, ...rest } = plan;
    expect(refusal(rest).message).toContain(`\n  ${field}: Invalid input: expected `);
  });

  it('refuses an unknown field at any depth', () => {
    const parents = (value: unknown, path: readonly string[] = []): readonly string[][] =>
      value === null || typeof value !== 'object' || Array.isArray(value)
        ? []
        : [[...path], ...Object.entries(value).flatMap(([key, inner]) => parents(inner, [...path, key]))];
    for (const path of parents(plan)) {
      const where = [...path, 'surprise'].join('.');
      expect(refusal(withValue(where, 1)).message).toContain(
        `${path.length === 0 ? 'the plan' : path.join('.')}: Unrecognized key: "surprise"`,
      );
    }
  });

  it.each([
    [null, 'received null'],
    ['{}', 'received string'],
    [[plan], 'received array'],
    [undefined, 'received undefined'],
  ])('refuses %j, which is no object', (value, text) => {
    expect(refusal(value).message).toContain(`the plan: Invalid input: expected object, ${text}`);
  });
});

describe('printPlan', () => {
  it('refuses to print what could not be read again', () => {
    const broken = { ...plan, training: { ...plan.training, epochs: Number.POSITIVE_INFINITY } };
    expect(() => printPlan(broken)).toThrow();
  });

  it('ends with a line break and indents by two spaces', () => {
    const text = printPlan(plan);
    expect(text.startsWith('{\n  "version": 1,\n  "preprocessing": {\n    "center": "median",')).toBe(true);
    expect(text.endsWith('"seed": 7\n}\n')).toBe(true);
  });
});

describe('linearPlan', () => {
  it('is rung 0: it changes the network and its learning rate only, and taking it twice changes nothing', () => {
    fc.assert(
      fc.property(anyPlan, (any) => {
        const linear = linearPlan(any);
        expect(linear.network.hidden).toEqual([]);
        const optimizer = { ...linear.optimizer, learningRate: any.optimizer.learningRate };
        expect({ ...linear, optimizer, network: any.network }).toEqual(any);
        expect(linearPlan(linear)).toEqual(linear);
      }),
    );
  });
});
