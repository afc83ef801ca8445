// In: a path. Out: a checkpoint store in that file, replaced atomically.

import { open, readFile, rename, rm } from 'node:fs/promises';
import { type CheckpointStore, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

/** A store in one file: written beside it, synced, then renamed over it, so a crash leaves the old or the new one. */
export function fileCheckpointStore(path: string): CheckpointStore {
  return {
    async load() {
      try {
        return decodeCheckpoint(await readFile(path));
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
        throw error;
      }
    },
    async save(checkpoint) {
      const temporary = `${path}.part`;
      const file = await open(temporary, 'w');
      try {
        await file.writeFile(encodeCheckpoint(checkpoint));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(temporary, path);
    },
    async remove() {
      await rm(path, { force: true });
      await rm(`${path}.part`, { force: true });
    },
  };
}
