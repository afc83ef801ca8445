// Where and when something was measured.

import { readFileSync } from 'node:fs';
import { cpus, loadavg, totalmem } from 'node:os';
import { versions } from '../../src/tuning/versions.node.ts';

/** Facts that a number means nothing without. `load` is the system's load as the benchmark began: 0 is a quiet machine. */
export interface Machine {
  readonly date: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryGb: number;
  readonly simd: readonly string[];
  readonly load: number;
  readonly versions: Readonly<Record<string, string>>;
}

function simdOf(): readonly string[] {
  try {
    const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? [];
    return ['avx2', 'avx512f', 'avx512_bf16', 'amx_tile'].filter((flag) => flags.includes(flag));
  } catch {
    return []; // not Linux
  }
}

/** The machine now. */
export function machine(): Machine {
  return {
    date: new Date().toISOString().slice(0, 10),
    cpu: cpus()[0]?.model ?? 'unknown',
    cores: cpus().length,
    memoryGb: Math.round(totalmem() / 2 ** 30),
    simd: simdOf(),
    load: Number((loadavg()[0] ?? 0).toFixed(2)),
    versions: { ...versions(), node: process.versions.node },
  };
}
