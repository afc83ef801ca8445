// In: src. Out: dist, which mirrors it: one .js and one .d.ts per file, the Python files, the command made executable.

import { spawnSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const root = resolve(import.meta.dirname, '..');

/** Compiles src into an empty dist; true if the compiler had nothing to say. */
export function build(): boolean {
  rmSync(resolve(root, 'dist'), { recursive: true, force: true });
  const tsc = resolve(root, 'node_modules/typescript/bin/tsc');
  const done = spawnSync(process.execPath, [tsc, '-p', '.'], { cwd: root, stdio: 'inherit' });
  cpSync(resolve(root, 'src/cli/callbacks'), resolve(root, 'dist/cli/callbacks'), {
    recursive: true,
    filter: (path) => !path.includes('__pycache__') && !path.endsWith('.pyc'),
  });
  const command = resolve(root, 'dist/cli/main.node.js');
  if (existsSync(command)) chmodSync(command, 0o755);
  return done.status === 0;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exit(build() ? 0 : 1);
