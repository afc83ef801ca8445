import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc32 } from '../../../../src/diagnosis/logs/crc32.ts';
import { diagnoseRun } from '../../../../src/diagnosis/logs/diagnose-run.ts';
import { type LogReaderId, logReaders, readerOf, readRun } from '../../../../src/diagnosis/logs/index.ts';
import { createSeries } from '../../../../src/diagnosis/logs/series.ts';
import { WANDB_MAGIC, wandbFileParser } from '../../../../src/diagnosis/logs/wandb-file.ts';
import { fixture, notesOf, readFiles, readText } from './read.ts';

const BLOCK = 32_768;

/** Writes records as W&B does: pieces of [checksum][length][type][data] that never cross a block. */
function written(records: readonly Uint8Array[]): Uint8Array {
  const out: number[] = [...WANDB_MAGIC];
  for (const record of records) {
    let at = 0;
    let isFirst = true;
    do {
      const left = BLOCK - (out.length % BLOCK);
      if (left < 7) {
        for (let i = 0; i < left; i++) out.push(0);
        continue;
      }
      const length = Math.min(record.length - at, left - 7);
      const isLast = at + length === record.length;
      const type = isFirst ? (isLast ? 1 : 2) : isLast ? 4 : 3;
      const data = record.subarray(at, at + length);
      const view = new DataView(new ArrayBuffer(7));
      view.setUint32(0, crc32(Uint8Array.from([type, ...data])), true);
      view.setUint16(4, length, true);
      view.setUint8(6, type);
      for (const byte of [...new Uint8Array(view.buffer), ...data]) out.push(byte);
      at += length;
      isFirst = false;
      if (isLast) break;
    } while (at < record.length || isFirst);
  }
  return Uint8Array.from(out);
}

function recordsIn(bytes: Uint8Array, size: number) {
  const series = createSeries();
  const records: Uint8Array[] = [];
  const parser = wandbFileParser(series, (record) => records.push(record.slice()));
  for (let at = 0; at < bytes.length; at += size) parser.push(bytes.subarray(at, at + size));
  parser.end();
  return { records, series };
}

describe('the run file of W&B', () => {
  it('gives back what was written, over blocks, in pieces of any length', () => {
    const lengths = fc.array(fc.oneof(fc.nat(50), fc.constantFrom(BLOCK - 14, BLOCK - 20, BLOCK - 7, 40_000, 70_000)), {
      minLength: 1,
      maxLength: 6,
    });
    fc.assert(
      fc.property(lengths, fc.constantFrom(1000, 32_768, 99_999), (all, size) => {
        const wanted = all.map((length, i) => new Uint8Array(length).fill(i + 1));
        const { records, series } = recordsIn(written(wanted), size);
        expect(records.map((record) => [record.length, record[0]])).toEqual(
          wanted.map((record) => [record.length, record[0]]),
        );
        expect([series.skipped, series.remarks]).toEqual([[], []]);
      }),
      { numRuns: 40 },
    );
  });

  it('passes over a damaged block, says so, and goes on with the next', () => {
    const wanted = Array.from({ length: 100 }, (_, i) => new Uint8Array(1000).fill(i + 1));
    const bytes = written(wanted);
    bytes[BLOCK + 5000] = (bytes[BLOCK + 5000] ?? 0) ^ 1;
    const { records, series } = recordsIn(bytes, 1000);
    expect(records.length).toBeGreaterThan(60);
    expect(records.at(-1)?.[0]).toBe(100);
    expect(series.skipped).toEqual([{ reason: 'blocks of 32 kB with a wrong checksum, from there on', count: 1 }]);
  });

  it('may hold any messages with right checksums', async () => {
    const real = recordsIn(fixture('wandb/offline-run-loop')[0]?.bytes ?? new Uint8Array(), 1000).records;
    expect(real.length).toBeGreaterThan(20);
    const damaged = fc
      .tuple(fc.constantFrom(...real), fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 5 }))
      .map(([record, changes]) => {
        const copy = record.slice();
        for (const [at, byte] of changes) copy[at % copy.length] = byte;
        return copy;
      });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(damaged, fc.uint8Array({ maxLength: 60 })), { maxLength: 12 }),
        async (records) => {
          const run = await readFiles('wandb', [{ path: 'run-a.wandb', bytes: written(records) }]);
          expect(diagnoseRun(run).verdicts.length).toBeGreaterThan(0);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('of ten megabytes is read in about a second', async () => {
    const [row] = recordsIn(fixture('wandb/offline-run-loop')[0]?.bytes ?? new Uint8Array(), 1000).records.filter(
      (record) => new TextDecoder().decode(record).includes('train/accuracy'),
    );
    const length = row?.length ?? 0;
    const bytes = written(Array.from({ length: Math.ceil(1e7 / length) }, () => row ?? new Uint8Array()));
    const start = performance.now();
    await readFiles('wandb', [{ path: 'run-a.wandb', bytes }]);
    // Twice the promise: test machines are busy.
    expect(performance.now() - start).toBeLessThan(2000);
  });

  it('says of a run that was killed what is missing', async () => {
    const run = await readFiles('wandb', fixture('wandb/offline-run-killed'));
    expect(run.record.curve.map(({ trainLoss }) => trainLoss)).toEqual([
      2,
      6,
      18,
      54,
      162,
      486,
      Number.NaN,
      Number.NaN,
      Number.NaN,
    ]);
    expect(notesOf(run, 'log-remark')).toEqual([
      'The file ends inside a record, as when its writer was killed: that record was not read.',
      'The file has no end of the run: it was killed, or it is still running. What was written so far is judged.',
    ]);
  });

  it('leaves out histograms, and joins inner names', async () => {
    const run = await readFiles('wandb', fixture('wandb/offline-run-loop'));
    expect(notesOf(run, 'log-read')).toEqual([
      'Read as wandb: 36 values; train error = 1 - train/accuracy, train loss = train/loss, dev error = 1 - ' +
        'val/accuracy. --map says it otherwise.',
    ]);
  });

  it('counts the epochs of Keras and Lightning from 1, and takes those of Transformers as they are', async () => {
    const epochs = async (name: string) =>
      (await readFiles('wandb', fixture(`wandb/offline-run-${name}`))).record.curve.map(({ epoch }) => epoch);
    expect(await epochs('keras')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await epochs('lightning')).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(await epochs('transformers')).toEqual([0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4]);
  });

  it('is the same run as its history in any form', async () => {
    const curve = async (id: LogReaderId, path: string) =>
      (await readFiles(id, fixture(path))).record.curve.map(({ epoch, devError }) => [epoch, devError]);
    const file = await curve('wandb', 'wandb/offline-run-loop');
    expect(file).toHaveLength(12);
    for (const name of ['history.json', 'history.jsonl']) expect(await curve('wandb', `wandb/${name}`)).toEqual(file);
    expect(await curve('wandb-csv', 'wandb/history.csv')).toEqual(file);
  });

  it('goes before the summary that lies beside it', () => {
    const { filesOf, runOf } = logReaders.wandb;
    const files = ['a/files/wandb-summary.json', 'a/run-x.wandb'];
    expect(files.map((path) => runOf(path))).toEqual(['a', 'a']);
    expect(filesOf?.(files)).toEqual(['a/run-x.wandb']);
    expect(filesOf?.(['wandb-history.jsonl', 'wandb-summary.json'])).toEqual(['wandb-history.jsonl']);
    expect(filesOf?.(['wandb-summary.json'])).toEqual(['wandb-summary.json']);
  });
});

describe('a history of W&B', () => {
  it('may be torn: the rows after a bad one are read', async () => {
    const run = await readText(
      'wandb',
      '{"_step":0,"acc":0.5}\n{"_step":1,"acc":0.6,"x":{"y":\n{"_step":2,"acc":0.7}\nhello\n{"_step":3,"acc":0.8',
    );
    expect(run.record.curve.map(({ step }) => step)).toEqual([0, 2]);
    expect(notesOf(run, 'log-skipped')).toEqual(['Not read: 3 pieces that are no JSON object.']);
  });

  it('takes the time of day where there is no running time', async () => {
    const run = await readText(
      'wandb',
      '[{"_step":0,"_timestamp":100,"acc":0.5},{"_step":1,"_timestamp":103.5,"acc":0.6}]',
    );
    expect(run.record.curve.map(({ seconds }) => seconds)).toEqual([0, 3.5]);
  });
});

describe("a chart's export from W&B", () => {
  const bytes = (name: string): Uint8Array => fixture(`wandb/chart-${name}.csv`)[0]?.bytes ?? new Uint8Array();
  const facts = (text: string) => ({ path: 'x.csv', head: new TextEncoder().encode(text), chosen: false });

  it('holds several runs, whose columns may lie in several files', async () => {
    const head = { path: 'x.csv', head: bytes('val'), chosen: true };
    expect(logReaders['wandb-csv'].runsIn?.(head)).toEqual(['small - lr 0.1', 'other']);
    const files = ['accuracy', 'val'].map((name) => ({ path: `${name}.csv`, run: 'other', pieces: [bytes(name)] }));
    const run = await readRun('other', logReaders['wandb-csv'], files);
    expect(run.record.curve).toHaveLength(11);
    expect(run.record.train?.value).toBeCloseTo(0.2844, 4);
    expect(run.record.dev?.value).toBeCloseTo(0.3601, 4);
    expect(notesOf(run, 'log-remark')).toEqual([
      'The columns of this run were taken from 2 files: accuracy.csv, val.csv.',
    ]);
  });

  it('is known without its bands, over epochs and times, and no table is taken for one', () => {
    const id = (text: string) => readerOf(facts(text))?.id ?? null;
    expect(id('"epoch","a - val_acc","b - val_acc"\n')).toBe('wandb-csv');
    expect(id('"Relative Time (Process)","a - score","a - score__MIN","a - score__MAX"\n')).toBe('wandb-csv');
    expect(id('"name","price - net","price - gross"\n')).toBe(null);
    expect(id('"Step","a - val_acc","total"\n')).not.toBe('wandb-csv');
  });

  it('takes the first of two runs of one name, and skips rows without a step', async () => {
    const run = await readText('wandb-csv', 'Step,a - acc,a - acc\n0,0.5,0.1\n,0.9,0.9\n1,0.6,0.1\n2,hello,0.1\n3\n');
    expect(run.record.curve.map(({ trainError }) => trainError)).toEqual([0.5, 0.4]);
    expect(notesOf(run, 'log-skipped')).toEqual([
      'Not read: 1 rows without a number under Step; 1 cells of acc that are no number; 1 rows with another number of ' +
        "cells than the header's 3.",
    ]);
  });
});

describe('the largest number of an MLflow server', () => {
  it('stands for infinity, as its database stores it', async () => {
    const [file] = fixture('mlflow-rest/small.json');
    const text = new TextDecoder().decode(file?.bytes).replaceAll('odd/inf', 'loss').replaceAll('train_loss', 'x');
    const run = await readText('mlflow-rest', text);
    expect(run.record.status).toBe('diverged');
    expect(run.record.curve[0]?.trainLoss).toBe(Number.POSITIVE_INFINITY);
  });
});
