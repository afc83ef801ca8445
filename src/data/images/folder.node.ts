// In: a folder. Out: a table of its images: one folder per class, or any folder for prediction.

import { join } from 'node:path';
import { FettleError } from '../../base/error.ts';
import { plural } from '../../base/format.ts';
import type { Table } from '../table.ts';
import type { BadImage } from './bad-image.ts';
import { keepTexts } from './columns.ts';
import { decodeImages } from './decode-images.node.ts';
import { extensionOf } from './decode-notes.ts';
import { type FoundFile, findFiles } from './find-files.node.ts';
import { finishTable } from './finish-table.ts';
import { type FolderParts, folderParts } from './held-out.node.ts';
import { imageFiles } from './image-files.node.ts';
import { isImageName } from './image-name.ts';
import type { ReadImagesSettings } from './options.ts';

interface LabelledFile extends FoundFile {
  /** The topmost folder that it lies in; null beside the class folders. */
  readonly label: string | null;
}

/**
 * Reads a folder: the class of an image is the name of the topmost folder that it lies in; deeper folders only sort. Of
 * `train` and `test` side by side, train is read. Without labels every image below the folder is read. Throws `file`, `data`.
 */
export async function readFolder(folder: string, settings: ReadImagesSettings): Promise<Table> {
  const parts = settings.labels ? await folderParts(folder) : null;
  const files = await labelledFiles(folder, parts, settings.signal);
  const inside = settings.labels ? files.filter(({ label }) => label !== null) : files;
  // What lies beside the class folders has no class: an image is bad, anything else is none of the data.
  const outside = files.filter((file) => !inside.includes(file) && isImageName(file.path));
  if (settings.labels && !inside.some(({ path }) => isImageName(path)) && outside.length > 0)
    throw noClasses(folder, outside, files);
  const decoded = await decodeImages(imageFiles(inside, settings.signal), settings);
  const ignored = decoded.bad.filter(isNoData);
  const ignoredPaths = new Set(ignored.map(({ path }) => path));
  const labels = inside.map(({ path, label }) => (ignoredPaths.has(path) ? null : label));
  if (settings.labels && new Set(labels.filter((label) => label !== null)).size === 1) throw oneClass(folder, labels);
  const beside = outside.map(({ path }): BadImage => ({ path, reason: 'no-class', detail: null }));
  return finishTable(
    {
      where: folder,
      names: inside.map(({ path }) => path),
      columns: settings.labels ? [keepTexts('label', labels)] : [],
      store: decoded.store,
      rows: decoded.rows,
      bad: [...decoded.bad.filter((image) => !isNoData(image)), ...beside],
      notes: [...partNotes(parts), ...decoded.notes, ...ignoredNotes(ignored)],
    },
    settings,
  );
}

async function labelledFiles(
  folder: string,
  parts: FolderParts | null,
  signal: AbortSignal | undefined,
): Promise<LabelledFile[]> {
  const found = await findFiles(parts === null ? folder : join(folder, parts.train), signal);
  return found.map((file) => {
    const slash = file.path.indexOf('/');
    const path = parts === null ? file.path : `${parts.train}/${file.path}`;
    return { ...file, path, label: slash < 0 ? null : file.path.slice(0, slash) };
  });
}

/** A file that is not named like an image and is none: a readme, a list of labels. */
const isNoData = ({ path, reason }: BadImage): boolean =>
  !isImageName(path) && (reason === 'not-an-image' || reason === 'empty' || reason === 'unread-format');

function partNotes(parts: FolderParts | null): string[] {
  if (parts === null) return [];
  const unused = parts.unused.length === 0 ? '' : `, and "${parts.unused.join('", "')}" is not used`;
  const held = parts.heldOut === null ? '' : `; "${parts.heldOut}" is held out as the test set${unused}`;
  return [`The images are those of the folder "${parts.train}"${held}.`];
}

function ignoredNotes(ignored: readonly BadImage[]): string[] {
  if (ignored.length === 0) return [];
  const extensions = new Set(
    ignored.map(({ path }) => extensionOf(path)).map((name) => (name === '' ? 'none' : `.${name}`)),
  );
  const shown = [...extensions].slice(0, 5).join(', ');
  return [
    `${plural(ignored.length, 'file')} without an image (extensions: ${shown}) ${ignored.length === 1 ? 'is' : 'are'} ignored.`,
  ];
}

function noClasses(folder: string, images: readonly FoundFile[], files: readonly FoundFile[]): FettleError {
  const manifest = files.find(({ path }) => /\.(csv|tsv|parquet)$/i.test(path));
  const other =
    manifest === undefined
      ? 'or name a CSV file with a column of paths and one of labels'
      : `or name the file that lists them with their labels: ${join(folder, manifest.path)}`;
  return new FettleError(
    'data',
    `${folder} holds ${plural(images.length, 'image')}, but no folder of images: expected one folder per class. Sort the images into folders named like their classes, ${other}.`,
  );
}

function oneClass(folder: string, labels: readonly (string | null)[]): FettleError {
  const name = labels.find((label) => label !== null) ?? '';
  return new FettleError(
    'data',
    `${folder} has images in one folder only, "${name}", but one folder per class is expected, so at least two. If the classes are folders inside it, name ${join(folder, name)} instead.`,
  );
}
