// In: a folder of data sets, each a folder with train.csv and test.csv. Out: the sets with their targets: what the set's
// own README.md says (`target column: \`NAME\``), else what is known by its name. Other folders are passed over.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** A data set with its fixed split. */
export interface DataSet {
  readonly name: string;
  readonly data: string;
  readonly test: string;
  readonly target: string;
}

/** Finds the sets, by name; `only` restricts them. */
export function findSets(
  folder: string,
  only: readonly string[],
  known: Readonly<Record<string, string>>,
): readonly DataSet[] {
  const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'train.csv')));
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new Error(`${folder} has no set "${unknown.join('", "')}"; it has ${names.join(', ')}.`);
  const chosen = names.filter((name) => only.length === 0 || only.includes(name)).sort();
  if (chosen.length === 0) throw new Error(`${folder}: expected folders with train.csv, test.csv and README.md.`);
  return chosen.map((name) => {
    const path = (file: string): string => resolve(folder, name, file);
    const readme = existsSync(path('README.md')) ? readFileSync(path('README.md'), 'utf8') : '';
    const target = /target column: `([^`]+)`/.exec(readme)?.[1] ?? known[name];
    if (target === undefined) throw new Error(`${path('README.md')}: expected "target column: \`NAME\`".`);
    return { name, target, data: path('train.csv'), test: path('test.csv') };
  });
}
