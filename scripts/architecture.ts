// In: architecture.json and the import graph of src, read by dependency-cruiser. Out: one line per violation.
// The same check runs in test/house/architecture.test.ts, also against small trees that break each rule.

import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { cruise, type ICruiseResult, type IModule } from 'dependency-cruiser';

/** Where a file runs that does not run everywhere: `*.node.ts` or `*.web.ts`. */
type Platform = 'node' | 'web';

/** architecture.json: which room may import which, and where platform code may be. */
export interface Architecture {
  /** Room -> rooms that it may import; its own files are always allowed. */
  readonly rooms: Readonly<Record<string, readonly string[]>>;
  /** Files that lie directly in src. A `node` or `web` entry may import the files of its platform, a `pure` one none. */
  readonly entries: Readonly<Record<string, 'pure' | Platform>>;
  /** Rooms whose every file may import files for Node. */
  readonly platformRooms: readonly string[];
  /** Packages that only files of a platform may import; Node's own modules are for Node. */
  readonly platformPackages: Readonly<Record<Platform, readonly string[]>>;
  /** Folders in src that another compiler reads. */
  readonly ignored: readonly string[];
  /** A check that read fewer modules than this has read the wrong folder. */
  readonly leastModules: number;
}

/** Reads architecture.json from a folder. */
export function readArchitecture(root: string): Architecture {
  return JSON.parse(readFileSync(resolve(root, 'architecture.json'), 'utf8')) as Architecture;
}

/** The modules of `root`/src that were read, and the rules they break, one line each. */
export async function checkArchitecture(
  root: string,
  table: Architecture,
): Promise<{ modules: number; violations: readonly string[] }> {
  const exclude = table.ignored.map((folder) => `^src/${folder}/`);
  const result = await cruise(['src'], {
    baseDir: root,
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    ...(exclude.length > 0 && { exclude: { path: exclude.join('|') } }),
    enhancedResolveOptions: { extensions: ['.ts', '.js', '.json'], conditionNames: ['import', 'types', 'default'] },
  });
  const read = (result.output as ICruiseResult).modules.filter((module) => module.source.startsWith('src/'));
  const violations = read.flatMap((module) => checkModule(module, table));
  violations.push(...findCycles(read));
  if (read.length < table.leastModules) {
    violations.push(`src: read ${read.length} modules, expected at least ${table.leastModules}`);
  }
  return { modules: read.length, violations: violations.sort() };
}

/** Where a file of src belongs: its room, or null for a file directly in src. */
function roomOf(path: string): string | null {
  const parts = path.split('/');
  return parts.length > 2 ? (parts[1] ?? null) : null;
}

const platformOfFile = (path: string): Platform | null => {
  const [, platform] = /\.(node|web)\.ts$/.exec(path) ?? [];
  return platform === 'node' || platform === 'web' ? platform : null;
};

/** Whose platform files and packages this file may import; null for none. */
function platformFor(path: string, table: Architecture): Platform | null {
  const room = roomOf(path);
  if (room !== null) return platformOfFile(path) ?? (table.platformRooms.includes(room) ? 'node' : null);
  const entry = table.entries[path.slice('src/'.length)];
  return entry === 'node' || entry === 'web' ? entry : null;
}

/** The platform that a package needs; null where it runs everywhere. */
function platformOfPackage(name: string, isCore: boolean, table: Architecture): Platform | null {
  if (isCore || table.platformPackages.node.includes(name)) return 'node';
  return table.platformPackages.web.includes(name) ? 'web' : null;
}

function checkModule(module: IModule, table: Architecture): string[] {
  const from = module.source;
  const room = roomOf(from);
  if (room === null && table.entries[from.slice('src/'.length)] === undefined) {
    return [`${from}: lies in no room and is no entry point of architecture.json`];
  }
  const allowed = room === null ? undefined : table.rooms[room];
  if (room !== null && allowed === undefined) return [`${from}: room "${room}" is not in architecture.json`];
  const own = platformFor(from, table);
  return module.dependencies.flatMap((dependency): string[] => {
    const to = dependency.resolved;
    if (to.startsWith('src/')) return checkLocal(from, to, room, allowed, own);
    if (dependency.module.startsWith('.')) return [`${from}: imports ${dependency.module}, which is no file of src`];
    const needed = platformOfPackage(packageName(dependency.module), dependency.coreModule, table);
    if (needed === null || needed === own) return [];
    const name = dependency.coreModule ? `node:${dependency.module}` : dependency.module;
    return [`${from}: imports ${name}, which only *.${needed}.ts files may`];
  });
}

function checkLocal(
  from: string,
  to: string,
  room: string | null,
  allowed: readonly string[] | undefined,
  own: Platform | null,
): string[] {
  const target = roomOf(to);
  const found: string[] = [];
  if (room !== null && target === null) found.push(`${from}: imports the entry point ${to}`);
  if (room !== null && target !== null && target !== room && !allowed?.includes(target)) {
    found.push(`${from}: imports ${to}; room "${room}" may import ${allowed?.join(', ') || 'nothing'}`);
  }
  const needed = platformOfFile(to);
  if (needed !== null && needed !== own) found.push(`${from}: imports ${to}, which only *.${needed}.ts files may`);
  return found;
}

function packageName(specifier: string): string {
  const parts = specifier.split('/');
  return parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
}

/** Each cycle once, from its alphabetically first module on. */
function findCycles(modules: readonly IModule[]): string[] {
  const cycles = new Set<string>();
  for (const { source, dependencies } of modules) {
    for (const { circular, cycle } of dependencies) {
      if (!circular || cycle === undefined) continue;
      const names = cycle.map((step) => step.name);
      const ring = names.at(-1) === source ? names : [...names, source];
      const first = ring.indexOf([...ring].sort()[0] ?? source);
      cycles.add([...ring.slice(first), ...ring.slice(0, first)].join(' -> '));
    }
  }
  return [...cycles].map((cycle) => `cycle: ${cycle}`);
}

if (import.meta.main) {
  const root = resolve(import.meta.dirname, '..');
  const { modules, violations } = await checkArchitecture(root, readArchitecture(root));
  for (const line of violations) console.log(line);
  console.log(`${modules} modules, ${violations.length} violations`);
  process.exitCode = violations.length > 0 ? 1 : 0;
}
