// Whether the recipe repairs: faulty plans of the fault bench, each repaired within 20 times the cost of one training of the
// healthy plan, beside random search over the same space at the same cost. The share of the healthy plan's score that comes
// back is measured on clean rows that nothing else looked at.

import { createRandom } from '../../src/base/random.ts';
import { mean, median, repeatedInterval } from '../../src/base/statistics.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { type CaseSpec, caseOf, healthyOf, listCases, readSets } from '../diagnosis/cases.ts';
import { harmOf, testCase } from '../diagnosis/harm.ts';
import { trainCase } from '../diagnosis/train-case.ts';
import { machine } from '../lib/machine.ts';
import { count, readOptions } from '../lib/options.ts';
import { note, printTable, writeResults } from '../lib/output.ts';
import { openJudging } from './judging.ts';
import { searchAtRandom } from './random-search.ts';
import { repairByRecipe } from './recipe.ts';

const { options } = readOptions({ half: 'report', only: '', faulty: '2', cost: '20', 'first-seed': '0', part: '1/1' });
const where = machine();
const runtime = createOnnxRuntime({ threads: 1 });
const sheets = await readSets();

/** Data faults that a plan can mend, beside all faults of the plan itself. */
const mendable = ['inputs-x100', 'column-x10000', 'labels-raw'];

/** A number trained for classes is another question, which no plan answers; a fault of the first weights ends with the run. */
function isRepairable(spec: CaseSpec): boolean {
  if (spec.fault === null) return false;
  const { group, fault } = spec.fault;
  if (group === 'data') return mendable.includes(fault.id);
  const one = caseOf(spec, sheets);
  return one.start === null && one.task === healthyOf(spec, sheets).task;
}

/** Between 0, as bad as before, and 1, as good as the healthy plan. */
function shareOf(healthy: number, faulty: number, repaired: number): number {
  return Math.min(1, Math.max(0, (faulty - repaired) / (faulty - healthy)));
}

async function repairCase(spec: CaseSpec) {
  const { fault } = spec;
  if (fault === null) throw new Error('a healthy case is not repaired');
  const one = caseOf(spec, sheets);
  // What the healthy plan reaches on the same rows: no plan brings deleted rows back.
  const healthyCase = { ...one, start: null, plan: healthyOf(spec, sheets).plan };
  const healthy = await testCase(runtime, healthyCase);
  const faulty = await testCase(runtime, one).catch(() => null);
  const harm = harmOf(one, fault.fault, healthy, faulty);
  if (!harm.harmful || harm.faulty === null) return null;
  const trained = await trainCase(runtime, healthyCase);
  const cost = Number(options.cost) * (trained.record.seconds ?? 0);
  const error = async (plan: typeof one.plan): Promise<number> =>
    (await testCase(runtime, { ...one, start: null, plan })).error;
  const recipe = await repairByRecipe(one, openJudging(one, runtime), cost);
  const random = await searchAtRandom(one, openJudging(one, runtime), {
    ...{ cost, random: createRandom(`repair/${spec.id}`), epochs: 2 * healthyCase.plan.training.epochs },
  });
  const errors = { recipe: await error(recipe.plan), random: await error(random.plan) };
  return {
    ...{ id: spec.id, set: spec.set, fault: fault.fault.id, strength: fault.strength, cost },
    ...{ healthy: harm.healthy, faulty: harm.faulty, errors },
    shares: {
      recipe: shareOf(harm.healthy, harm.faulty, errors.recipe),
      random: shareOf(harm.healthy, harm.faulty, errors.random),
    },
    recipe: { ...recipe, plan: undefined },
    random: { spent: random.spent, trainings: random.trainings },
  };
}

type Repair = NonNullable<Awaited<ReturnType<typeof repairCase>>>;

function row({ id, cost, healthy, faulty, errors, shares, recipe, random }: Repair): readonly string[] {
  const text = (x: number): string => x.toFixed(3);
  return [
    ...[id, cost.toFixed(1), text(healthy), text(faulty), text(errors.recipe), text(errors.random)],
    ...[shares.recipe.toFixed(2), shares.random.toFixed(2), `${recipe.trainings}/${random.trainings}`],
    recipe.accepted.join(', ') || '-',
  ];
}

const [part = 1, parts = 1] = options.part.split('/').map(Number);
const specs = listCases(sheets, {
  healthy: 6,
  faulty: count(options.faulty, 'faulty'),
  firstSeed: count(options['first-seed'], 'first-seed'),
})
  .filter((spec) => isRepairable(spec) && (options.half === 'both' || spec.half === options.half))
  .filter(({ fault }) => options.only === '' || options.only.split(',').includes(fault?.fault.id ?? ''))
  .filter((_, i) => i % parts === part - 1);
const repairs: Repair[] = [];
for (const [i, spec] of specs.entries()) {
  const repair = await repairCase(spec);
  if (repair === null) {
    note(`${i + 1} of ${specs.length}, ${spec.id}: no harm, nothing to repair`);
    continue;
  }
  repairs.push(repair);
  const { shares } = repair;
  note(
    `${i + 1} of ${specs.length}, ${spec.id}: recipe ${shares.recipe.toFixed(2)}, random ${shares.random.toFixed(2)}`,
  );
}

const of = (side: 'recipe' | 'random') => repairs.map(({ shares }) => shares[side]);
printTable(
  ['case', 'cost s', 'healthy', 'faulty', 'recipe', 'random', 'share', 'random', 'trainings', 'accepted'],
  repairs.map(row),
);
if (repairs.length > 1) {
  const differences = repairs.map(({ shares }) => shares.recipe - shares.random);
  const summary = (values: readonly number[]) => ({ ...repeatedInterval(values, 0.95), median: median(values) });
  console.log(
    `\n${repairs.length} faulty plans: the recipe recovers ${mean(of('recipe')).toFixed(2)}, random search ${mean(of('random')).toFixed(2)}`,
  );
  if (parts === 1 && options.only === '') {
    writeResults('repair', {
      machine: where,
      options,
      recipe: summary(of('recipe')),
      random: summary(of('random')),
      difference: summary(differences),
      cases: repairs,
    });
  }
}
