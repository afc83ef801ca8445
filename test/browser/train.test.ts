// The same plan on the same table, trained in Chromium by onnxruntime-web and here by onnxruntime-node.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { modelPredictions, openModel } from '../../src/model/predict.ts';
import type { RunRecord } from '../../src/record/record.ts';
import { trainTable } from '../../src/tuning/train-table.ts';
import type { Trained } from './page.ts';
import { bundlePage } from './support/bundle.ts';
import { chromiumPath, noChromium } from './support/chromium.ts';
import { type Served, servePage } from './support/serve.ts';
import { type TaskName, tasks } from './tasks.ts';

/** Wasm sums in another order than AVX; measured: 1e-6 of the first loss after 40 epochs of points, 4e-8 after 12 of shapes. */
const tolerance = { loss: 1e-3, error: 0.01, probability: 1e-4 };

const runtime = createOnnxRuntime();
const folder = mkdtempSync(join(tmpdir(), 'fettle-browser-'));
let served: Served;
let browser: Browser;

if (noChromium !== null) console.log(noChromium);

beforeAll(async () => {
  await bundlePage(resolve(import.meta.dirname, 'page.ts'), folder);
  served = await servePage(folder);
  browser = await chromium.launch({ executablePath: chromiumPath });
});
afterAll(async () => {
  await browser?.close();
  await served?.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the page; what it says, and where it asks, is collected. */
async function openPage(): Promise<{ page: Page; said: string[]; asked: string[] }> {
  const page = await browser.newPage();
  const said: string[] = [];
  const asked: string[] = [];
  page.on('console', (message) => said.push(`${message.type()}: ${message.text()}`));
  page.on('pageerror', (error) => said.push(`uncaught: ${error.message}`));
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(served.origin);
  await page.waitForFunction(() => 'trainTask' in globalThis);
  return { page, said, asked };
}

const losses = ({ curve }: RunRecord) => curve.map(({ trainLoss }) => trainLoss ?? Number.NaN);

/** The largest difference, as a share of the first value. */
function worst(actual: readonly number[], expected: readonly number[]): number {
  expect(actual.length).toBe(expected.length);
  return Math.max(...expected.map((value, i) => Math.abs((actual[i] ?? Number.NaN) - value))) / (expected[0] ?? 1);
}

describe.skipIf(noChromium !== null)(noChromium ?? 'in Chromium', () => {
  it.each(Object.keys(tasks) as TaskName[])('%s are learned as in Node, and nobody else is asked', async (name) => {
    const { page, said, asked } = await openPage();
    const trained = await page.evaluate<Trained, TaskName>(
      (task) => (globalThis as unknown as { trainTask(name: TaskName): Promise<Trained> }).trainTask(task),
      name,
    );
    await page.close();
    const { table, plan, targetError } = tasks[name]();
    const { record } = await trainTable({ table, plan, runtime });

    expect(trained.record.status).toBe('finished');
    expect(trained.record.dev?.value).toBeLessThan(targetError);
    expect(Math.abs((trained.record.dev?.value ?? 1) - (record.dev?.value ?? 0))).toBeLessThan(tolerance.error);
    expect(worst(losses(trained.record), losses(record))).toBeLessThan(tolerance.loss);
    expect(trained.record.nonzero).toBe(record.nonzero);

    const model = await openModel(Uint8Array.from(trained.model), runtime);
    const rows = Uint32Array.from({ length: 8 }, (_, row) => row);
    const { values } = await modelPredictions(model, table, { rows });
    await model.release();
    expect(worst(trained.probabilities, [...values])).toBeLessThan(tolerance.probability);

    expect(said).toEqual([]);
    expect(served.missing).toEqual([]);
    expect(asked.length).toBeGreaterThan(2);
    expect(asked.filter((url) => !url.startsWith(`${served.origin}/`) && !url.startsWith('data:'))).toEqual([]);
  });
});
