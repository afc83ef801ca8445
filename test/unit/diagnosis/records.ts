import { readFileSync } from 'node:fs';
import { type Diagnosis, diagnose } from '../../../src/diagnosis/diagnose.ts';
import { evidenceOf } from '../../../src/diagnosis/evidence-of.ts';
import type { DiagnoseOptions } from '../../../src/diagnosis/settings.ts';
import { parseRecord } from '../../../src/record/parse-record.ts';
import type { RunRecord } from '../../../src/record/record.ts';

/** The recorded runs under test/golden/records, made by make-records.py with PyTorch on real data. */
export type RecordName =
  | 'california-tuned'
  | 'concrete-constant'
  | 'concrete-diverged'
  | 'concrete-linear'
  | 'digits-few-rows'
  | 'digits-small-dev'
  | 'digits-tiny-rate'
  | 'digits-unfinished'
  | 'digits-wide-overtrained'
  | 'fashion-like-dev'
  | 'fashion-noisy-dev'
  | 'fashion-three'
  | 'pima-folds';

export function readRecord(name: RecordName): RunRecord | readonly RunRecord[] {
  const text = readFileSync(new URL(`../../golden/records/${name}.json`, import.meta.url), 'utf8');
  const value: unknown = JSON.parse(text);
  return Array.isArray(value) ? value.map(parseRecord) : parseRecord(value);
}

export function diagnoseRecord(name: RecordName, options: DiagnoseOptions = {}): Diagnosis {
  return diagnose(evidenceOf(readRecord(name)), options);
}
