import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ActionId } from '../../../src/diagnosis/action-id.ts';
import { matchedInitializer } from '../../../src/network/index.ts';
import { defaultPlan, withHidden } from '../../../src/plan/defaults.ts';
import { networkName } from '../../../src/plan/network-name.ts';
import { type Plan, parsePlan, printPlan } from '../../../src/plan/plan.ts';
import type { ActionContext, Candidate } from '../../../src/recipe/action.ts';
import { ladder } from '../../../src/recipe/actions/bigger-network.ts';
import { actions } from '../../../src/recipe/actions/index.ts';
import { anyPlan } from '../plan/arbitrary.ts';

/** Fields of augmentation that images have. */
const imageFields = [
  ...['horizontalFlip', 'verticalFlip', 'shift', 'rotation', 'scale', 'color', 'cutout', 'mixup', 'cutmix'],
];

/** All fields of networks. */
const networkFields = [
  ...['kind', 'hidden', 'activation', 'normalization', 'residual', 'inputScale', 'numericEmbedding'],
  ...['categoryEmbedding', 'members', 'initializer', 'stages', 'block', 'kernel', 'stem', 'squeezeExcitation'],
].map((field) => `network.${field}`);

/** The fields that one candidate of an action may change; where there are several sets, one of them. */
const fields: { readonly [K in ActionId]: readonly (readonly string[])[] } = {
  'learning-rate': [['optimizer.learningRate']],
  'clip-gradients': [['training.clipNorm']],
  'warm-up': [['schedule.kind', 'schedule.warmUp']],
  'fix-data': [],
  // From rung 0 upwards the learning rate comes down to that of deep networks.
  'bigger-network': [
    ...[['network.hidden'], ['network.hidden', 'network.inputScale', 'optimizer.learningRate']],
    // Images climb a ladder of whole networks.
    networkFields,
    [...networkFields, 'optimizer.learningRate'],
  ],
  'longer-training': [['training.epochs']],
  'other-architecture': [
    ...[['network.numericEmbedding'], ['network.members'], ['network.activation', 'network.initializer']],
    ...[['network.residual'], ['network.normalization'], ['network.inputScale'], ['network.categoryEmbedding']],
    ...[['network.block', 'network.normalization'], ['network.squeezeExcitation']],
  ],
  'more-data': [],
  l2: [['regularization.l2.strength']],
  l1: [['regularization.l1.strength']],
  dropout: [['regularization.dropout.rate']],
  augmentation: [
    ['regularization.augmentation.noise'],
    imageFields.map((field) => `regularization.augmentation.${field}`),
  ],
  'early-stopping': [['regularization.earlyStopping.patience']],
  'subtract-mean': [['preprocessing.center']],
  'normalize-variance': [['preprocessing.scale']],
  'random-initialization': [['network.initializer']],
};

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Paths of the JSON values in which two plans differ. */
function differences(a: unknown, b: unknown, path: readonly string[] = []): string[] {
  if (isObject(a) && isObject(b)) {
    const keys = new Set([...Object.keys(a), ...Object.keys(b)]);
    return [...keys].flatMap((key) => differences(a[key], b[key], [...path, key]));
  }
  return JSON.stringify(a) === JSON.stringify(b) ? [] : [path.join('.')];
}

const all = Object.entries(actions).map(([id, action]) => ({ id: id as ActionId, action }));
const anyContext: fc.Arbitrary<ActionContext> = fc.record({
  task: fc.constantFrom('classification' as const, 'regression' as const),
  rows: fc.integer({ min: 10, max: 1_000_000 }),
  width: fc.integer({ min: 1, max: 5000 }),
  image: fc.option(fc.constantFrom({ channels: 3, height: 32, width: 32 }, { channels: 1, height: 28, width: 28 })),
});
const start = defaultPlan({ task: 'classification', minimizesError: true, seed: 0 });
const context: ActionContext = { task: 'classification', rows: 1000, width: 20, image: null };

/** Images of 28 pixels can be halved four times. */
function fitting(plan: Plan): Plan {
  const { network } = plan;
  return network.kind === 'mlp'
    ? plan
    : { ...plan, network: { ...network, stages: network.stages.slice(0, 4), stem: 1 } };
}

/** Any plan, with the values that candidates have more often than chance would have them. */
const plans = fc.tuple(anyPlan, fc.infiniteStream(fc.nat(100))).map(([plan, picks]) => {
  let at = fitting(plan);
  for (const { action } of all) {
    const candidates = action.propose(at, context);
    const pick = picks.next().value ?? 0;
    at = pick % 2 === 0 ? at : (candidates[pick % Math.max(1, candidates.length)]?.plan ?? at);
  }
  return at;
});

describe.each(all)('$id', ({ id, action }) => {
  const propose = (plan: Plan, about: ActionContext): readonly Candidate[] => action.propose(plan, about);

  it('is named like its place in the table and says what it does', () => {
    expect(action.id).toBe(id);
    expect(action.about).toMatch(/^[A-Z].{20,140}\.$/);
  });

  it('proposes plans that are valid, and that print and parse to themselves', () => {
    fc.assert(
      fc.property(plans, anyContext, (plan, about) => {
        for (const candidate of propose(plan, about)) {
          expect(parsePlan(JSON.parse(printPlan(candidate.plan)))).toEqual(candidate.plan);
        }
      }),
    );
  });

  it('changes what it is about and nothing else', () => {
    fc.assert(
      fc.property(plans, anyContext, (plan, about) => {
        for (const candidate of propose(plan, about)) {
          const changed = differences(plan, candidate.plan);
          expect(changed).not.toEqual([]);
          const within = fields[id].some((set) => changed.every((path) => set.some((field) => path.startsWith(field))));
          expect(within, `${candidate.change} changes ${changed.join(', ')}`).toBe(true);
        }
      }),
    );
  });

  it('never proposes the plan in force, nor a plan twice, nor two plans of one name', () => {
    fc.assert(
      fc.property(plans, anyContext, (plan, about) => {
        const candidates = propose(plan, about);
        const texts = candidates.map((candidate) => printPlan(candidate.plan));
        expect(texts).not.toContain(printPlan(plan));
        expect(new Set(texts).size).toBe(texts.length);
        const changes = candidates.map(({ change }) => change);
        expect(new Set(changes).size).toBe(changes.length);
        expect(changes.every((change) => change.trim() === change && change !== '')).toBe(true);
        for (const candidate of candidates) {
          expect(propose(candidate.plan, about).map((next) => printPlan(next.plan))).not.toContain(
            printPlan(candidate.plan),
          );
        }
      }),
    );
  });

  it('proposes the same for the same plan, and leaves that plan as it is', () => {
    fc.assert(
      fc.property(plans, anyContext, (plan, about) => {
        const before = printPlan(plan);
        expect(propose(plan, about)).toEqual(propose(plan, about));
        expect(printPlan(plan)).toBe(before);
      }),
    );
  });
});

describe('what a person has to do', () => {
  it.each(['more-data', 'fix-data'] as const)('is %s, which proposes nothing to the machine', (id) => {
    expect(actions[id].propose(start, context)).toEqual([]);
    expect(actions[id].about).toContain('a person has to');
  });
});

describe('the candidates', () => {
  const numbers = (id: ActionId, of: (plan: Plan) => number | null): [string, number | null][] =>
    actions[id].propose(start, context).map(({ change, plan }) => [change, of(plan)]);

  it.each<[ActionId, (plan: Plan) => number | null]>([
    ['learning-rate', (plan) => plan.optimizer.learningRate],
    ['clip-gradients', (plan) => plan.training.clipNorm],
    ['longer-training', (plan) => plan.training.epochs],
    ['l2', (plan) => plan.regularization.l2.strength],
    ['l1', (plan) => plan.regularization.l1.strength],
    ['dropout', (plan) => plan.regularization.dropout.rate],
    ['augmentation', (plan) => plan.regularization.augmentation.noise],
    ['early-stopping', (plan) => plan.regularization.earlyStopping.patience],
  ])('of %s say their number', (id, of) => {
    const found = numbers(id, of);
    expect(found.length).toBeGreaterThan(0);
    for (const [change, value] of found) expect(change.match(/[\d.]+(e-\d+)?/g)).toContain(String(value));
  });

  it('of the learning rate go both ways and differ by a third of the way to the next decade or more', () => {
    const rate = start.optimizer.learningRate;
    const rates = numbers('learning-rate', (plan) => plan.optimizer.learningRate).map(([, next]) => next ?? 0);
    expect(Math.min(...rates)).toBeLessThan(rate / 2);
    expect(Math.max(...rates)).toBeGreaterThan(rate * 2);
  });

  it('of longer training double the epochs and come to an end', () => {
    let plan: Plan = start;
    let doublings = 0;
    for (;;) {
      const [next] = actions['longer-training'].propose(plan, context);
      if (next === undefined) break;
      expect(next.plan.training.epochs).toBe(2 * plan.training.epochs);
      plan = next.plan;
      doublings++;
    }
    expect(doublings).toBeGreaterThan(0);
    expect(plan.training.epochs).toBeLessThan(100_000);
  });

  it('of a bigger network climb the ladder, from any network to its end', () => {
    for (const hidden of [[], [3], [100, 50], [64], [256, 256, 256]]) {
      let plan: Plan = withHidden(start, hidden);
      const path: (readonly number[])[] = [];
      for (;;) {
        const [next] = actions['bigger-network'].propose(plan, context);
        if (next === undefined) break;
        expect(next.change).toBe(`${networkName(plan.network)} -> ${networkName(next.plan.network)}`);
        plan = next.plan;
        path.push(plan.network.hidden);
      }
      expect(path).toEqual(ladder.slice(-path.length));
    }
    expect(actions['bigger-network'].propose(withHidden(start, [4096, 4096]), context)).toEqual([]);
  });

  it('of a bigger network keep the learning rate, but for the first hidden layer', () => {
    const rate = (plan: Plan): number => plan.optimizer.learningRate;
    const [climbed] = actions['bigger-network'].propose(withHidden(start, [64]), context);
    expect(climbed && rate(climbed.plan)).toBe(rate(start));
    const [first] = actions['bigger-network'].propose(withHidden(start, []), context);
    expect(first && rate(first.plan)).toBeCloseTo(rate(start), 8);
  });

  it('of actions that need hidden units come with some only', () => {
    expect(actions.dropout.propose(withHidden(start, []), context)).toEqual([]);
    const others = actions['other-architecture'].propose(withHidden(start, []), { ...context, width: 5000 });
    expect(others.map(({ change }) => change)).not.toContain('residual blocks');
  });

  it('of step 4 are there for plans that lack it, and for those only', () => {
    const { preprocessing, network } = start;
    const raw: Plan = { ...start, preprocessing: { ...preprocessing, center: 'none', scale: 'none' } };
    const zeros: Plan = { ...start, network: { ...network, initializer: 'zeros' } };
    const changed = (id: ActionId, plan: Plan) => actions[id].propose(plan, context)[0]?.plan;
    expect(changed('subtract-mean', raw)?.preprocessing.center).toBe('mean');
    expect(changed('normalize-variance', raw)?.preprocessing.scale).toBe('standard-deviation');
    expect(changed('random-initialization', zeros)?.network.initializer).toBe(matchedInitializer(network.activation));
    for (const id of ['subtract-mean', 'normalize-variance', 'random-initialization'] as const) {
      expect(changed(id, start)).toBe(undefined);
    }
  });
});

describe('networkName', () => {
  it.each([
    [[], 'no hidden layers'],
    [[64], '1 x 64'],
    [[256, 256, 256], '3 x 256'],
    [[128, 64, 128], '128-64-128'],
  ])('of %j is %s', (hidden, name) => {
    expect(networkName({ ...start.network, hidden })).toBe(name);
  });
});
