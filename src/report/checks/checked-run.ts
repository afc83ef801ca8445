import type { CheckedVerdict } from '../../diagnosis/check.ts';

/** A run as a check left it: its verdicts, or why it could not be judged. */
export interface CheckedRun {
  readonly run: string;
  /** Where it lies, as the user wrote it. */
  readonly path: string;
  readonly verdicts: readonly CheckedVerdict[];
  /** Null where it was judged. */
  readonly problem: string | null;
}
