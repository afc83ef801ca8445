import { describe, expect, it } from 'vitest';
import { dataFacts } from '../../../src/checkup/data-facts.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import { holdOut, splitInput } from '../../../src/data/splits.ts';
import { readTable } from '../../../src/data/table.node.ts';
import { diagnose } from '../../../src/diagnosis/diagnose.ts';
import { rules, verdictIds } from '../../../src/diagnosis/rules/index.ts';
import { defaultPlan } from '../../../src/plan/defaults.ts';

const sets = [
  ['digits', 'target'],
  ['vehicle', 'Class'],
  ['spam', 'type'],
  ['credit', 'Status'],
  ['concrete', 'compressive_strength'],
  ['credit', 'Price'],
] as const;

async function lookAt(name: string, target: string, raw: boolean) {
  const table = await readTable(new URL(`../../../examples/data/${name}/train.csv`, import.meta.url).pathname);
  const roles = inferRoles(table, { target });
  const { train, dev } = holdOut(splitInput(table, roles), { dev: 0.25, test: 0, seed: 1 });
  const plan = defaultPlan({ task: roles.task, minimizesError: true, seed: 0 });
  const none = { center: 'none', scale: 'none', clip: 'none' } as const;
  const preprocessing = { ...plan.preprocessing, ...(raw ? { ...none, standardizeTarget: false } : {}) };
  const data = dataFacts({ table, roles, trainRows: train, held: { table, rows: dev }, preprocessing, seed: 0 });
  const metric = roles.task === 'classification' ? 'error' : 'rmse';
  const { verdicts } = diagnose({ task: roles.task, metric, train: null, trainDev: null, dev: null, data });
  const found = verdicts.map(({ id }) => id).filter((id) => verdictIds.includes(id) && rules[id].kind === 'data');
  return { data, found };
}

describe('a look at real data', () => {
  it.each(sets)('finds nothing wrong with %s and %s', async (name, target) => {
    const { data, found } = await lookAt(name, target, false);
    expect(found).toEqual([]);
    expect(data.rows.train).toBeGreaterThan(400);
    expect(data.input?.scale?.medianDeviation).toBeGreaterThan(0.1);
    expect(data.input?.scale?.largestDeviation).toBeLessThan(1.5);
  });

  it('finds columns and targets that are left in their own unit', async () => {
    expect((await lookAt('concrete', 'compressive_strength', true)).found).toEqual(['unscaled-input', 'label-range']);
    expect((await lookAt('credit', 'Status', true)).found).toEqual(['unscaled-input']);
    // Pixels from 0 to 16 do no harm.
    expect((await lookAt('digits', 'target', true)).found).toEqual([]);
  });
});
