// In: the address of an MLflow tracking server, an experiment or a run. Out: its runs, whose metrics are fetched when they
// are read.

import { FettleError } from '../../base/error.ts';
import { formatCount } from '../../base/format.ts';
import type { Found, FoundRun } from './find.node.ts';
import { type LogFile, logReaders } from './index.ts';
import { isEntry } from './json-values.ts';
import type { Mapped } from './mapping.ts';
import { parseMlflowAddress } from './mlflow-address.ts';
import { type Answer, type MlflowServer, mlflowServer } from './mlflow-server.node.ts';
import { isLearningRate, meaningOf } from './names.ts';

/** Which metrics are fetched in full, and how the server is asked. */
export interface MlflowOptions {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Names that the user gives a meaning to are fetched, too. */
  readonly mappings?: readonly Mapped[];
  /** The latest runs that are looked at; 200 by default. */
  readonly mostRuns?: number;
  /** Values in one answer; 25,000 by default, the most that the server gives. */
  readonly pageSize?: number;
}

const MOST_RUNS = 200;
const PAGE = 25_000;

const entries = (value: unknown): readonly Answer[] => (Array.isArray(value) ? value.filter(isEntry) : []);
const text = (value: unknown): string => (typeof value === 'string' ? value : '');
const encode = (value: string): Uint8Array => new TextEncoder().encode(value);

/** All answers to one question, page by page; at most `most` entries under `key`. */
async function* pagesOf(server: MlflowServer, path: string, question: Answer, method: 'GET' | 'POST' = 'POST') {
  let token = '';
  do {
    const page = await server.ask(path, token === '' ? question : { ...question, page_token: token }, method);
    yield page;
    const next = text(page.answer.next_page_token);
    // A server that repeats itself would be asked forever.
    token = next === token ? '' : next;
  } while (token !== '');
}

async function experimentsOf(server: MlflowServer): Promise<ReadonlyMap<string, string>> {
  const names = new Map<string, string>();
  for await (const { answer } of pagesOf(server, 'experiments/search', { max_results: 1000 })) {
    for (const one of entries(answer.experiments)) names.set(text(one.experiment_id), text(one.name));
  }
  return names;
}

async function runsOf(server: MlflowServer, experiments: readonly string[], most: number): Promise<readonly Answer[]> {
  const runs: Answer[] = [];
  const question = {
    experiment_ids: experiments,
    max_results: Math.min(1000, most + 1),
    order_by: ['start_time DESC'],
  };
  for await (const { answer } of pagesOf(server, 'runs/search', question)) {
    runs.push(...entries(answer.runs));
    if (runs.length > most) break;
  }
  return runs;
}

/** The history of one metric, an answer at a time. */
async function* historyOf(server: MlflowServer, run: string, metric: string, pageSize: number) {
  const question = { run_id: run, metric_key: metric, max_results: pageSize };
  for await (const page of pagesOf(server, 'metrics/get-history', question, 'GET')) yield encode(page.text);
}

/** The latest value of metrics that no meaning is known of: their names can be shown, and fetching them is no use. */
async function* latest(metrics: readonly Answer[]) {
  yield encode(JSON.stringify({ metrics }));
}

function filesOf(server: MlflowServer, run: Answer, options: MlflowOptions): readonly LogFile[] {
  const info = isEntry(run.info) ? run.info : {};
  const data = isEntry(run.data) ? run.data : {};
  const id = text(info.run_id);
  const metrics = entries(data.metrics);
  const isOfUse = (name: string): boolean =>
    meaningOf(name) !== null || isLearningRate(name) || (options.mappings ?? []).some((mapped) => mapped.name === name);
  const known = metrics.filter(({ key }) => isOfUse(text(key)));
  const others = metrics.filter(({ key }) => !isOfUse(text(key)));
  const files = known.map(({ key }) => ({
    path: `${id}/${text(key)}`,
    pieces: historyOf(server, id, text(key), options.pageSize ?? PAGE),
  }));
  return others.length === 0 ? files : [...files, { path: `${id}/latest`, pieces: latest(others) }];
}

/** Names by experiment and run; runs of one name are told apart by the first characters of their ids. */
function namesOf(runs: readonly Answer[], experiments: ReadonlyMap<string, string> | null): readonly string[] {
  const plain = runs.map(({ info }) => {
    const { run_id: id, run_name: name, experiment_id: experiment } = isEntry(info) ? info : {};
    const own = text(name) === '' ? text(id) : text(name);
    const folder = experiments?.get(text(experiment)) ?? text(experiment);
    return { id: text(id), name: experiments === null ? own : `${folder}/${own}` };
  });
  return plain.map(({ id, name }) =>
    plain.filter((other) => other.name === name).length > 1 ? `${name} ${id.slice(0, 8)}` : name,
  );
}

/**
 * The runs that an address stands for: one, those of an experiment, or the latest of the server.
 * Errors: `usage` for an address of another form, `file` for a server that cannot be reached or does not know the run.
 */
export async function findMlflowRuns(address: string, options: MlflowOptions): Promise<Found> {
  const {
    server: at,
    userInfo,
    experiment,
    run,
  } = parseMlflowAddress(address, options.env.MLFLOW_TRACKING_URI ?? null);
  const server = mlflowServer(at, { env: options.env, userInfo });
  const most = options.mostRuns ?? MOST_RUNS;
  const notes: string[] = [];
  let experiments: ReadonlyMap<string, string> | null = null;
  let runs: readonly Answer[];
  if (run !== null) {
    const { answer } = await server.ask('runs/get', { run_id: run }, 'GET');
    runs = isEntry(answer.run) ? [answer.run] : [];
  } else {
    if (experiment === null) experiments = await experimentsOf(server);
    else await server.ask('experiments/get', { experiment_id: experiment }, 'GET');
    runs = await runsOf(server, experiments === null ? [experiment ?? ''] : [...experiments.keys()], most);
  }
  if (runs.length > most) {
    notes.push(
      `Only the ${formatCount(most)} runs that began last were looked at. Name an experiment: ${at}/#/experiments/ID.`,
    );
    runs = runs.slice(0, most);
  }
  if (runs.length === 0) {
    throw new FettleError(
      'file',
      `The MLflow server ${at} has no runs${experiment === null ? '' : ` in experiment ${experiment}`}. Log one, or name ` +
        'another experiment.',
    );
  }
  const names = namesOf(runs, experiments);
  const found = runs.map(
    (one, i): FoundRun => ({
      name: names[i] ?? '',
      reader: logReaders['mlflow-rest'],
      files: filesOf(server, one, options),
    }),
  );
  return { runs: found, records: [], notes };
}
