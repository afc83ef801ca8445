// In: results of trials. Out: one file each, so that a resumed tuning reads them instead of training again.

import { readFile } from 'node:fs/promises';
import { writeAtomically } from '../base/disk.node.ts';
import { packRegions, unpackRegions } from '../base/pack.ts';
import type { TrialStore } from '../recipe/evaluator.ts';
import type { RunRecord } from '../record/record.ts';

interface Header {
  readonly record: RunRecord;
  readonly rows: number;
  readonly outputs: number;
}

/** A store with one file per trial, at the paths that `path` gives. */
export function fileTrialStore(path: (id: string) => string): TrialStore {
  return {
    async load(id) {
      try {
        const { header, regions } = unpackRegions(await readFile(path(id)), `The trial ${path(id)}`);
        const { record, rows, outputs } = header as Header;
        return { record, predictions: { rows, outputs, values: regions.predictions ?? new Float32Array() } };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    async save(id, { record, devPredictions }) {
      if (devPredictions === null) return;
      const { rows, outputs, values } = devPredictions;
      const header: Header = { record, rows, outputs };
      await writeAtomically(path(id), packRegions(header, { predictions: values }));
    },
  };
}
