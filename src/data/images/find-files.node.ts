// In: a folder. Out: all files in it and below it, sorted, links followed, without those that systems leave behind.

import type { Stats } from 'node:fs';
import { statSync } from 'node:fs';
import { readdir, realpath } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../../base/disk.node.ts';
import { FettleError } from '../../base/error.ts';
import { byCodeUnits } from './order.ts';

/** A file below a folder. */
export interface FoundFile {
  /** Path from the folder, with slashes on every system. */
  readonly path: string;
  /** Path for opening it. */
  readonly location: string;
  readonly bytes: number;
  /** When it was last changed, in milliseconds since 1970. */
  readonly changed: number;
}

/** Names that no person gave: hidden files, and what Windows, macOS archives and Synology leave behind. */
const isLeftBehind = (name: string): boolean =>
  name.startsWith('.') || /^(thumbs\.db|desktop\.ini|__macosx|@eadir)$/i.test(name);

/** Names in a folder but those left behind, in order. Throws `file`. */
export async function visibleNames(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).filter((name) => !isLeftBehind(name)).sort(byCodeUnits);
  } catch (cause) {
    const why = systemCode(cause) === 'EACCES' ? 'permission denied' : (systemCode(cause) ?? String(cause));
    throw new FettleError('file', `The folder ${folder} cannot be read: ${why}. Expected a folder of images.`, {
      cause,
    });
  }
}

/** What a path leads to, through links; null where it leads nowhere. */
export function lookAt(path: string): Stats | null {
  return statSync(path, { throwIfNoEntry: false }) ?? null;
}

/**
 * All regular files in a folder and below it, sorted by path. A link that leads nowhere counts as a file without bytes, which
 * will be found absent; a link to a folder that it lies in is left out. Throws `file` for a folder that cannot be read.
 */
export async function findFiles(folder: string, signal?: AbortSignal): Promise<FoundFile[]> {
  const files: FoundFile[] = [];
  const visit = async (location: string, path: string, above: readonly string[]): Promise<void> => {
    signal?.throwIfAborted();
    const here = await realpath(location);
    if (above.includes(here)) return;
    for (const name of await visibleNames(location)) {
      const child = { path: path === '' ? name : `${path}/${name}`, location: join(location, name) };
      const stats = safeLook(child.location);
      if (stats?.isDirectory()) await visit(child.location, child.path, [...above, here]);
      else if (stats === null || stats.isFile())
        files.push({ ...child, bytes: stats?.size ?? 0, changed: stats?.mtimeMs ?? 0 });
    }
  };
  await visit(folder, '', []);
  return files.sort((a, b) => byCodeUnits(a.path, b.path));
}

/** As `lookAt`, also for a link that leads in a circle or to where this user may not look. */
function safeLook(path: string): Stats | null {
  try {
    return lookAt(path);
  } catch (error) {
    if (systemCode(error) !== null) return null;
    throw error;
  }
}
