// In: a script and its arguments, from any Node that npm came with. Out: the script, run on the project's own Node.
// That Node is the dev dependency `node`; where install scripts are off it is fetched from the registry here.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');
const own = resolve(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node');

/** True if this Node runs TypeScript files as they are (22.18). */
function isNewEnough(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > 22 || (major === 22 && minor >= 18);
}

function findNode() {
  if (existsSync(own)) return own;
  if (isNewEnough(process.versions.node)) return process.execPath;
  spawnSync('npm', ['rebuild', 'node', '--ignore-scripts=false'], {
    cwd: root,
    stdio: ['ignore', 'ignore', 'inherit'],
    shell: process.platform === 'win32',
  });
  if (existsSync(own)) return own;
  console.error(
    `This is Node ${process.versions.node}; expected Node 22.18 or newer, or node_modules/node as \`npm ci\` installs it. ` +
      'Run `npm ci`, or put a newer Node on the PATH.',
  );
  process.exit(1);
}

process.on('SIGINT', () => {}); // Ctrl-C is the script's to answer; this process hands its exit code on

const node = findNode();
const path = `${dirname(node)}${process.platform === 'win32' ? ';' : ':'}${process.env.PATH ?? ''}`;
const done = spawnSync(node, process.argv.slice(2), { stdio: 'inherit', env: { ...process.env, PATH: path } });
process.exit(done.status ?? 1);
