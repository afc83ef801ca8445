// In: a diagnosis. Out: its lines for the terminal.

import type { Diagnosis } from '../diagnosis/diagnose.ts';
import type { Note } from '../diagnosis/notes.ts';

const READINGS: readonly Note['id'][] = ['read-as-percent', 'read-as-shares', 'log-read', 'log-skipped'];

/** How the input was read comes first: whoever meant it otherwise need not read on. */
export async function explain(diagnosis: Diagnosis): Promise<readonly string[]> {
  const { explainDiagnosis } = await import('../diagnosis/explain.ts');
  const isReading = ({ id }: Note): boolean => READINGS.includes(id);
  const notes = diagnosis.notes.filter((note) => !isReading(note));
  const readings = diagnosis.notes.filter(isReading).map(({ text }) => text);
  return [...readings, ...(readings.length > 0 ? [''] : []), ...explainDiagnosis({ ...diagnosis, notes })];
}
