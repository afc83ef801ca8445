// A folder of images all the way, as a process of its own: tuned, judged, exported, predicted.

import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeStoredPng } from '../../src/data/images/encode.node.ts';
import { readEvents } from '../../src/recipe/directory.node.ts';
import type { Summary } from '../../src/recipe/summary.ts';
import { fettle } from '../engine/cli/run-cli.ts';
import { arrowShape, arrows } from '../fixtures/arrows.ts';

let root = '';
beforeAll(async () => {
  root = mkdtempSync(join(tmpdir(), 'fettle-arrows-'));
  await write('data/train', 600);
  await write('data/test', 300);
  writeFileSync(join(root, 'data/train/up/broken.png'), 'no image');
});
afterAll(() => rmSync(root, { recursive: true, force: true }));

/** Writes arrows as PNG files, a folder per class. */
async function write(folder: string, rows: number): Promise<void> {
  const { images, columns } = arrows(rows, folder);
  const [paths] = columns;
  if (images === null || paths?.kind !== 'text') throw new Error('arrows have images and paths');
  const bytes = images.pixels.length / rows;
  for (let i = 0; i < rows; i++) {
    const path = join(root, folder, paths.levels[paths.codes[i] ?? 0] ?? '');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await encodeStoredPng(images.pixels.subarray(i * bytes, (i + 1) * bytes), arrowShape));
  }
}

describe('fettle tune FOLDER', () => {
  it('names images that cannot be read before it writes anything', async () => {
    const out = join(root, 'refused');
    const { code, stderr } = await fettle(['tune', join(root, 'data'), '--out', out]);
    expect(code).toBe(2);
    expect(stderr).toContain('up/broken.png');
    expect(stderr).toContain('--skip-bad');
    expect(existsSync(out)).toBe(false);
  });

  it('ends with a network that knows where arrows point, and predicts files and folders', async () => {
    const out = join(root, 'run');
    const tuned = await fettle(['tune', join(root, 'data'), '--skip-bad', '--time', '40s', '--out', out, '--json']);
    expect(tuned.code, tuned.stderr).toBe(0);
    const summary = JSON.parse(tuned.stdout) as Summary;
    expect(summary.rows).toEqual({ train: 600, test: 300 });
    expect(summary.classes).toEqual(['left', 'right', 'up']);
    expect(summary.error.test?.value).toBeLessThan(0.1);
    const events = await readEvents(out);
    const [started] = events.flatMap((event) => (event.type === 'started' ? [event] : []));
    expect(started?.notes.join('\n')).toContain('broken.png');
    for (const name of ['model.onnx', 'report.html', 'plan.json', 'journal.jsonl']) {
      expect(existsSync(join(out, name)), name).toBe(true);
    }
    const predicted = await fettle(['predict', out, join(root, 'data/test')]);
    expect(predicted.code, predicted.stderr).toBe(0);
    const lines = predicted.stdout.trim().split('\n');
    expect(lines[0]).toBe('path,prediction,probability_left,probability_right,probability_up');
    // The path ends in the folder that says which class an image is of.
    const right = lines.slice(1).filter((line) => line.split(',')[0]?.split('/').at(-2) === line.split(',')[1]);
    expect(right.length / 300).toBeCloseTo(1 - (summary.error.test?.value ?? 1), 2);
  });
});
