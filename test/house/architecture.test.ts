import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Architecture, checkArchitecture, readArchitecture } from '../../scripts/architecture.ts';

const root = resolve(import.meta.dirname, '../..');
const folders: string[] = [];
afterEach(() => {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
});

const small: Architecture = {
  rooms: { low: [], high: ['low'], desk: ['low', 'high'] },
  entries: { 'index.ts': 'pure', 'node.ts': 'node', 'web.ts': 'web' },
  platformRooms: ['desk'],
  platformPackages: { node: ['onnxruntime-node'], web: ['onnxruntime-web'] },
  ignored: ['low/other'],
  leastModules: 1,
};

/** Checks a tree of files given as path in src -> text. */
async function violationsOf(files: Record<string, string>, table: Partial<Architecture> = {}): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-architecture-'));
  folders.push(folder);
  for (const [path, text] of Object.entries(files)) {
    const file = join(folder, 'src', path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  return [...(await checkArchitecture(folder, { ...small, ...table })).violations];
}

const a = 'export const a = 1;\n';

describe('the rooms of src', () => {
  it('keep to architecture.json', async () => {
    const { modules, violations } = await checkArchitecture(root, readArchitecture(root));
    expect(violations).toEqual([]);
    expect(modules).toBeGreaterThan(20);
  });
});

describe('the check itself', () => {
  it('is silent on a tree that keeps the rules', async () => {
    const files = {
      'low/a.ts': a,
      'low/b.node.ts': "import 'node:fs';\nimport 'onnxruntime-node';\nexport { a } from './a.ts';\n",
      'low/other/c.ts': "export { a } from '../../high/d.ts';\n",
      'high/d.ts': "export { a } from '../low/a.ts';\n",
      'desk/e.ts': "import 'node:fs';\nexport { a } from '../low/b.node.ts';\n",
      'index.ts': "export { a } from './high/d.ts';\n",
      'node.ts': "export { a } from './low/b.node.ts';\n",
      'low/b.web.ts': "import 'onnxruntime-web/wasm';\nexport { a } from './a.ts';\n",
      'web.ts': "export { a } from './low/b.web.ts';\n",
    };
    expect(await violationsOf(files)).toEqual([]);
  });

  it('names an import against the order of rooms', async () => {
    const files = { 'low/a.ts': "import '../high/b.ts';\n", 'high/b.ts': a };
    expect(await violationsOf(files)).toEqual(['src/low/a.ts: imports src/high/b.ts; room "low" may import nothing']);
  });

  it('sees imports of types', async () => {
    const files = {
      'low/a.ts': "import type { B } from '../high/b.ts';\nexport type A = B;\n",
      'high/b.ts': 'export type B = 1;\n',
    };
    expect(await violationsOf(files)).toEqual(['src/low/a.ts: imports src/high/b.ts; room "low" may import nothing']);
  });

  it('names each cycle once, inside a room too', async () => {
    const files = {
      'low/a.ts': "import './b.ts';\n",
      'low/b.ts': "import './c.ts';\n",
      'low/c.ts': "import './a.ts';\n",
    };
    expect(await violationsOf(files)).toEqual(['cycle: src/low/a.ts -> src/low/b.ts -> src/low/c.ts']);
  });

  it('names platform code in pure files', async () => {
    const files = {
      'low/a.ts': "import 'node:fs';\nimport 'onnxruntime-node';\nimport './b.node.ts';\n",
      'low/b.node.ts': a,
      'index.ts': "import './low/b.node.ts';\n",
    };
    expect(await violationsOf(files)).toEqual([
      'src/index.ts: imports src/low/b.node.ts, which only *.node.ts files may',
      'src/low/a.ts: imports node:fs, which only *.node.ts files may',
      'src/low/a.ts: imports onnxruntime-node, which only *.node.ts files may',
      'src/low/a.ts: imports src/low/b.node.ts, which only *.node.ts files may',
    ]);
  });

  it('keeps Node and browsers apart', async () => {
    const files = {
      'low/a.node.ts': "import 'onnxruntime-web';\nimport './b.web.ts';\n",
      'low/b.web.ts': "import 'node:fs';\nimport './c.node.ts';\n",
      'low/c.node.ts': a,
      'low/d.ts': "import 'onnxruntime-web/wasm';\n",
      'web.ts': "import './low/c.node.ts';\n",
    };
    expect(await violationsOf(files)).toEqual([
      'src/low/a.node.ts: imports onnxruntime-web, which only *.web.ts files may',
      'src/low/a.node.ts: imports src/low/b.web.ts, which only *.web.ts files may',
      'src/low/b.web.ts: imports node:fs, which only *.node.ts files may',
      'src/low/b.web.ts: imports src/low/c.node.ts, which only *.node.ts files may',
      'src/low/d.ts: imports onnxruntime-web/wasm, which only *.web.ts files may',
      'src/web.ts: imports src/low/c.node.ts, which only *.node.ts files may',
    ]);
  });

  it('names files outside the rooms, unknown rooms, and rooms that import an entry point', async () => {
    const files = { 'loose.ts': a, 'attic/a.ts': a, 'index.ts': a, 'low/b.ts': "import '../index.ts';\n" };
    expect(await violationsOf(files)).toEqual([
      'src/attic/a.ts: room "attic" is not in architecture.json',
      'src/loose.ts: lies in no room and is no entry point of architecture.json',
      'src/low/b.ts: imports the entry point src/index.ts',
    ]);
  });

  it('fails when it read too little', async () => {
    expect(await violationsOf({ 'low/a.ts': a }, { leastModules: 2 })).toEqual([
      'src: read 1 modules, expected at least 2',
    ]);
  });
});
