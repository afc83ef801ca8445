// In: a TypeScript file. Out: one script for browsers, made by the bundler that vitest brings along.

import { execFile } from 'node:child_process';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const root = resolve(import.meta.dirname, '../../..');

/** Bundles a file for browsers into `folder` as `page.js`. Throws what the bundler says, warnings included. */
export async function bundlePage(file: string, folder: string): Promise<void> {
  const rolldown = resolve(root, 'node_modules/rolldown/bin/cli.mjs');
  const args = [rolldown, file, '--platform', 'browser', '--format', 'esm', '--file', join(folder, 'page.js')];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { cwd: root });
  const warnings = `${stdout}${stderr}`.split('\n').filter((line) => /warn|unresolved/i.test(line));
  if (warnings.length > 0) throw new Error(warnings.join('\n'));
}
