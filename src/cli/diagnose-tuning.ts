// In: the folder of a tuning, an optimal error, a tolerance. Out: its last diagnosis, made anew where one of them is
// another than the tuning's own.

import { join } from 'node:path';
import { FettleError } from '../base/error.ts';
import { type Diagnosis, diagnose } from '../diagnosis/diagnose.ts';
import type { Evidence } from '../diagnosis/evidence.ts';
import { evidenceOf } from '../diagnosis/evidence-of.ts';
import { rules } from '../diagnosis/rules/index.ts';
import { scaleOf } from '../diagnosis/scale.ts';
import type { DiagnoseOptions } from '../diagnosis/settings.ts';
import { readEvents } from '../recipe/directory.node.ts';
import type { Evaluation, TuneEvent } from '../recipe/journal.ts';
import type { RunRecord } from '../record/record.ts';
import { fileTrialStore } from '../tuning/trial-store.node.ts';

/**
 * The records of the trainings that an evaluation is made of; null where their files are gone. They are told by their
 * plan, of which each training has its own seed.
 */
async function recordsOf(
  run: string,
  events: readonly TuneEvent[],
  { plan, units }: Evaluation,
): Promise<readonly RunRecord[] | null> {
  const store = fileTrialStore((id) => join(run, 'trials', `${id}.trial`));
  const wanted = JSON.stringify({ ...plan, seed: 0 });
  const found = new Map<number, RunRecord>();
  for (const event of events) {
    if (event.type !== 'trial' || found.has(event.unit)) continue;
    // A file that is gone or damaged is a training less, and then the scores must do.
    const record = (await store.load(event.id).catch(() => null))?.record;
    if (record?.plan === undefined || record.plan === null) continue;
    if (JSON.stringify({ ...record.plan, seed: 0 }) === wanted) found.set(event.unit, record);
  }
  return found.size === units ? [...found.values()] : null;
}

/** Of a tuning whose trainings are gone: the scores of all of them together, and what was found out about the training. */
function ofScores(
  started: TuneEvent & { readonly type: 'started' },
  last: TuneEvent & { readonly type: 'diagnosed' },
  options: DiagnoseOptions,
): Diagnosis {
  const { train, dev } = last.evaluation;
  const { task, metric, classes } = started;
  const diagnosis = diagnose({ task, metric, classes: classes?.length ?? null, train, trainDev: null, dev }, options);
  const kept = last.diagnosis.verdicts.filter(({ id }) => rules[id].kind !== 'gap');
  const verdicts = diagnosis.verdicts.filter(({ id }) => id !== 'fit' || kept.length === 0);
  return { ...diagnosis, verdicts: [...kept, ...verdicts] };
}

/**
 * The last diagnosis of a tuning; with other settings it is judged again on the records of its trainings.
 * Errors: `file` for a folder that holds no diagnosis yet, or that cannot be read.
 */
export async function diagnoseTuning(run: string, options: DiagnoseOptions): Promise<Diagnosis> {
  const events = await readEvents(run);
  const started = events.find((event) => event.type === 'started');
  const last = events.findLast((event) => event.type === 'diagnosed');
  if (started === undefined || last === undefined) {
    throw new FettleError(
      'file',
      `${run} holds no diagnosis yet. Expected the folder of a run that got past its baseline.`,
    );
  }
  const examined = events.findLast((event) => event.type === 'examined');
  if (options.optimalError === undefined && options.tolerance === undefined) return (examined ?? last).diagnosis;
  const { factor } = scaleOf(started.metric);
  const all = { optimalError: started.optimalError, tolerance: last.diagnosis.tolerance / factor, ...options };
  const records = await recordsOf(run, events, last.evaluation);
  const [first, ...others] = records ?? [];
  if (records === null || first === undefined) return ofScores(started, last, all);
  const facts = events.findLast((event) => event.type === 'prechecked')?.facts ?? null;
  const dataSizes = examined?.dataSizes ?? null;
  const evidence: Evidence = {
    ...evidenceOf(others.length === 0 ? first : records, { repeats: 'folds' }),
    data: facts,
    probes: dataSizes === null ? null : { learningRate: null, reference: null, dataSizes },
  };
  return diagnose(evidence, all);
}
