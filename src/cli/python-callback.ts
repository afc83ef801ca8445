// In: a framework of Python. Out: one file for it, put together from the modules in callbacks/.

import { readFileSync } from 'node:fs';
import { packageVersion } from './version.ts';

/** The frameworks that a callback is kept for, each with the modules that it is made of; its own is the last one. */
const modules = {
  keras: ['fettle_record', 'fettle_keras_model', 'fettle_keras'],
  lightning: ['fettle_record', 'fettle_torch', 'fettle_pytorch', 'fettle_lightning'],
  pytorch: ['fettle_record', 'fettle_torch', 'fettle_pytorch'],
} as const;

/** A framework that `fettle callback` writes a file for. */
export type PythonFramework = keyof typeof modules;

/** The frameworks in the order in which they are shown. */
export const pythonFrameworks = Object.keys(modules) as readonly PythonFramework[];

/** A module taken apart: what it says about itself, what it needs from elsewhere, its code. */
interface Part {
  readonly about: string;
  readonly imports: readonly string[];
  readonly code: string;
}

/** Modules begin with their docstring and then have imports of one line each; those of each other are dropped. */
function partOf(source: string): Part {
  const [, about = '', rest = ''] = /^"""(.*?)"""\n([\s\S]*)$/s.exec(source) ?? [];
  const lines = rest.split('\n');
  const isImport = (line: string): boolean => /^(import|from) /.test(line);
  return {
    about,
    imports: lines.filter((line) => isImport(line) && !line.startsWith('from fettle_')),
    code: lines
      .filter((line) => !isImport(line))
      .join('\n')
      .trim(),
  };
}

/** The text of the file: it needs the framework and NumPy, and nothing else. */
export function pythonCallback(framework: PythonFramework): string {
  const parts = modules[framework].map((name) =>
    partOf(readFileSync(new URL(`callbacks/${name}.py`, import.meta.url), 'utf8')),
  );
  const imports = [...new Set(parts.flatMap((part) => part.imports))];
  return [
    `"""${parts.at(-1)?.about ?? ''}"""\n`,
    `# Printed by \`fettle callback ${framework}\`, fettle ${packageVersion()}. It needs the framework and NumPy.\n`,
    `${imports.join('\n')}\n`,
    ...parts.map(({ code }) => `\n${code}\n`),
  ].join('\n');
}
