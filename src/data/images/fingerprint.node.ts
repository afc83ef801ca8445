// In: a path that holds images. Out: a text that changes when its files change, without reading the images.

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { FettleError } from '../../base/error.ts';
import { cifarSources } from './cifar.node.ts';
import { findFiles, lookAt } from './find-files.node.ts';
import { folderParts } from './held-out.node.ts';
import { idxSources } from './idx.node.ts';
import { manifestSources } from './manifest.node.ts';
import { imageSettings, type ReadImagesOptions, type ReadImagesSettings } from './options.ts';
import { type ImageSourceKind, imageSourceOf } from './source.node.ts';

/** Changes when the same files would be read to other rows or pixels. */
const readerVersion = 1;

const sources: Readonly<
  Record<ImageSourceKind, (path: string, settings: ReadImagesSettings) => Promise<readonly string[]>>
> = {
  folder: folderSources,
  manifest: (path, { signal }) => manifestSources(path, signal),
  idx: idxSources,
  cifar: cifarSources,
  parquet: async (path) => [path],
  file: async (path) => [path],
};

async function folderSources(folder: string, { labels, signal }: ReadImagesSettings): Promise<readonly string[]> {
  const parts = labels ? await folderParts(folder) : null;
  const files = await findFiles(parts === null ? folder : join(folder, parts.train), signal);
  return files.map(({ location }) => location);
}

/**
 * 64 hexadecimal digits over the names, sizes and times of change of all files that `readImages` would read, and over the
 * options that change what it makes of them. Throws `file` and `data`, as `readImages` does.
 */
export async function imageFingerprint(path: string, options: ReadImagesOptions = {}): Promise<string> {
  const kind = await imageSourceOf(path);
  if (kind === null)
    throw new FettleError('data', `${path} holds no images, so there is nothing to take a fingerprint of.`);
  const settings = imageSettings(options);
  const { target, size, channels, skipBad, labels, maximumPixels } = settings;
  const hash = createHash('sha256');
  const read = size === null ? null : [size.height, size.width];
  hash.update(JSON.stringify([readerVersion, kind, target, read, channels, skipBad, labels, maximumPixels]));
  for (const location of await sources[kind](path, settings))
    hash.update(JSON.stringify([location, ...changeOf(location)]));
  return hash.digest('hex');
}

/** Bytes and time of change; zeros for a file that is not there or may not be looked at. */
function changeOf(location: string): readonly [number, number] {
  try {
    const stats = lookAt(location);
    return [stats?.size ?? 0, stats?.mtimeMs ?? 0];
  } catch {
    return [0, 0];
  }
}
