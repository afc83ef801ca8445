import { mkdtemp, readdir, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrialResult } from '../../../src/execution/execution.ts';
import type { RunRecord } from '../../../src/record/record.ts';
import { fileTrialStore } from '../../../src/tuning/trial-store.node.ts';

let folder = '';
const path = (id: string): string => join(folder, `${id}.trial`);
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fettle-trials-'));
});
afterEach(() => rm(folder, { recursive: true }));

const record: RunRecord = {
  ...{ version: 1, source: 'fettle', plan: null, task: 'regression', metric: 'rmse', classes: null },
  ...{ rows: { train: 3, dev: 2 }, status: 'finished', curve: [], bestEpoch: 1, train: null, trainDev: null },
  ...{ dev: { value: 0.5, count: 2, standardError: 0.1, share: 0.3 }, parameters: 1, nonzero: 1, seconds: 2 },
  ...{ start: null, losses: null, data: null, probes: null, analysis: null },
};
const result: TrialResult = {
  ...{ id: 'a', record, weights: { parameters: Float32Array.of(1), buffers: {} } },
  preprocessing: {
    version: 1,
    columns: [],
    images: null,
    width: 0,
    target: { kind: 'classes', name: 'y', columnKind: 'text', classes: [] },
  },
  devPredictions: { rows: 2, outputs: 1, values: Float32Array.of(0.25, -1) },
};

describe('a store of trials', () => {
  it('gives back record and predictions, and nothing for an unknown trial', async () => {
    const store = fileTrialStore(path);
    await store.save('a', result);
    expect(await store.load('a')).toEqual({ record, predictions: result.devPredictions });
    expect(await store.load('b')).toBeNull();
    expect(await readdir(folder)).toEqual(['a.trial']);
  });

  it('keeps nothing of a final fit, which has no predictions', async () => {
    await fileTrialStore(path).save('a', { ...result, devPredictions: null });
    expect(await readdir(folder)).toEqual([]);
  });

  it('does not mind what a crash left half written', async () => {
    await writeFile(`${path('a')}.part`, 'half');
    const store = fileTrialStore(path);
    expect(await store.load('a')).toBeNull();
    await store.save('a', result);
    expect(await readdir(folder)).toEqual(['a.trial']);
  });

  it('names a file that is damaged', async () => {
    const store = fileTrialStore(path);
    await store.save('a', result);
    await truncate(path('a'), 60);
    await expect(store.load('a')).rejects.toMatchObject({
      code: 'file',
      message: `The trial ${path('a')} is damaged: its checksum does not fit, so it was cut off or changed. Delete it; what it holds is computed again.`,
    });
  });

  it.skipIf(process.platform !== 'linux')('says when the disk is full', async () => {
    await symlink('/dev/full', `${path('a')}.part`);
    await expect(fileTrialStore(path).save('a', result)).rejects.toMatchObject({
      code: 'file',
      message: `Cannot write ${path('a')}: the disk is full. Free some space, or write elsewhere with --out DIR.`,
    });
    expect(await readdir(folder)).toEqual([]);
  });
});
