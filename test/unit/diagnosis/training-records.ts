import { readFileSync } from 'node:fs';
import { diagnose, type Verdict } from '../../../src/diagnosis/diagnose.ts';
import { evidenceOf } from '../../../src/diagnosis/evidence-of.ts';
import type { VerdictId } from '../../../src/diagnosis/rules/index.ts';
import type { DiagnoseOptions } from '../../../src/diagnosis/settings.ts';
import type { LayerHealth, RunRecord } from '../../../src/record/record.ts';

/** The recorded runs under test/golden/records/training, made by make-training-faults.ts with fettle on real data. */
export type TrainingRecordName =
  | `concrete-${'healthy' | 'tanh' | 'plain-normal' | 'l2' | 'saturated' | 'single-rows' | 'impatient'}`
  | `digits-${'healthy' | 'momentum' | 'regularized' | 'patient' | 'zero-output' | 'zeros' | 'constant' | 'tiny-weights'}`
  | `digits-${'rate-high' | 'rate-low' | 'clipped' | 'l1' | 'dropout' | 'deep-sigmoid' | 'deep-tanh' | 'dead'}`
  | `digits-${'one-epoch' | 'as-number'}`;

export function trainingRecord(name: TrainingRecordName): RunRecord {
  return JSON.parse(readFileSync(new URL(`../../golden/records/training/${name}.json`, import.meta.url), 'utf8'));
}

/** What a rule says of some runs; several are taken for folds. */
export function verdictOf(
  id: VerdictId,
  records: TrainingRecordName | RunRecord | readonly RunRecord[],
  options: DiagnoseOptions = {},
): Verdict | undefined {
  const found = typeof records === 'string' ? trainingRecord(records) : records;
  return diagnose(evidenceOf(found), options).verdicts.find((verdict) => verdict.id === id);
}

/** The record without the extra trainings, as most are. */
export function bare(name: TrainingRecordName): RunRecord {
  return { ...trainingRecord(name), probes: null };
}

/** The record as a log without layers, batches and plan would have it. */
export function asLog(name: TrainingRecordName): RunRecord {
  const record = bare(name);
  const curve = record.curve.map((point) => ({ ...point, layers: null }));
  return { ...record, source: 'log', plan: null, start: null, losses: null, data: null, curve };
}

/** The record with every layer of its curve changed. */
export function withLayers(record: RunRecord, change: (layer: LayerHealth, at: number) => LayerHealth): RunRecord {
  const curve = record.curve.map((point, at) => ({
    ...point,
    layers: point.layers?.map((layer) => change(layer, at)) ?? null,
  }));
  return { ...record, curve };
}
