// A table with every kind of column, and networks trained on it for a few steps.

import { createRandom } from '../../../src/base/random.ts';
import { applyPreprocessing, fitPreprocessing, type Preprocessing } from '../../../src/data/preprocessing.ts';
import { inferRoles } from '../../../src/data/roles.ts';
import { type Cell, type Table, tableFromColumns } from '../../../src/data/table.ts';
import type { Runtime } from '../../../src/engine/index.ts';
import { columnRanges } from '../../../src/model/columns.ts';
import { type ExportedModel, exportModel, type NetworkWeights } from '../../../src/model/export.ts';
import type { NetworkInputs } from '../../../src/network/index.ts';
import type { PlanWith } from '../../../src/plan/defaults.ts';
import type { MlpPlan, Plan } from '../../../src/plan/plan.ts';
import { createTrainer, networkInputs } from '../../../src/training/trainer.ts';
import { plan } from '../../unit/model/fixture.ts';

type TargetKind = 'two' | 'three' | 'number';

const targets = { two: ['no', 'yes'], three: ['a', 'b', 'c, "d"'] };

/** Rows with numbers, booleans, few and many categories, date-times, a constant, and missing cells in most columns. */
export function mixedTable(rows: number, target: TargetKind, seed: number, cities = 30): Table {
  const random = createRandom(seed);
  const cells = <T extends Cell>(missing: number, draw: () => T): (T | null)[] =>
    Array.from({ length: rows }, () => {
      const cell = draw();
      return random.uniform() < missing ? null : cell;
    });
  const age = cells(0.1, () => 18 + 60 * random.uniform());
  const home = cells(0.1, () => ['owner', 'rents', 'with "parents", or so'][random.below(3)] as string);
  return tableFromColumns({
    age,
    'income, yearly': cells(0, () => 1e5 * Math.exp(random.normal())),
    member: cells(0.1, () => random.uniform() < 0.5),
    sure: cells(0, () => random.uniform() < 0.5),
    home,
    size: cells(0.05, () => (random.uniform() < 0.5 ? 'groß' : 'klein')),
    city: cells(0.05, () => `city ${random.below(cities)}`),
    since: cells(0.1, () => new Date(1000 * Math.floor((random.uniform() - 0.4) * 3e9))),
    day: cells(0, () => new Date(86_400_000 * (19_000 + random.below(900)))),
    same: cells(0, () => 7),
    result: Array.from({ length: rows }, (_, i) => {
      const signal = Number(age[i] ?? 40) / 40 + (home[i] === 'owner' ? 1 : 0) + 0.3 * random.normal();
      if (target === 'number') return 5000 + 300 * signal;
      return targets[target][Math.min(targets[target].length - 1, Math.max(0, Math.floor(signal)))] as string;
    }),
  });
}

/** A plan of a small network that fits the target, with changes. */
export function smallPlan(
  target: TargetKind,
  network: Partial<MlpPlan> = {},
  rest: Partial<Omit<Plan, 'network'>> = {},
): PlanWith<MlpPlan> {
  return {
    ...plan,
    ...(target === 'number' ? { loss: { kind: 'mse' } as const } : {}),
    ...rest,
    network: { ...plan.network, hidden: [16, 16], ...network },
  };
}

/** Trained networks with the preprocessing that they share. */
export interface Trained {
  readonly plan: Plan;
  readonly table: Table;
  readonly preprocessing: Preprocessing;
  readonly inputs: NetworkInputs;
  readonly networks: readonly NetworkWeights[];
  /** The mean of the trainers' own predictions, from preprocessed rows. */
  predict(table: Table): Promise<Float64Array>;
  release(): Promise<void>;
}

/** Trains one network per seed for five steps on a mixed table. */
export function trainSmall(
  runtime: Runtime,
  plan: Plan,
  target: TargetKind,
  seeds: readonly number[] = [1],
): Promise<Trained> {
  return trainOn(runtime, plan, mixedTable(300, target, 5), 'result', seeds);
}

/** Trains one network per seed for five steps on all rows of a table. */
export async function trainOn(
  runtime: Runtime,
  plan: Plan,
  table: Table,
  target: string,
  seeds: readonly number[],
): Promise<Trained> {
  const roles = inferRoles(table, { target });
  const all = Uint32Array.from({ length: table.rows }, (_, i) => i);
  const preprocessing = fitPreprocessing(plan.preprocessing, table, roles, all);
  const data = applyPreprocessing(preprocessing, table);
  const trainers = await Promise.all(seeds.map((seed) => createTrainer(runtime, { ...plan, seed }, data)));
  const networks: NetworkWeights[] = [];
  for (const trainer of trainers) {
    for (let step = 1; step <= 5; step++) {
      const rows = Uint32Array.from({ length: trainer.batchSize }, (_, i) => (i + 50 * step) % table.rows);
      await trainer.step({ step, rows, learningRate: 0.01, l2: 0, l1: 0, dropout: 0, noise: 0 });
    }
    const parameters = trainer.layout.parameters.map(({ spec, slot }): [string, Float32Array] => [
      spec.name,
      trainer.evaluated.slice(slot.offset, slot.offset + slot.length),
    ]);
    networks.push({ parameters: new Map(parameters), buffers: trainer.buffers });
  }
  return {
    plan,
    table,
    preprocessing,
    inputs: networkInputs(plan, data),
    networks,
    async predict(rows) {
      const prepared = applyPreprocessing(preprocessing, rows);
      let sum: Float64Array | null = null;
      for (const trainer of trainers) {
        const { values } = await trainer.predict(prepared);
        sum ??= new Float64Array(values.length);
        for (let i = 0; i < values.length; i++) sum[i] = (sum[i] as number) + (values[i] as number) / trainers.length;
      }
      return sum ?? new Float64Array();
    },
    release: async () => {
      for (const trainer of trainers) await trainer.release();
    },
  };
}

/** The model file of trained networks. */
export function exportTrained(trained: Trained): ExportedModel {
  const { plan, inputs, preprocessing, networks, table } = trained;
  return exportModel({
    plan,
    networkInputs: inputs,
    preprocessing,
    networks,
    versions: { fettle: '0.0.0-test' },
    ranges: columnRanges(preprocessing, table),
  });
}

/** The largest difference, of values over 1 relative to the value. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Number.POSITIVE_INFINITY;
  let largest = 0;
  for (let i = 0; i < a.length; i++) {
    const difference = Math.abs((a[i] as number) - (b[i] as number)) / Math.max(1, Math.abs(b[i] as number));
    // Written so that NaN counts as a difference.
    if (!(difference <= largest)) largest = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
  }
  return largest;
}
