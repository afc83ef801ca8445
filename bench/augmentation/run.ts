// Images per second through each augmentation, alone and together, on one pinned core, beside training steps of
// the default plan's network and of a LeNet, and PyTorch's tensor operations. In: options. Out: a table, and results/augmentation.json.

import { resolve } from 'node:path';
import { median } from '../../src/base/statistics.ts';
import { machine } from '../lib/machine.ts';
import { pinnedCore, python, readOptions, count as whole } from '../lib/options.ts';
import { note, printTable, writeResults } from '../lib/output.ts';
import { type Peer, startPeer } from '../lib/peer.ts';
import { type Entry, interleave, pairedRatio, summary } from '../lib/rounds.ts';
import { augmentations, peerCases, shapes } from './setting.ts';

const { options } = readOptions({
  shapes: Object.keys(shapes).join(','),
  peers: 'pytorch',
  rounds: '21',
  'round-ms': '100',
  core: '0',
});
const core = pinnedCore(options.core);
const file = (name: string): string => resolve(import.meta.dirname, name);
let missing: string | null = options.peers === '' ? 'not asked for' : null;

async function startTorch(shape: readonly number[]): Promise<Peer | null> {
  if (missing !== null) return null;
  try {
    const args = [file('torch_ops.py'), ...shape.map(String)];
    return await startPeer({ name: 'pytorch', command: python, args, core });
  } catch (error) {
    missing = (error as Error).message;
    note(`pytorch is left out: ${missing}\n`);
    return null;
  }
}

/** A step's time, and what an augmentation adds to it: its time beyond the copying that is there without it. */
function added(ms: readonly number[], copying: readonly number[], steps: readonly number[]) {
  const shares = ms.map((value, i) => (value - (copying[i] as number)) / (steps[i] as number));
  return { ms: median(steps), share: median(shares) };
}

async function measure(name: string) {
  const shape = shapes[name];
  if (shape === undefined) throw new Error(`--shapes: expected ${Object.keys(shapes)}, received "${name}".`);
  const own = await startPeer({ name, command: process.execPath, args: [file('fettle.ts'), name], core });
  const torch = await startTorch(shape);
  const entry = (peer: Peer, augmentation: string): Entry => {
    const request = { run: 'fill', augmentation };
    return { name: `${peer.name} ${augmentation}`, peer, request };
  };
  const entries = [
    ...Object.keys(augmentations).map((one) => entry(own, one)),
    { name: 'step', peer: own, request: { run: 'step' } },
    { name: 'small step', peer: own, request: { run: 'small' } },
    ...(torch === null ? [] : peerCases.map((one) => entry(torch, one))),
  ];
  const rounds = { rounds: whole(options.rounds, 'rounds'), roundMs: Number(options['round-ms']) };
  const times = await interleave(entries, rounds);
  await Promise.all([own, torch].map((peer) => peer?.end()));
  const of = (key: string): readonly number[] => times.get(key)?.ms ?? [];
  const copying = of(`${name} none`);
  return Object.keys(augmentations).map((augmentation) => {
    const ms = of(`${name} ${augmentation}`);
    const theirs = of(`pytorch ${augmentation}`);
    return {
      batch: name,
      augmentation,
      ms,
      ...summary(ms),
      imagesPerSecond: Math.round((1000 * shape[0]) / median(ms)),
      step: added(ms, copying, of('step')),
      smallStep: added(ms, copying, of('small step')),
      pytorch: theirs.length === 0 ? null : { ms: theirs, median: median(theirs), ratio: pairedRatio(ms, theirs) },
    };
  });
}

const where = machine();
const lines = [];
for (const name of options.shapes.split(',')) lines.push(...(await measure(name)));
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
printTable(
  ['batch', 'augmentation', 'ms', 'images/s', 'of a step', 'of a small one', 'PyTorch ms', 'fettle / it'],
  lines.map(({ batch, augmentation, median: ms, imagesPerSecond, step, smallStep, pytorch }) => [
    batch,
    augmentation,
    ms.toFixed(3),
    imagesPerSecond.toLocaleString('en-US'),
    percent(step.share),
    percent(smallStep.share),
    pytorch === null ? '' : pytorch.median.toFixed(3),
    pytorch === null ? '' : pytorch.ratio.median.toFixed(2),
  ]),
);
writeResults('augmentation', { machine: where, core, options, missing: missing ?? {}, lines });
