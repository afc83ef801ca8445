import { type Diagnosis, diagnose } from '../diagnose.ts';
import { type EvidenceOptions, evidenceOf } from '../evidence-of.ts';
import type { DiagnoseOptions } from '../settings.ts';
import type { ForeignRun } from './foreign-run.ts';

/** The diagnosis of a foreign run; what its log does not tell comes first among the notes. */
export function diagnoseRun(
  run: Pick<ForeignRun, 'record' | 'notes'>,
  options: DiagnoseOptions = {},
  evidence: EvidenceOptions = {},
): Diagnosis {
  const diagnosis = diagnose(evidenceOf(run.record, evidence), options);
  return { ...diagnosis, notes: [...run.notes, ...diagnosis.notes] };
}
