// Compiles src/engine/kernels/assembly into src/engine/kernels/kernels.wasm.ts (base64 in a module, committed, so
// that neither tests nor browsers need a build). With --check it writes nothing and exits 1 when the file is stale.

import { readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import asc from 'assemblyscript/asc';

const root = fileURLToPath(new URL('..', import.meta.url));
const target = new URL('../src/engine/kernels/kernels.wasm.ts', import.meta.url);

/** The wasm bytes; paths are relative to the repository, so they do not depend on where it lies. */
async function compile() {
  let bytes = null;
  const options = '--runtime stub --importMemory --noExportMemory --enable simd -O3s --noAssert';
  const { error, stderr } = await asc.main(
    ['src/engine/kernels/assembly/index.ts', ...options.split(' '), '--baseDir', root, '--outFile', 'kernels.wasm'],
    {
      writeFile: (_name, contents) => {
        bytes = contents;
      },
    },
  );
  if (error) throw new Error(`The kernels do not compile:\n${stderr.toString()}`);
  return bytes;
}

const bytes = await compile();
const source = `// Made by scripts/build-kernels.mjs from the files in assembly/: change those and run \`node scripts/build-kernels.mjs\`.

/** The kernels' wasm module, ${bytes.length} bytes, in base64. */
export const KERNELS_WASM =
  '${Buffer.from(bytes).toString('base64')}';
`;
if (process.argv.includes('--check')) {
  if ((await readFile(target, 'utf8')) !== source) {
    console.error('src/engine/kernels/kernels.wasm.ts is stale: run `node scripts/build-kernels.mjs`.');
    process.exitCode = 1;
  }
} else {
  await writeFile(target, source);
  console.log(`src/engine/kernels/kernels.wasm.ts: ${bytes.length} bytes of wasm`);
}
