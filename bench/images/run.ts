// How fast image files become a store of pixels: fettle's whole way, beside sharp and Pillow, on one core and on all.
// In: options. Out: a table, and results/images.json.

import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { median } from '../../src/base/statistics.ts';
import { machine } from '../lib/machine.ts';
import { count, pinnedCore, python, readOptions } from '../lib/options.ts';
import { note, printTable, writeResults } from '../lib/output.ts';
import { type Peer, type PeerCommand, startPeer } from '../lib/peer.ts';
import { pairedRatio, type Ratio } from '../lib/rounds.ts';
import { generate, type ImageSet, imageSets } from './generate.ts';

const { options } = readOptions({ rounds: '5', core: '0', share: '1', peers: 'sharp,pillow,pillow-draft' });
const core = pinnedCore(options.core);
const rounds = count(options.rounds, 'rounds');
const file = (name: string): string => resolve(import.meta.dirname, 'peers', name);

const commands: Readonly<Record<string, readonly [string, readonly string[]]>> = {
  fettle: [process.execPath, [file('fettle.ts')]],
  sharp: [process.execPath, [file('sharp.ts')]],
  pillow: [python, [file('pillow.py'), 'full']],
  'pillow-draft': [python, [file('pillow.py'), 'draft']],
};

interface Answer {
  readonly ms: number;
  readonly images: number;
  readonly bytes: number;
}

interface Line {
  readonly set: string;
  readonly cores: string;
  readonly contestant: string;
  readonly about: Readonly<Record<string, string>>;
  readonly ms: readonly number[];
  readonly perSecond: number;
  /** fettle's time divided by this one's: below 1 fettle is faster. */
  readonly fettleRatio: Ratio;
}

async function start(name: string, pinned: number | null, missing: Map<string, string>): Promise<Peer | null> {
  const [command, args] = commands[name] ?? [];
  if (command === undefined || args === undefined) throw new Error(`--peers: there is no "${name}".`);
  const settings: PeerCommand = { name, command, args, core: pinned };
  try {
    return await startPeer(settings);
  } catch (error) {
    missing.set(name, (error as Error).message);
    note(`${name} is left out: ${missing.get(name)}\n`);
    return null;
  }
}

/** Times one set in rounds that take turns, after one that does not count. */
async function measure(set: ImageSet, folder: string, peers: readonly Peer[], cores: string): Promise<Line[]> {
  const side = set.width === set.height ? set.width : 64;
  const times = new Map<string, number[]>(peers.map(({ name }) => [name, []]));
  for (let round = 0; round <= rounds; round++) {
    for (const peer of peers) {
      const answer = await peer.ask<Answer>({ run: 'read', count: 1, folder, side });
      if (answer.images !== set.files || answer.bytes !== set.files * side * side * 3)
        throw new Error(`${peer.name} read ${answer.images} images into ${answer.bytes} bytes of ${set.name}.`);
      if (round > 0) times.get(peer.name)?.push(answer.ms);
    }
  }
  const own = times.get('fettle') ?? [];
  return peers.map(({ name, about }) => {
    const ms = times.get(name) ?? [];
    const perSecond = (set.files * 1000) / median(ms);
    return { set: set.name, cores, contestant: name, about, ms, perSecond, fettleRatio: pairedRatio(own, ms) };
  });
}

const where = machine();
const missing = new Map<string, string>();
const folder = mkdtempSync(join(tmpdir(), 'fettle-images-'));
const lines: Line[] = [];
const sizes: Record<string, number> = {};
try {
  const sets = imageSets(Number(options.share)).map((set) => ({ set, path: join(folder, set.name) }));
  for (const { set, path } of sets) {
    generate(path, set);
    sizes[set.name] = statSync(join(path, 'a', readdirSync(join(path, 'a'))[0] ?? '')).size;
  }
  for (const pinned of core === null ? [null] : [core, null]) {
    const names = ['fettle', ...options.peers.split(',').filter((name) => name !== '' && !missing.has(name))];
    const peers = [];
    for (const name of names) peers.push(await start(name, pinned, missing));
    const started = peers.filter((peer) => peer !== null);
    for (const { set, path } of sets) lines.push(...(await measure(set, path, started, pinned === null ? 'all' : '1')));
    for (const peer of started) await peer.end();
  }
} finally {
  rmSync(folder, { recursive: true });
}
const limits = ({ median: middle, low, high }: Ratio): string =>
  `${middle.toFixed(2)} (${low.toFixed(2)} - ${high.toFixed(2)})`;
printTable(
  ['files', 'cores', 'contestant', 'images/s', 'fettle / it'],
  lines.map(({ set, cores, contestant, perSecond, fettleRatio }) => [
    set,
    cores,
    contestant,
    Math.round(perSecond).toLocaleString('en'),
    contestant === 'fettle' ? '' : limits(fettleRatio),
  ]),
);
writeResults('images', {
  machine: where,
  core,
  options,
  missing: Object.fromEntries(missing),
  fileBytes: sizes,
  lines,
});
