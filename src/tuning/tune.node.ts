// In: a file and options. Out: a tuned network and its reasons in a directory: plan.json, journal.jsonl, summary.json,
// model.onnx, report.html. The journal is the truth: a tuning that was stopped or killed goes on from it.

import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { FettleError } from '../base/error.ts';
import { formatBytes, plural } from '../base/format.ts';
import { dataFacts } from '../checkup/data-facts.ts';
import type { Roles } from '../data/roles.ts';
import { splitInput } from '../data/splits.ts';
import { targetValues } from '../data/target-values.ts';
import { checkDevice } from '../engine/runtime/probe.node.ts';
import type { Trial } from '../execution/execution.ts';
import { createWorkerExecutor } from '../execution/workers.node.ts';
import type { Plan } from '../plan/plan.ts';
import { type Budget, createBudget } from '../recipe/budget.ts';
import type { TuneContext } from '../recipe/context.ts';
import { defaultDirectory, openDirectory, type RunDirectory } from '../recipe/directory.node.ts';
import { createEvaluator, type UnitResult } from '../recipe/evaluator.ts';
import type { TuneEvent } from '../recipe/journal.ts';
import { phases } from '../recipe/phases/index.ts';
import { startingPlan } from '../recipe/starting-plan.ts';
import { nextState, replay } from '../recipe/state.ts';
import { summarize } from '../recipe/summarize.ts';
import type { Summary } from '../recipe/summary.ts';
import { expectedSecondsPerRow, mostRows } from '../recipe/time.ts';
import { createUnits, fewLooks } from '../recipe/units.ts';
import type { DataFacts } from '../record/data-facts.ts';
import { renderReport } from '../report/report.ts';
import { reportModel, writeModel } from './finish.node.ts';
import { createImageCache } from './image-cache.node.ts';
import { createLog, type Log } from './log.ts';
import { createMemoryCheck, type MemoryCheck } from './memory-check.node.ts';
import type { TuneOptions, TuneResult } from './options.ts';
import { createProgress, watched } from './progress.ts';
import { readData } from './read-data.node.ts';
import { checkTrials, settingsOf, type TuneSettings } from './settings.ts';
import { checkSameRun, startedEvent } from './started.ts';
import { fileTrialStore } from './trial-store.node.ts';
import { sampleOf, type TuneData } from './tune-data.ts';
import { versions } from './versions.node.ts';

/** Share of the rows that is set aside for the one report when no test file is given. */
const testShare = 0.2;

/** Tunes a network for a table. Rejects with code `interrupted` when stopped; the directory then holds what is needed to go on. */
export async function tune(options: TuneOptions): Promise<TuneResult> {
  const clock = (): number => performance.now() / 1000;
  const begun = clock();
  const resume = options.resume ?? false;
  const path = options.out ?? (await defaultDirectory(options.data, { resume }));
  const imageCache = createImageCache(join(path, 'checkpoints'));
  const data = await readData({ imageCache, ...options }, { share: testShare, seed: options.seed ?? 0 });
  const settings = settingsOf(options, data.roles.task, availableParallelism());
  // Before anything is written: in a worker a missing device would end the thread of every trial.
  await checkDevice(settings.device);
  checkTrials(settings, data.trainRows.length);
  const memory = await createMemoryCheck(data, { device: settings.device, slots: settings.threads, workers: true });
  const needed = memory.check(startOf(settings, usualPlanOf(data, settings, settings)));
  const directory = await openDirectory(path, { resume });
  try {
    await imageCache.save();
    const before = await directory.readJournal();
    // Reading the data counts too: the user waits for it.
    const budget = createBudget(settings.seconds, replay(before).at + clock() - begun, clock);
    const log = createLog(before, budget.used, directory.append, options.onEvent);
    const notes = [...data.notes, memoryNote(needed.bytes, settings.threads)];
    const result = await run({ options, data: { ...data, notes }, settings, memory, directory, budget, log });
    await imageCache.remove();
    return result;
  } finally {
    await directory.close();
  }
}

/** Everything that a tuning works with. */
interface Tuning {
  readonly options: TuneOptions;
  readonly data: TuneData;
  readonly settings: TuneSettings;
  readonly memory: MemoryCheck;
  readonly directory: RunDirectory;
  readonly budget: Budget;
  readonly log: Log;
}

/** The journal's line about a trial, once per trial. */
async function noteTrial({ log }: Tuning, { trial, unit, record }: UnitResult, label: string): Promise<void> {
  if (log.events.some((event) => event.type === 'trial' && event.id === trial)) return;
  const { train, dev, seconds, status } = record;
  await log.emit({
    type: 'trial',
    ...{ id: trial, label, unit, status, seconds: seconds ?? 0 },
    train: train?.value ?? null,
    dev: dev?.value ?? null,
  });
}

/** What the phases are given. */
function createContext(tuning: Tuning, reason: () => string) {
  const { options, data, settings, directory, budget, log } = tuning;
  const { table, roles, trainRows: rows, notes } = data;
  const { metric, seconds, trials, optimalError, tolerance, threads } = settings;
  const progress = createProgress(
    () => ({
      ...{ state: log.state().state ?? 'precheck', reason: reason(), trials: log.state().trials },
      seconds: budget.used(),
      secondsLeft: seconds === null ? null : Math.max(0, seconds - budget.used()),
    }),
    options.onProgress,
  );
  // A resumed run judges on the units that it was started with, whatever time it is given now.
  const first = log.state().started ?? settings;
  const usual = usualPlanOf(data, settings, first);
  const plan = startOf(settings, usual);
  const most = mostRows(first.seconds, first.threads, expectedSecondsPerRow(plan, roles.images));
  const looks = roles.images === null ? {} : { looks: fewLooks };
  const units = createUnits(splitInput(table, roles, rows), settings.seed, {
    mostRows: most,
    holdOuts: settings.holdOuts,
    dev: data.devRows,
    ...looks,
  });
  const checkpoints = ({ id }: Trial): string => directory.checkpointPath(id);
  const workers = createWorkerExecutor({ table, roles }, threads, checkpoints, { device: settings.device });
  const executor = watched(workers, progress, () => log.state().state ?? 'precheck');
  const target = targetValues(table, roles);
  const evaluator = createEvaluator({
    ...{ executor, units, metric, target, onPoint: progress.onPoint, onEnd: progress.onEnd },
    store: fileTrialStore(directory.trialPath),
    onTrial: (result, label) => noteTrial(tuning, result, label),
  });
  const context: TuneContext = {
    ...{ table, roles, rows, metric, units, evaluator, executor, budget, trials, plan, usual, target, notes },
    ...{ optimalError, tolerance },
    task: roles.task,
    width: sampleOf(plan, data).width,
    image: roles.images,
    lookAtData: () => factsOf(data, plan),
    memoryProblem: tuning.memory.problem,
    signal: options.signal ?? new AbortController().signal,
    async emit(event) {
      await log.emit(event);
      progress.show();
    },
    state: log.state,
  };
  return { context, close: workers.close };
}

/** Facts about the training rows, and how the rows of another file, dev or else test, go with them. */
function factsOf({ table, roles, trainRows, devRows, held }: TuneData, { preprocessing, seed }: Plan): DataFacts {
  const test = held.table === table ? null : held;
  const other = devRows === null ? test : { table, rows: devRows };
  return dataFacts({ table, roles, trainRows, held: other, preprocessing, seed });
}

/** The plan that a tuning starts from: the user's, with the seed of the tuning, or the usual one. */
function startOf({ plan, seed }: TuneSettings, usual: Plan): Plan {
  return plan === null ? usual : { ...plan, seed };
}

/** The usual plan with some time and threads. */
function usualPlanOf(
  { roles, trainRows }: TuneData,
  { metric, seed }: TuneSettings,
  { seconds, threads }: Pick<TuneSettings, 'seconds' | 'threads'>,
): Plan {
  const facts = { task: roles.task, minimizesError: metric === 'error', seed };
  return startingPlan(facts, roles.images, { rows: trainRows.length, seconds, slots: threads });
}

/** What a person should know about the memory before it is used. */
function memoryNote(bytes: number, threads: number): string {
  return `The starting plan takes about ${formatBytes(bytes)} of memory, ${plural(threads, 'training')} at a time.`;
}

/** Goes from state to state until the tuning is done. */
async function loop(
  context: TuneContext,
  { directory, data }: Tuning,
  entered: (reason: string) => void,
): Promise<void> {
  for (;;) {
    context.signal.throwIfAborted();
    if (context.state().complete) {
      const next = nextState(context.state());
      if (next === null) return;
      entered(next.reason);
      await context.emit({ type: 'entered', ...next });
    }
    const { state } = context.state();
    if (state === null || state === 'done') return;
    if (state === 'final-fit') await writeModel(context, directory);
    else if (state === 'report') await reportModel(context, directory, data.held);
    else await phases[state](context);
  }
}

async function run(tuning: Tuning): Promise<TuneResult> {
  const { options, data, settings, directory, budget, log } = tuning;
  let reason = '';
  const { context, close } = createContext(tuning, () => reason);
  const about = { version: versions().fettle, evaluation: context.units.about };
  const started = startedEvent(options, data, settings, about);
  const before = log.state().started;
  try {
    if (before !== null) checkSameRun(before, started, directory.path);
    await context.emit(before === null ? started : { type: 'resumed' });
    await loop(context, tuning, (why) => {
      reason = why;
    });
    const summary = await writeResults(directory, log.events, data.roles);
    if (summary === null) throw new Error('a finished tuning has a plan');
    return { summary, directory: directory.path };
  } catch (error) {
    if (!context.signal.aborted) throw error;
    await context.emit({ type: 'interrupted' });
    await writeResults(directory, log.events, data.roles);
    throw new FettleError(
      'interrupted',
      `Stopped after ${Math.round(budget.used())} s. Everything so far is kept in ${directory.path}; ` +
        'the same command with --resume goes on.',
      { cause: error },
    );
  } finally {
    await close();
  }
}

/** Writes what a person reads; null before there is a plan in force. */
async function writeResults(
  directory: RunDirectory,
  events: readonly TuneEvent[],
  roles: Roles,
): Promise<Summary | null> {
  const summary = summarize(events, versions());
  if (summary === null) return null;
  await directory.writeFile('summary.json', `${JSON.stringify(summary, null, 2)}\n`);
  await directory.writeFile('plan.json', `${JSON.stringify(summary.plan, null, 2)}\n`);
  await directory.writeFile('report.html', renderReport({ events, summary, roles: roles.columns }));
  return summary;
}
