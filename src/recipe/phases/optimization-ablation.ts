// In: the tuned plan. Out: what each part of step 4 saves: epochs and seconds to the same training loss without it.

import { FettleError } from '../../base/error.ts';
import type { Trial, TrialResult } from '../../execution/execution.ts';
import { matchedInitializer } from '../../network/index.ts';
import type { Plan } from '../../plan/plan.ts';
import { deadline } from '../budget.ts';
import type { TuneContext } from '../context.ts';
import { trialId } from '../evaluator.ts';
import type { AblationRow } from '../journal.ts';

/** Epochs of each run: enough to see who gets there first. */
const mostEpochs = 40;

/** The setting that the others are compared with. */
const asTuned = 'as tuned';

interface Setting {
  readonly group: AblationRow['group'];
  readonly setting: string;
  readonly plan: Plan;
}

/** The tuned plan with a constant rate, so that runs of different speed can be compared at any epoch. */
function timed(plan: Plan, epochs: number): Plan {
  return {
    ...plan,
    schedule: { kind: 'constant' },
    regularization: { ...plan.regularization, earlyStopping: { patience: null } },
    training: { ...plan.training, epochs },
  };
}

function settingsOf(tuned: Plan): readonly Setting[] {
  const { preprocessing, network } = tuned;
  const prepared = (setting: string, change: Partial<Plan['preprocessing']>): Setting => ({
    group: 'normalization',
    setting,
    plan: { ...tuned, preprocessing: { ...preprocessing, clip: 'none', ...change } },
  });
  const initialized = (initializer: Plan['network']['initializer']): Setting => ({
    group: 'initialization',
    setting: initializer,
    plan: { ...tuned, network: { ...network, initializer } },
  });
  const matched = matchedInitializer(network.activation);
  return [
    prepared('none', { center: 'none', scale: 'none' }),
    prepared('subtract-mean', { center: 'mean', scale: 'none' }),
    prepared('subtract-mean + normalize-variance', { center: 'mean', scale: 'standard-deviation' }),
    { group: 'normalization', setting: asTuned, plan: tuned },
    initialized('zeros'),
    initialized('plain-normal'),
    initialized(matched),
  ];
}

/** Where a run first comes down to a loss. */
function reached(result: TrialResult, loss: number) {
  const point = result.record.curve.find(({ trainLoss }) => trainLoss !== null && trainLoss <= loss);
  return { epochs: point?.epoch ?? null, seconds: point?.seconds ?? null };
}

function lowest(result: TrialResult): number | null {
  const losses = result.record.curve.map(({ trainLoss }) => trainLoss).filter((loss) => loss !== null);
  const finite = losses.filter((loss) => Number.isFinite(loss));
  return finite.length === 0 ? null : Math.min(...finite);
}

/** Runs the settings side by side and reports when each reaches the loss that the tuned one has halfway. */
export async function optimizationAblation(context: TuneContext): Promise<void> {
  const { executor, units, metric, budget } = context;
  const { incumbent } = context.state();
  const unit = units.units[0];
  if (incumbent === null || unit === undefined) throw new Error('an ablation needs a plan in force');
  const perEpoch = incumbent.seconds / Math.max(1, incumbent.units * incumbent.plan.training.epochs);
  const each = (budget.left('ablation') * executor.slots) / 8;
  const epochs = Math.max(5, Math.min(mostEpochs, incumbent.plan.training.epochs, Math.floor(each / perEpoch)));
  const settings = settingsOf(timed(incumbent.plan, epochs));
  const limit = deadline(context.signal, budget.left('ablation') * 1.5);
  try {
    // The tuned plan goes first: without it there is no loss to compare at.
    const order = [...settings].sort((a, b) => Number(b.setting === asTuned) - Number(a.setting === asTuned));
    const results = new Map<Setting, TrialResult>();
    await Promise.all(
      order.map(async (setting) => {
        const { plan } = setting;
        const trial: Trial = {
          id: trialId(plan, unit.trainRows, 'ablation'),
          plan,
          metric,
          trainRows: unit.trainRows,
          devRows: null,
          seconds: null,
          stopEpoch: null,
          evaluations: epochs,
        };
        try {
          results.set(setting, await executor.run(trial, { signal: limit.signal }));
        } catch (error) {
          // A setting that the time is not enough for is left out of the table.
          if (!(error instanceof FettleError && error.code === 'interrupted')) throw error;
        }
      }),
    );
    if (context.signal.aborted) throw new FettleError('interrupted', 'The ablation was stopped.');
    await context.emit({ type: 'ablation', ...table(settings, results) });
  } finally {
    limit.stop();
  }
}

function table(settings: readonly Setting[], results: ReadonlyMap<Setting, TrialResult>) {
  const tuned = settings.find(({ setting }) => setting === asTuned);
  const curve = (tuned && results.get(tuned)?.record.curve) ?? [];
  const half = curve[Math.max(0, Math.ceil(curve.length / 2) - 1)];
  // Without a loss to compare at, nothing counts as having reached it.
  const targetLoss = half?.trainLoss ?? Number.NaN;
  const rows = settings.flatMap((one): AblationRow | readonly [] => {
    const { group, setting, plan } = one;
    const result = results.get(one);
    if (result === undefined) return [];
    return {
      group,
      setting,
      chosen: JSON.stringify(plan) === JSON.stringify(tuned?.plan),
      ...reached(result, targetLoss),
      epochsTried: result.record.curve.at(-1)?.epoch ?? 0,
      lowestLoss: lowest(result),
    };
  });
  return { targetLoss, rows };
}
