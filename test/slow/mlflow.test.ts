// Against MLflow's own tracking server, which this test starts and ends.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { findMlflowRuns } from '../../src/diagnosis/logs/find-mlflow.node.ts';
import { readRun } from '../../src/diagnosis/logs/index.ts';
import { fettle } from '../engine/cli/run-cli.ts';
import { missingFromPython, runPython } from '../engine/model/python.ts';

const python = process.env.FETTLE_PYTHON;
const lacking = python === undefined ? ' (skipped: FETTLE_PYTHON names no Python)' : missingFromPython('mlflow.server');

/** Logs the two runs that test/golden/make-mlflow-rest.py logs, 300 values each so that pages are needed. */
const program = `
import sys
import mlflow
mlflow.set_tracking_uri(sys.argv[1])
experiment = mlflow.create_experiment("moons")
from mlflow.entities import Metric
client = mlflow.MlflowClient()
for name, floor in (("small", 0.2), ("large", 0.01)):
    run = client.create_run(experiment, run_name=name)
    for epoch in range(1, 301):
        accuracy = 1 - floor - 0.4 * 0.8 ** (epoch / 20)
        values = {"train_loss": 0.7 * 0.8 ** (epoch / 20) + floor, "train/accuracy": accuracy, "val/accuracy": accuracy - 0.08, "odd": float("nan")}
        if epoch % 100 == 1:
            batch = []
        batch += [Metric(key, value, 1000 * epoch, epoch) for key, value in values.items()]
        if epoch % 100 == 0:
            client.log_batch(run.info.run_id, metrics=batch)
    client.set_terminated(run.info.run_id)
    print(run.info.run_id)
`;

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
  const address = server.address();
  await new Promise((done) => server.close(done));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

describe.skipIf(lacking !== '')(`an MLflow tracking server${lacking}`, () => {
  const folder = mkdtempSync(join(tmpdir(), 'fettle-mlflow-'));
  let server: ChildProcess | null = null;
  let address = '';
  let ids: readonly string[] = [];

  beforeAll(async () => {
    const port = await freePort();
    address = `http://127.0.0.1:${port}`;
    const store = ['--backend-store-uri', `sqlite:///${folder}/store.db`, '--default-artifact-root', folder];
    const args = ['-m', 'mlflow', 'server', '--host', '127.0.0.1', '--port', String(port), '--workers', '1', ...store];
    // In a group of its own: the server starts processes that outlive it.
    server = spawn(python ?? '', args, { cwd: folder, stdio: 'ignore', detached: true });
    const until = Date.now() + 150_000;
    while (
      !(await fetch(`${address}/health`).then(
        ({ ok }) => ok,
        () => false,
      ))
    ) {
      if (Date.now() > until || server.exitCode !== null) throw new Error('the server did not start');
      await new Promise((done) => setTimeout(done, 300));
    }
    // MLflow prints addresses of its own.
    ids = runPython(['-c', program, address], folder)
      .split(/\s+/)
      .filter((word) => /^[0-9a-f]{32}$/.test(word));
  }, 200_000);

  afterAll(async () => {
    if (server?.pid !== undefined) {
      const ended = new Promise((done) => server?.once('exit', done));
      process.kill(-server.pid, 'SIGTERM');
      await ended;
    }
    rmSync(folder, { recursive: true, force: true });
  }, 60_000);

  it('gives a table of its runs, and one run by its name or address', async () => {
    const table = await fettle(['diagnose', address]);
    expect(table.stderr).toBe('');
    const cells = table.stdout.split('\n').map((line) => line.split(/\s{2,}/).slice(0, 4));
    expect(cells.slice(1, 3)).toEqual([
      ['moons/large', 'mlflow-rest', '2.4 %', '10.4 %'],
      ['moons/small', 'mlflow-rest', '21.4 %', '29.4 %'],
    ]);
    const named = await fettle(['diagnose', address, '--run', 'moons/small', '--test-rows', '500']);
    const direct = await fettle(['diagnose', `${address}/#/experiments/1/runs/${ids[0]}`, '--test-rows', '500']);
    expect(direct.stdout).toBe(named.stdout);
    const byId = await fettle(['diagnose', `runs:/${ids[0]}`, '--test-rows', '500'], {
      env: { MLFLOW_TRACKING_URI: address },
    });
    expect(byId.stdout).toBe(named.stdout);
    expect(named.stdout).toMatch(
      /^Read as mlflow-rest: 901 values; train error = 1 - train\/accuracy, .*not used: odd\./,
    );
    const mapped = await fettle(['diagnose', `${address}/#/experiments/1`, '--run', 'large', '--map', 'dev_loss=odd']);
    expect(mapped.stdout).toContain('dev loss = odd');
    expect(mapped.stdout).toContain('Read as mlflow-rest: 1,200 values');
  }, 120_000);

  it('is read page by page', async () => {
    const read = async (pageSize: number) => {
      const { runs } = await findMlflowRuns(`${address}/#/experiments/1`, { env: {}, pageSize });
      return Promise.all(runs.map(({ name, reader, files }) => readRun(name, reader, files)));
    };
    const whole = await read(25_000);
    expect(whole.map(({ record }) => record.curve.length)).toEqual([300, 300]);
    expect(await read(70)).toEqual(whole);
  }, 60_000);

  it('says what it does not know', async () => {
    for (const [path, why] of [
      ['#/experiments/1/runs/nope', 'Run with id=nope not found'],
      ['#/experiments/77', 'No Experiment with id=77 exists'],
      ['#/experiments/0', 'has no runs in experiment 0'],
      ['sub', 'answers 404 to experiments/search, which is no answer of an MLflow server'],
    ]) {
      const { code, stderr } = await fettle(['diagnose', `${address}/${path}`]);
      expect(code).toBe(2);
      expect(stderr).toContain(why);
    }
  }, 60_000);

  it('is checked for a pipeline', async () => {
    const { code, stdout } = await fettle([
      'check',
      address,
      '--fail-on',
      'high-bias',
      '--optimal-error',
      '5%',
      '--sarif',
      '-',
    ]);
    expect(code).toBe(3);
    const uris = (
      JSON.parse(stdout).runs[0].results as {
        locations: { physicalLocation: { artifactLocation: { uri: string } } }[];
      }[]
    ).map(({ locations }) => locations[0]?.physicalLocation.artifactLocation.uri);
    expect(new Set(uris)).toEqual(new Set([address]));
  }, 60_000);
});
