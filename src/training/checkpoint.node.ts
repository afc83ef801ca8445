// In: a path. Out: a checkpoint store in that file, replaced atomically.

import { readFile, rm } from 'node:fs/promises';
import { systemCode, writeAtomically } from '../base/disk.node.ts';
import { FettleError } from '../base/error.ts';
import { type CheckpointStore, decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';

async function read(path: string): Promise<Uint8Array | null> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return null;
    const reason = (error as Error).message;
    throw new FettleError('file', `Cannot read the checkpoint ${path}: ${reason}. Mend that, or delete it.`, {
      cause: error,
    });
  }
}

/**
 * A store in one file: written beside it, synced, then renamed over it, so a crash leaves the old or the new one.
 * Errors have code `file` and name the path: a damaged checkpoint, a full disk.
 */
export function fileCheckpointStore(path: string): CheckpointStore {
  return {
    async load() {
      const bytes = await read(path);
      return bytes === null ? null : decodeCheckpoint(bytes, `The checkpoint ${path}`);
    },
    save: (checkpoint) => writeAtomically(path, encodeCheckpoint(checkpoint)),
    async remove() {
      await rm(path, { force: true });
      await rm(`${path}.part`, { force: true });
    },
  };
}
