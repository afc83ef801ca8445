// In: the folder of a run. Out: a place for decoded images, so that a resumed run need not decode them again.

import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { loadImageTable, saveImageTable } from '../data/images/cache.node.ts';
import type { Table } from '../data/table.ts';
import type { ImageCache } from './tune-data.ts';

/** A cache that can be filled before the run's folder is there. */
export interface RunImageCache extends ImageCache {
  /** Writes what was kept into the folder, which must be there by now. */
  save(): Promise<void>;
  /** Removes what was loaded or saved: a finished run needs no images. */
  remove(): Promise<void>;
}

/** The cache of a run; `folder` is read from at once, and written to by `save` alone. */
export function createImageCache(folder: string): RunImageCache {
  const kept = new Map<string, Table>();
  const used = new Set<string>();
  const file = (fingerprint: string): string => join(folder, `${fingerprint}.images`);
  return {
    load(fingerprint) {
      used.add(fingerprint);
      return loadImageTable(file(fingerprint), fingerprint);
    },
    keep(fingerprint, table) {
      kept.set(fingerprint, table);
    },
    async save() {
      for (const [fingerprint, table] of kept) await saveImageTable(file(fingerprint), table, fingerprint);
      kept.clear();
    },
    async remove() {
      for (const fingerprint of used) await rm(file(fingerprint), { force: true });
    },
  };
}
