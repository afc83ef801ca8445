import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { FettleError } from '../../../../src/base/error.ts';
import { explainDiagnosis } from '../../../../src/diagnosis/explain.ts';
import { maskedCrc32c } from '../../../../src/diagnosis/logs/crc32c.ts';
import { diagnoseRun } from '../../../../src/diagnosis/logs/diagnose-run.ts';
import { type LogReaderId, readerOf } from '../../../../src/diagnosis/logs/index.ts';
import { fixture, notesOf, readFiles, readText } from './read.ts';

const logs: readonly [LogReaderId, string][] = [
  ['keras-csv', 'keras/fit.csv'],
  ['lightning-csv', 'lightning/version_0/metrics.csv'],
  ['trainer-state', 'transformers/trainer_state.json'],
  ['json-lines', 'jsonl/percent.jsonl'],
  ['tensorboard', 'tensorboard/torch-small'],
  ['tensorboard', 'tensorboard/keras'],
  ['mlflow', 'mlflow/1/small'],
  ['mlflow-rest', 'mlflow-rest/small.json'],
  ['wandb', 'wandb/offline-run-loop'],
  ['wandb', 'wandb/history.json'],
  ['wandb', 'wandb/history.jsonl'],
  ['wandb', 'wandb/history-columns.json'],
  ['wandb', 'wandb/summary'],
  ['wandb-csv', 'wandb/chart-val.csv'],
  ['wandb-csv', 'wandb/history.csv'],
];

/** Reads and judges; only a FettleError may come out, and a report always does otherwise. */
async function survives(id: LogReaderId, files: readonly { path: string; bytes: Uint8Array }[]): Promise<void> {
  try {
    const run = await readFiles(id, files, {}, 1000);
    const diagnosis = diagnoseRun(run);
    expect(diagnosis.verdicts.length).toBeGreaterThan(0);
    expect(notesOf(run, 'log-read')).toHaveLength(1);
    expect(explainDiagnosis(diagnosis).join('\n')).not.toMatch(/undefined|\[object/);
  } catch (error) {
    if (!(error instanceof FettleError)) throw error;
    expect(error.code).not.toBe('internal');
  }
}

interface Change {
  readonly at: number;
  readonly byte: number;
  readonly kind: 'set' | 'cut' | 'drop' | 'repeat';
}

function changed(bytes: Uint8Array, changes: readonly Change[]): Uint8Array {
  let now = [...bytes];
  for (const { at, byte, kind } of changes) {
    const i = Math.floor(at * now.length);
    if (kind === 'set') now[i] = byte;
    else if (kind === 'cut') now = now.slice(0, i);
    else if (kind === 'drop') now.splice(i, byte);
    else now.splice(i, 0, ...now.slice(i, i + byte));
  }
  return Uint8Array.from(now);
}

/** A record of an event file. */
function framed(event: Uint8Array): Uint8Array {
  const record = new Uint8Array(event.length + 16);
  const view = new DataView(record.buffer);
  view.setUint32(0, event.length, true);
  view.setUint32(8, maskedCrc32c(record.subarray(0, 8)), true);
  record.set(event, 12);
  view.setUint32(12 + event.length, maskedCrc32c(event), true);
  return record;
}

const change: fc.Arbitrary<Change> = fc.record({
  at: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  byte: fc.oneof(fc.nat(255), fc.constantFrom(...[...'-+,."\n\r{}[]:eE0123456789'].map((c) => c.charCodeAt(0)))),
  kind: fc.constantFrom('set', 'set', 'set', 'cut', 'drop', 'repeat'),
});

describe('a damaged log', () => {
  it.each(logs)('of %s never crashes the diagnosis: %s', async (id, path) => {
    const files = fixture(path);
    await fc.assert(
      fc.asyncProperty(fc.array(change, { minLength: 1, maxLength: 8 }), async (changes) => {
        await survives(
          id,
          files.map((file) => ({ ...file, bytes: changed(file.bytes, changes) })),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('may be any bytes to any reader, and to the detection', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.constantFrom(...logs), async (bytes, [id]) => {
        readerOf({ path: 'x', head: bytes, chosen: true });
        await survives(id, [{ path: 'x/metrics/loss', bytes }]);
      }),
      { numRuns: 200 },
    );
  });

  it('may hold any event with right checksums', async () => {
    const event = fixture('tensorboard/keras')[0]?.bytes.subarray(12, 400) ?? new Uint8Array();
    const damaged = fc.array(change, { maxLength: 6 }).map((changes) => changed(event, changes));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.oneof(damaged, fc.uint8Array({ maxLength: 60 })), { maxLength: 4 }),
        async (events) => {
          const bytes = events.flatMap((one) => [...framed(one)]);
          await survives('tensorboard', [{ path: 'e', bytes: Uint8Array.from(bytes) }]);
        },
      ),
      { numRuns: 200 },
    );
  });

  it('is judged by the part that could be read, and the rest is said', async () => {
    const [file] = fixture('tensorboard/torch-small');
    const bytes = file?.bytes ?? new Uint8Array();
    const half = await readFiles('tensorboard', [{ path: 'e', bytes: bytes.subarray(0, 3000) }]);
    expect(half.record.curve.length).toBeGreaterThan(5);
    expect(notesOf(half, 'log-remark')).toEqual([
      'The file ends inside a record, as when its writer was killed: that record was not read.',
    ]);
    const flipped = Uint8Array.from(bytes);
    flipped[200] = (flipped[200] ?? 0) ^ 1;
    const skipping = await readFiles('tensorboard', [{ path: 'e', bytes: flipped }]);
    expect(notesOf(skipping, 'log-skipped')).toEqual(['Not read: 1 records whose checksum is wrong.']);
    const text = new TextDecoder().decode(fixture('transformers/trainer_state.json')[0]?.bytes);
    const torn = await readText('trainer-state', text.slice(0, 2500));
    expect(torn.record.dev).not.toBe(null);
    expect(notesOf(torn, 'log-remark')).toEqual([
      'The file is cut off or damaged: its whole entries were read, the rest was not.',
    ]);
    const lines = await readText(
      'json-lines',
      '{"epoch":1,"acc":0.5}\n{"epoch":2,"acc":\nhello\n{"epoch":3,"acc":NaN}',
    );
    expect(notesOf(lines, 'log-skipped')).toEqual(['Not read: 2 lines that are no JSON object.']);
    expect(lines.record.status).toBe('diverged');
  });

  it('of ten megabytes is read in about a second', async () => {
    const rows = Array.from(
      { length: 120_000 },
      (_, i) => `${i},${0.5 + i / 1e6},${1 / (i + 1)},${0.4 + i / 1e6},0.123456789012345678901234567890`,
    );
    const text = `epoch,accuracy,loss,val_accuracy,val_loss\n${rows.join('\n')}\n`;
    expect(text.length).toBeGreaterThan(9e6);
    const start = performance.now();
    const run = await readText('keras-csv', text);
    diagnoseRun(run);
    // Twice the promise: test machines are busy.
    expect(performance.now() - start).toBeLessThan(2000);
    expect(notesOf(run, 'log-remark')).toEqual(['Series of more than 50,000 values were thinned out evenly.']);
  });
});
