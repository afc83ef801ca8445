// In: a folder of the repository. Out: its hand-written TypeScript files, parsed.

import { readdirSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import ts from 'typescript';

/** The repository's root. */
export const root = resolve(import.meta.dirname, '../../..');

/** Files that a script wrote, and the kernels, which another compiler reads. */
const foreign = /_pb\.ts$|\.wasm\.ts$|^src\/engine\/kernels\/assembly\//;

/** Paths of files under `folder` that end in `ending`, relative to the root, sorted. */
export function listFiles(folder: string, ending: string): string[] {
  return readdirSync(resolve(root, folder), { recursive: true, encoding: 'utf8' })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => path.endsWith(ending))
    .sort();
}

/** The hand-written sources under `folder`, parsed with their parents set. */
export function parseSources(folder: string): ts.SourceFile[] {
  return listFiles(folder, '.ts')
    .filter((path) => !foreign.test(path))
    .map((path) => parse(path, readFileSync(resolve(root, path), 'utf8')));
}

/** One file, parsed. */
export function parse(path: string, text: string): ts.SourceFile {
  return ts.createSourceFile(path, text, ts.ScriptTarget.ES2024, true);
}
