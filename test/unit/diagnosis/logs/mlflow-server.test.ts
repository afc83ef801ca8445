// The ways in which a server fails, from a server on this machine; test/slow/mlflow.test.ts asks MLflow's own.

import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { findMlflowRuns } from '../../../../src/diagnosis/logs/find-mlflow.node.ts';
import { mlflowServer } from '../../../../src/diagnosis/logs/mlflow-server.node.ts';

let server: Server | null = null;
afterEach(() => {
  server?.closeAllConnections();
  server?.close();
  server = null;
});

type Reply = { readonly status: number; readonly body: string } | null;

/** Answers the n-th request by `reply`; null answers never. */
async function serving(reply: (n: number, request: IncomingMessage) => Reply): Promise<string> {
  let n = 0;
  const here = createServer((request, response) => {
    const answer = reply(n++, request);
    if (answer !== null) response.writeHead(answer.status).end(answer.body);
  });
  server = here;
  await new Promise<void>((done) => here.listen(0, '127.0.0.1', done));
  return `http://127.0.0.1:${(here.address() as AddressInfo).port}`;
}

const json = (value: unknown): Reply => ({ status: 200, body: JSON.stringify(value) });
const asking = (address: string, env: Record<string, string> = {}, userInfo: string | null = null) =>
  mlflowServer(address, { env, userInfo, waitMs: 1 }).ask('experiments/search', {});

describe('a server', () => {
  it('is asked again where the failure may pass, and not forever', async () => {
    let asked = 0;
    const address = await serving((n) => {
      asked++;
      return n < 3 ? { status: 503, body: 'soon' } : json({ experiments: [] });
    });
    expect((await asking(address)).answer).toEqual({ experiments: [] });
    expect(asked).toBe(4);
    await expect(asking(await serving(() => ({ status: 502, body: '<html>' })))).rejects.toThrow(
      'answers 502 to experiments/search, which is no answer of an MLflow server.',
    );
  });

  it('is told who asks', async () => {
    const seen: (string | undefined)[] = [];
    const address = await serving((_, { headers }) => {
      seen.push(headers.authorization);
      return json({});
    });
    await asking(address);
    await asking(address, { MLFLOW_TRACKING_TOKEN: 'abc' });
    await asking(address, { MLFLOW_TRACKING_USERNAME: 'ann', MLFLOW_TRACKING_PASSWORD: 'pässword' });
    await asking(address, { MLFLOW_TRACKING_TOKEN: 'abc' }, 'ann:p');
    const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
    expect(seen).toEqual([undefined, 'Bearer abc', basic('ann:pässword'), basic('ann:p')]);
  });

  it('says what to do when it refuses, hangs, is none, or is not there', async () => {
    await expect(asking(await serving(() => ({ status: 401, body: '' })))).rejects.toThrow(
      /refuses to answer \(401\)\. Set MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN\.$/,
    );
    await expect(asking(await serving(() => null), { MLFLOW_HTTP_REQUEST_TIMEOUT: '0.05' })).rejects.toThrow(
      /^Cannot reach the MLflow server http:\/\/127\.0\.0\.1:\d+: a timeout\. Check that it runs there/,
    );
    await expect(asking(await serving(() => ({ status: 200, body: '<html>' })))).rejects.toThrow(
      'which is no answer of an MLflow server. Expected its address as in the browser',
    );
    const gone = await serving(() => null);
    await new Promise((done) => server?.close(done));
    await expect(asking(gone)).rejects.toThrow(`Cannot reach the MLflow server ${gone}: ECONNREFUSED.`);
    await expect(asking('http://127.0.0.1:99999')).rejects.toThrow('ERR_INVALID_URL');
  });

  it('that repeats its page is not asked forever; one without runs is told', async () => {
    const run = (id: string) => ({ info: { run_id: id, run_name: 'a', experiment_id: '1' }, data: {} });
    const address = await serving((_, { url = '' }) =>
      url.includes('experiments/search')
        ? json({ experiments: [{ experiment_id: '1', name: 'e' }], next_page_token: 'x' })
        : json({ runs: [run('1234567890'), run('abcdefghij')], next_page_token: 'x' }),
    );
    const { runs } = await findMlflowRuns(address, { env: {} });
    expect(new Set(runs.map(({ name }) => name))).toEqual(new Set(['e/a 12345678', 'e/a abcdefgh']));
    const { notes } = await findMlflowRuns(address, { env: {}, mostRuns: 1 });
    expect(notes).toEqual([
      `Only the 1 runs that began last were looked at. Name an experiment: ${address}/#/experiments/ID.`,
    ]);
    const empty = await serving(() => json({}));
    await expect(findMlflowRuns(`${empty}/#/experiments/3`, { env: {} })).rejects.toThrow(
      `The MLflow server ${empty} has no runs in experiment 3. Log one, or name another experiment.`,
    );
  });
});
