// The Python that some tests compare with: `python3`, or the program that FETTLE_PYTHON names.

import { execFileSync, spawnSync } from 'node:child_process';

const program = process.env.FETTLE_PYTHON ?? 'python3';

/** Empty where Python has these modules; else why tests are skipped, to follow their title. */
export function missingFromPython(...modules: readonly string[]): string {
  const probe = spawnSync(program, ['-c', `import ${modules.join(', ')}`], { encoding: 'utf8' });
  const names = modules.join(', ');
  return probe.status === 0 ? '' : ` (skipped: ${program} lacks one of ${names}; name another one in FETTLE_PYTHON)`;
}

/** What a Python program prints. */
export function runPython(args: readonly string[], folder: string): string {
  return execFileSync(program, args, { cwd: folder, encoding: 'utf8' });
}
