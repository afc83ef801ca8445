// In: fettle's sources. Out: the same program without health statistics: the fused sums are taken out of the Adam
// kernel, which is compiled anew, and the optimizer does not add them up. `registerHooks` puts both in place of the
// originals in this process only. A source that has changed so that a piece is not found is an error.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import asc from 'assemblyscript/asc';

const root = resolve(import.meta.dirname, '../..');
const folder = resolve(root, 'src/engine/kernels/assembly');

/** Takes pieces out of a text; each has to be there exactly as often as said. */
function without(text: string, pieces: Readonly<Record<string, number>>): string {
  return Object.entries(pieces).reduce((rest, [piece, times]) => {
    const parts = rest.split(piece);
    if (parts.length - 1 !== times) {
      throw new Error(`Expected ${times} times "${piece}", found ${parts.length - 1}. Correct overhead/without.ts.`);
    }
    return parts.join('');
  }, text);
}

/** The kernels without the three sums of Adam, as base64. */
async function compileKernels(): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'fettle-kernels-'));
  try {
    await cp(folder, copy, { recursive: true });
    const adam = without(readFileSync(join(folder, 'adam.ts'), 'utf8'), {
      '      const U = f32x4.sub(N, W);\n': 1,
      '      ww = f32x4.add(ww, f32x4.mul(N, N));\n': 1,
      '      gg = f32x4.add(gg, Q);\n': 1,
      '      uu = f32x4.add(uu, f32x4.mul(U, U));\n': 1,
      '    weights += sumLanes(ww);\n': 1,
      '    gradients += sumLanes(gg);\n': 1,
      '    updates += sumLanes(uu);\n': 1,
      '  writeSums(sums, weights, gradients, updates);\n': 1,
    });
    writeFileSync(join(copy, 'adam.ts'), adam);
    let bytes: Uint8Array | string = '';
    // The options of scripts/build-kernels.mjs.
    const options =
      '--runtime stub --importMemory --noExportMemory --enable simd -O3s --noAssert --outFile kernels.wasm';
    const { error, stderr } = await asc.main(['index.ts', '--baseDir', copy, ...options.split(' ')], {
      writeFile: (_name, contents) => {
        bytes = contents;
      },
    });
    if (error) throw new Error(`The kernels do not compile:\n${stderr.toString()}`);
    return Buffer.from(bytes).toString('base64');
  } finally {
    rmSync(copy, { recursive: true });
  }
}

/** From now on this process imports fettle's sources without health statistics. */
export async function removeStatistics(): Promise<void> {
  const kernels = await compileKernels();
  const optimizer = without(readFileSync(resolve(root, 'src/training/optimizer.ts'), 'utf8'), {
    '        health.add(i, sums, scale);\n': 1,
    '      health.endStep();\n': 1,
  });
  const replaced: Readonly<Record<string, string>> = {
    '/src/engine/kernels/kernels.wasm.ts': `export const KERNELS_WASM = '${kernels}';`,
    '/src/training/optimizer.ts': optimizer,
  };
  registerHooks({
    load(url, context, next) {
      const found = Object.entries(replaced).find(([path]) => url.endsWith(path));
      return found === undefined
        ? next(url, context)
        : { format: 'module-typescript', source: found[1], shortCircuit: true };
    },
  });
}
