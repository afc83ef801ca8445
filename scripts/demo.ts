// In: the bundled table of concrete mixes and their strength. Out: a tuned network with its reasons in fettle-runs/demo.
// The command line below is all there is to it; the rest builds fettle first and clears the last demo away.

import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { build } from './build.ts';

const root = resolve(import.meta.dirname, '..');
const command = 'dist/cli/main.node.js';
const line =
  'tune examples/data/concrete/train.csv --test examples/data/concrete/test.csv --target compressive_strength --time 90s --out fettle-runs/demo';

if (!build()) process.exit(1);
rmSync(resolve(root, 'fettle-runs/demo'), { recursive: true, force: true });
console.log(`fettle ${line}\n`);
process.on('SIGINT', () => {}); // Ctrl-C is fettle's to answer
const done = spawnSync(process.execPath, [command, ...line.split(' ')], { cwd: root, stdio: 'inherit' });
process.exit(done.status ?? 1);
