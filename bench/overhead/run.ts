// What health statistics cost: fettle's step as it is, beside the same step without them (see without.ts), and the
// parts alone: the optimizer's pass with and without its sums, and the reading at the end of an epoch. Then whole trainings
// with all that a record says about their health, beside the same without.
// In: options. Out: two tables, and results/overhead.json.

import { resolve } from 'node:path';
import { median } from '../../src/base/statistics.ts';
import { machine } from '../lib/machine.ts';
import { count, pinnedCore, readOptions } from '../lib/options.ts';
import { printTable, writeResults } from '../lib/output.ts';
import { type Peer, startPeer } from '../lib/peer.ts';
import { type Entry, interleave, pairedRatio } from '../lib/rounds.ts';
import { batchSize, networks, rows } from '../step/setting.ts';
import { cnn } from './trainings.ts';

const { options } = readOptions({
  networks: networks.join(','),
  trainings: [...networks, cnn].join(','),
  rounds: '41',
  'round-ms': '400',
  pairs: '6',
  'training-rounds': '3',
  core: '0',
});
const core = pinnedCore(options.core);
const stepsPerEpoch = Math.floor(rows / batchSize);

const start = (network: string, name: string, file = 'peer.ts'): Promise<Peer> => {
  const script = resolve(import.meta.dirname, file);
  return startPeer({ name, command: process.execPath, args: [script, network, name], core });
};

async function measure(network: string) {
  const [full, plain] = [await start(network, 'statistics'), await start(network, 'plain')];
  const entry = (name: string, peer: Peer, run: string): Entry => ({ name, peer, request: { run } });
  const rounds = { rounds: count(options.rounds, 'rounds'), roundMs: Number(options['round-ms']) };
  const steps = await interleave([entry('with', full, 'step'), entry('without', plain, 'step')], rounds);
  const parts = await interleave(
    [entry('with', full, 'pass'), entry('without', plain, 'pass'), entry('reading', full, 'statistics')],
    { ...rounds, roundMs: rounds.roundMs / 4 },
  );
  await Promise.all([full.end(), plain.end()]);
  const ms = (times: typeof steps, name: string): readonly number[] => times.get(name)?.ms ?? [];
  const pass = median(ms(parts, 'with').map((value, i) => value - (ms(parts, 'without')[i] as number)));
  const reading = median(ms(parts, 'reading'));
  const step = median(ms(steps, 'without'));
  return {
    network,
    step: { with: ms(steps, 'with'), without: ms(steps, 'without') },
    /** Whole steps, the reading of each epoch included. */
    ratio: pairedRatio(ms(steps, 'with'), ms(steps, 'without')),
    pass: { with: median(ms(parts, 'with')), without: median(ms(parts, 'without')), difference: pass },
    reading,
    /** The parts' share of a step: less noisy than the difference of whole steps. */
    share: (pass + reading / stepsPerEpoch) / step,
  };
}

/** Whole trainings, one a round. Processes differ by some percent among themselves, so several pairs of them take turns. */
async function measureTraining(network: string) {
  const entry = (name: string, peer: Peer, run: string): Entry => ({ name, peer, request: { run } });
  const training = { with: [] as number[], without: [] as number[] };
  const alone = { start: [] as number[], look: [] as number[] };
  let about: Peer['about'] = {};
  for (let pair = 0; pair < count(options.pairs, 'pairs'); pair++) {
    const full = await start(network, 'with', 'train-peer.ts');
    const plain = await start(network, 'plain', 'train-peer.ts');
    about = full.about;
    const rounds = { rounds: count(options['training-rounds'], 'training-rounds'), roundMs: 1 };
    const times = await interleave([entry('with', full, 'train'), entry('without', plain, 'train')], rounds);
    const parts = await interleave([entry('start', full, 'start'), entry('look', full, 'look')], {
      rounds: 3,
      roundMs: 100,
    });
    await Promise.all([full.end(), plain.end()]);
    for (const name of ['with', 'without'] as const) training[name].push(...(times.get(name)?.ms ?? []));
    for (const name of ['start', 'look'] as const) alone[name].push(...(parts.get(name)?.ms ?? []));
  }
  const [beginning, look, looks] = [median(alone.start), median(alone.look), Number(about.looks)];
  return {
    network,
    ...{ steps: Number(about.steps), points: Number(about.points), looks },
    training,
    ratio: pairedRatio(training.with, training.without),
    start: beginning,
    look,
    /** The start and all looks; the sums of the steps and the readings are in the other table. */
    share: (beginning + looks * look) / median(training.without),
  };
}

const named = (list: string): readonly string[] => list.split(',').filter((name) => name !== '');
const where = machine();
const lines = [];
for (const network of named(options.networks)) lines.push(await measure(network));
const trainings = [];
for (const network of named(options.trainings)) trainings.push(await measureTraining(network));
const percent = (x: number): string => `${(x * 100).toFixed(2)} %`;
printTable(
  ['network', 'step, ms', 'whole steps', 'limits', 'pass, us', 'sums, us', 'reading, us', 'by parts'],
  lines.map(({ network, step, ratio, pass, reading, share }) => [
    network,
    median(step.without).toFixed(3),
    percent(ratio.median - 1),
    `${percent(ratio.low - 1)} to ${percent(ratio.high - 1)}`,
    (pass.without * 1000).toFixed(1),
    (pass.difference * 1000).toFixed(1),
    (reading * 1000).toFixed(1),
    percent(share),
  ]),
);
console.log('');
printTable(
  ['training', 'seconds', 'whole', 'limits', 'steps', 'start, ms', 'looks', 'look, ms', 'by parts'],
  trainings.map(({ network, training, ratio, steps, start: beginning, looks, look, share }) => [
    network,
    (median(training.without) / 1000).toFixed(2),
    percent(ratio.median - 1),
    `${percent(ratio.low - 1)} to ${percent(ratio.high - 1)}`,
    String(steps),
    beginning.toFixed(1),
    String(looks),
    look.toFixed(2),
    percent(share),
  ]),
);
writeResults('overhead', { machine: where, core, batchSize, stepsPerEpoch, options, lines, trainings });
