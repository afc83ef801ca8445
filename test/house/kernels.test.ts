import { execFile } from 'node:child_process';
import { cp, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from 'vitest';
import { KERNELS_WASM } from '../../src/engine/kernels/kernels.wasm.ts';
import { root } from './support/sources.ts';

const run = promisify(execFile);
const check = (folder: string) => run(process.execPath, [join(folder, 'scripts/build-kernels.mjs'), '--check']);

describe('the committed kernels', () => {
  let copy = '';
  afterAll(() => rm(copy, { recursive: true, force: true }));

  it('count as stale when they are not', async () => {
    copy = await mkdtemp(join(tmpdir(), 'fettle-kernels-'));
    for (const path of ['scripts/build-kernels.mjs', 'src/engine/kernels']) {
      await cp(join(root, path), join(copy, path), { recursive: true });
    }
    await symlink(join(root, 'node_modules'), join(copy, 'node_modules'));
    await writeFile(join(copy, 'src/engine/kernels/kernels.wasm.ts'), `export const KERNELS_WASM = '';\n`);
    await expect(check(copy)).rejects.toMatchObject({
      code: 1,
      stderr: 'src/engine/kernels/kernels.wasm.ts is stale: run `node scripts/build-kernels.mjs`.\n',
    });
  });

  it('stay under 12 KB', () => {
    expect(Buffer.from(KERNELS_WASM, 'base64').length).toBeLessThan(12288);
  });
});
