#!/usr/bin/env node
// In: the command line. Out: exit code 0; 2 for bad usage or input; 3 for a check that failed; 130 when interrupted; 1 for our own mistakes.
// This file is written in old syntax and imports nothing at the top, so that an old Node gets as far as the message.

const parts = process.versions.node.split('.').map(Number);
const major = Number(parts[0]);
const isNewEnough = major > 22 || (major === 22 && Number(parts[1]) >= 13);

if (isNewEnough) {
  // Images are decoded in Node's pool of threads, which has four unless it is told before its first use.
  process.env.UV_THREADPOOL_SIZE ??= String(process.getBuiltinModule('node:os').availableParallelism());
  import('./program.ts').then((module) => module.run(process.argv.slice(2)));
} else {
  process.stderr.write(
    `error: fettle needs Node 22.13 or newer, this is Node ${process.versions.node}. Install a newer one from https://nodejs.org.\n`,
  );
  process.exitCode = 2;
}
