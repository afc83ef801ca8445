// In: the tuned plan. Out: what each part of step 4 saves: epochs and seconds to the same training loss without it.

import { createRandom } from '../../base/random.ts';
import type { Trial, TrialResult } from '../../execution/execution.ts';
import { matchedInitializer } from '../../network/index.ts';
import type { Plan } from '../../plan/plan.ts';
import type { TuneContext } from '../context.ts';
import { trialId } from '../evaluator.ts';
import type { AblationRow } from '../journal.ts';
import { ablationSeconds } from '../time.ts';
import { subset } from '../units.ts';

/** Epochs of each run: enough to see who gets there first. */
const mostEpochs = 40;

/** Rows of each run: which setting is faster shows on these as well. */
const mostAblationRows = 10_000;

/** Fewer say nothing. */
const fewestEpochs = 5;

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
function reached(result: TrialResult, loss: number | null) {
  const point = result.record.curve.find(({ trainLoss }) => loss !== null && trainLoss !== null && trainLoss <= loss);
  return { epochs: point?.epoch ?? null, seconds: point?.seconds ?? null };
}

function lowest(result: TrialResult): number | null {
  const losses = result.record.curve.map(({ trainLoss }) => trainLoss).filter((loss) => loss !== null);
  const finite = losses.filter((loss) => Number.isFinite(loss));
  return finite.length === 0 ? null : Math.min(...finite);
}

/** Runs the settings side by side and reports when each reaches the loss that the tuned one has halfway. */
export async function optimizationAblation(context: TuneContext): Promise<void> {
  const { executor, units, metric, signal } = context;
  const { incumbent } = context.state();
  const unit = units.units[0];
  if (incumbent === null || unit === undefined) throw new Error('an ablation needs a plan in force');
  const trainRows = subset(unit.trainRows, mostAblationRows, createRandom('ablation'));
  const share = trainRows.length / unit.trainRows.length;
  const perEpoch = (share * incumbent.seconds) / Math.max(1, incumbent.units * incumbent.plan.training.epochs);
  // Seven settings share the time; each is cut off there, at whatever epoch it has come to.
  const seconds = (ablationSeconds(context, incumbent) * executor.slots) / 8;
  const epochs = Math.max(fewestEpochs, Math.min(mostEpochs, Math.floor(seconds / perEpoch)));
  const settings = settingsOf(timed(incumbent.plan, epochs));
  const running = new Map<string, Promise<TrialResult>>();
  const run = ({ plan }: Setting): Promise<TrialResult> => {
    const id = trialId(plan, trainRows, 'ablation');
    const trial: Trial = {
      ...{ id, plan, metric },
      ...{ trainRows, devRows: null, stopEpoch: null, evaluations: epochs },
      seconds: Number.isFinite(seconds) ? seconds : null,
    };
    // The tuned plan stands in both groups and is trained once.
    const result = running.get(id) ?? executor.run(trial, { signal });
    running.set(id, result);
    return result;
  };
  const results = await Promise.all(settings.map(run));
  signal.throwIfAborted();
  await context.emit({ type: 'ablation', ...table(settings, results) });
}

function table(settings: readonly Setting[], results: readonly TrialResult[]) {
  const at = settings.findIndex(({ setting }) => setting === asTuned);
  const curve = results[at]?.record.curve ?? [];
  const half = curve[Math.max(0, Math.ceil(curve.length / 2) - 1)];
  // Without a loss to compare at, nothing counts as having reached it.
  const targetLoss = half?.trainLoss ?? null;
  const rows = results.map((result, i): AblationRow => {
    const { group, setting, plan } = settings[i] as Setting;
    return {
      group,
      setting,
      chosen: JSON.stringify(plan) === JSON.stringify(settings[at]?.plan),
      ...reached(result, targetLoss),
      epochsTried: result.record.curve.at(-1)?.epoch ?? 0,
      lowestLoss: lowest(result),
    };
  });
  return { targetLoss, rows };
}
