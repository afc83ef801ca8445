import { type Diagnosis, diagnose } from '../diagnose.ts';
import { evidenceOf } from '../evidence-of.ts';
import type { DiagnoseOptions } from '../settings.ts';
import type { ForeignRun } from './foreign-run.ts';

/** The diagnosis of a foreign run; what its log does not tell comes first among the notes. */
export function diagnoseRun(run: ForeignRun, options: DiagnoseOptions = {}): Diagnosis {
  const diagnosis = diagnose(evidenceOf(run.record), options);
  return { ...diagnosis, notes: [...run.notes, ...diagnosis.notes] };
}
