import { mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FettleError } from '../../../src/base/error.ts';
import { fileCheckpointStore } from '../../../src/training/checkpoint.node.ts';
import { type Checkpoint, decodeCheckpoint, encodeCheckpoint } from '../../../src/training/checkpoint.ts';
import { noLosses } from '../../../src/training/loss-stretches.ts';

const number = fc.double({ noNaN: true, noDefaultInfinity: true });
const layer = fc.record({
  layer: fc.string(),
  weightNorm: number,
  gradientNorm: number,
  updateNorm: number,
  zeros: fc.nat(),
  weights: fc.nat(),
  activations: fc.constant(null),
});
const point = fc.record({
  epoch: fc.nat(),
  step: fc.nat(),
  seconds: number,
  learningRate: fc.option(number),
  trainLoss: fc.option(number),
  trainError: fc.option(number),
  devError: fc.option(number),
  devLoss: fc.option(number),
  layers: fc.option(fc.array(layer, { maxLength: 2 })),
});
const positive = fc.integer({ min: 1, max: 1000 });
const start = fc.record({
  loss: fc.option(number),
  expectedLoss: fc.option(number),
  layers: fc.array(
    fc.record({
      layer: fc.string(),
      fanIn: positive,
      fanOut: positive,
      mean: number,
      deviation: number,
      identical: number,
      biasMean: number,
      activations: fc.option(fc.record({ mean: number, deviation: number, dead: number, saturated: number })),
    }),
    { maxLength: 2 },
  ),
  outputs: fc.constant({ units: 3, activation: 'softmax', loss: 'cross-entropy' }),
});
const stretch = fc.record({ step: fc.nat(), count: positive, mean: number, squares: number });
const checkpoint: fc.Arbitrary<Checkpoint> = fc.record({
  fingerprint: fc.string({ unit: 'grapheme' }),
  epoch: fc.nat(),
  step: fc.nat(),
  seconds: number,
  curve: fc.array(point, { maxLength: 3 }),
  start: fc.option(start),
  losses: fc.record({ length: positive, stretches: fc.array(stretch, { maxLength: 3 }) }),
  firstLoss: fc.option(number),
  best: fc.option(fc.record({ epoch: fc.nat(), score: fc.option(number) })),
  regions: fc.dictionary(fc.string({ minLength: 1 }), fc.float32Array({ maxLength: 20 }), { maxKeys: 4 }),
});
const some: Checkpoint = {
  ...{ fingerprint: 'f', epoch: 3, step: 30, seconds: 1.5, curve: [], firstLoss: 0.7, best: { epoch: 2, score: 0.25 } },
  ...{ start: null, losses: noLosses },
  regions: { parameters: Float32Array.of(1, 2, 3), 'best.parameters': Float32Array.of(0, 1, 0) },
};
/** JSON has no -0; everything else comes back. */
const plain = ({ regions, ...header }: Checkpoint) => ({ ...JSON.parse(JSON.stringify(header)), regions });

describe('a checkpoint', () => {
  it('comes back from its bytes', () => {
    fc.assert(
      fc.property(checkpoint, (c) => {
        expect(decodeCheckpoint(encodeCheckpoint(c))).toEqual(plain(c));
      }),
    );
  });

  it('is refused with the reason when it was cut off or changed', () => {
    fc.assert(
      fc.property(checkpoint, fc.nat(), fc.integer({ min: 1, max: 255 }), (c, at, flip) => {
        const bytes = encodeCheckpoint(c);
        const damaged = /^run\.checkpoint is damaged: .+\. Delete it; what it holds is computed again\.$/;
        const place = at % bytes.length;
        expect(() => decodeCheckpoint(bytes.subarray(0, place), 'run.checkpoint')).toThrow(damaged);
        bytes[place] = (bytes[place] ?? 0) ^ flip;
        expect(() => decodeCheckpoint(bytes, 'run.checkpoint')).toThrow(damaged);
      }),
    );
  });
});

describe('a store in a file', () => {
  let folder = '';
  let path = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'fettle-checkpoint-'));
    path = join(folder, 'a.checkpoint');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** The error of a rejection; fails if there is none or it is not ours. */
  async function refused(promise: Promise<unknown>): Promise<FettleError> {
    const error = await promise.then(
      () => new Error('it was accepted'),
      (e: unknown) => e,
    );
    if (error instanceof FettleError) return error;
    throw error;
  }

  it('has nothing at first, then the last one saved, then nothing again', async () => {
    const store = fileCheckpointStore(path);
    expect(await store.load()).toBeNull();
    await store.save({ ...some, epoch: 2 });
    await store.save(some);
    expect(await store.load()).toEqual(some);
    expect(await readdir(folder)).toEqual(['a.checkpoint']);
    await store.remove();
    expect(await store.load()).toBeNull();
    expect(await readdir(folder)).toEqual([]);
    await store.remove();
  });

  it('does not mind a half-written file that a crash has left', async () => {
    const store = fileCheckpointStore(path);
    await writeFile(`${path}.part`, encodeCheckpoint({ ...some, epoch: 9 }).subarray(0, 40));
    expect(await store.load()).toBeNull();
    await store.save(some);
    await writeFile(`${path}.part`, 'half');
    expect(await store.load()).toEqual(some);
    await store.remove();
    expect(await readdir(folder)).toEqual([]);
  });

  it('says which file is damaged', async () => {
    await writeFile(path, encodeCheckpoint(some).subarray(0, 100));
    const error = await refused(fileCheckpointStore(path).load());
    expect(error.code).toBe('file');
    expect(error.message).toBe(
      `The checkpoint ${path} is damaged: its checksum does not fit, so it was cut off or changed. Delete it; what it holds is computed again.`,
    );
  });

  it('says what keeps it from reading', async () => {
    const error = await refused(fileCheckpointStore(folder).load());
    expect(error.code).toBe('file');
    expect(error.message).toMatch(/^Cannot read the checkpoint .+: EISDIR: .+\. Mend that, or delete it\.$/);
  });

  it.skipIf(process.platform !== 'linux')('keeps the old one and says so when the disk is full', async () => {
    const store = fileCheckpointStore(path);
    await store.save(some);
    const before = await readFile(path);
    await symlink('/dev/full', `${path}.part`);
    const error = await refused(store.save({ ...some, epoch: 4 }));
    expect(error.code).toBe('file');
    expect(error.message).toBe(
      `Cannot write ${path}: the disk is full. Free some space, or write elsewhere with --out DIR.`,
    );
    expect(await readFile(path)).toEqual(before);
    expect(await readdir(folder)).toEqual(['a.checkpoint']);
    expect(await store.load()).toEqual(some);
  });

  it('says so when the folder is gone', async () => {
    const gone = join(folder, 'none', 'a.checkpoint');
    expect((await refused(fileCheckpointStore(gone).save(some))).message).toBe(
      `Cannot write ${gone}: the folder is not there (any more). Check the path, or write elsewhere with --out DIR.`,
    );
  });
});
