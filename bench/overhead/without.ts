// In: fettle's sources. Out: the same program without health statistics: the fused sums are taken out of the Adam
// kernel, which is compiled anew, the optimizer does not add them up, and a training looks neither at its start nor at
// activations and writes no losses down. `registerHooks` puts them in place of the originals in this process only. A
// source that has changed so that a piece is not found is an error.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp } from 'node:fs/promises';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import asc from 'assemblyscript/asc';

const root = resolve(import.meta.dirname, '../..');
const folder = resolve(root, 'src/engine/kernels/assembly');

/** Puts other pieces in place of some of a text; each has to be there exactly once. */
function changed(text: string, pieces: Readonly<Record<string, string>>): string {
  return Object.entries(pieces).reduce((rest, [piece, other]) => {
    const parts = rest.split(piece);
    if (parts.length !== 2) {
      throw new Error(`Expected "${piece}" once, found it ${parts.length - 1} times. Correct overhead/without.ts.`);
    }
    return parts.join(other);
  }, text);
}

const source = (path: string): string => readFileSync(resolve(root, path), 'utf8');

/** The kernels without the three sums of Adam, as base64. */
async function compileKernels(): Promise<string> {
  const copy = mkdtempSync(join(tmpdir(), 'fettle-kernels-'));
  try {
    await cp(folder, copy, { recursive: true });
    const adam = changed(readFileSync(join(folder, 'adam.ts'), 'utf8'), {
      '      const U = f32x4.sub(N, W);\n': '',
      '      ww = f32x4.add(ww, f32x4.mul(N, N));\n': '',
      '      gg = f32x4.add(gg, Q);\n': '',
      '      uu = f32x4.add(uu, f32x4.mul(U, U));\n': '',
      '    weights += sumLanes(ww);\n': '',
      '    gradients += sumLanes(gg);\n': '',
      '    updates += sumLanes(uu);\n': '',
      '  writeSums(sums, weights, gradients, updates);\n': '',
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
  const optimizer = changed(source('src/training/optimizer.ts'), {
    '        health.add(i, sums, scale);\n': '',
    '      health.endStep();\n': '',
    'health.read(places.map((place) => kernels.zeros(place.parameters, place.length)))': 'null',
  });
  const run = changed(source('src/training/run.ts'), {
    'looks ? await scorer.activations() : new Map()': 'new Map()',
    '    progress.losses = addLoss(progress.losses, progress.step, loss);\n': '',
  });
  const train = changed(source('src/training/train.ts'), {
    '    progress.start ??= await describeStart(trainer, plan, scorer.activationSample);\n': '',
  });
  const replaced: Readonly<Record<string, string>> = {
    '/src/engine/kernels/kernels.wasm.ts': `export const KERNELS_WASM = '${kernels}';`,
    '/src/training/optimizer.ts': optimizer,
    '/src/training/run.ts': run,
    '/src/training/train.ts': train,
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
