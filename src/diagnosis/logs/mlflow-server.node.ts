// In: questions to MLflow's tracking server. Out: its answers as JSON, after as many tries as are of use.

import { FettleError } from '../../base/error.ts';
import { isEntry, parseLoggedJson } from './json-values.ts';

/** An answer of the server. */
export type Answer = Readonly<Record<string, unknown>>;

/** A tracking server. */
export interface MlflowServer {
  readonly address: string;
  /**
   * Asks one of the server's API 2.0. Errors: `file` for a server that cannot be reached, that refuses, or that answers
   * with something else than MLflow does.
   */
  ask(
    path: string,
    question: Answer,
    method?: 'GET' | 'POST',
  ): Promise<{ readonly answer: Answer; readonly text: string }>;
}

/** How a server is asked. */
export interface ServerOptions {
  /** Of the environment: MLFLOW_TRACKING_TOKEN, MLFLOW_TRACKING_USERNAME and _PASSWORD, MLFLOW_HTTP_REQUEST_TIMEOUT. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** `user:password` of the address; goes before the environment. */
  readonly userInfo: string | null;
  /** Between two tries; doubles. 500 by default. */
  readonly waitMs?: number;
}

const TRIES = 4;
/** What may be over in a moment: too many requests, a proxy without its server. */
const PASSING = new Set([429, 502, 503, 504]);
/** What will not be over in a moment. */
const HOPELESS = new Set([
  'ERR_INVALID_URL',
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
]);
const SECONDS = 60;

function authorizationOf({ env, userInfo }: ServerOptions): string | null {
  const basic = (text: string): string => `Basic ${Buffer.from(text, 'utf8').toString('base64')}`;
  if (userInfo !== null) return basic(userInfo);
  const { MLFLOW_TRACKING_USERNAME: user, MLFLOW_TRACKING_PASSWORD: password, MLFLOW_TRACKING_TOKEN: token } = env;
  if (user !== undefined && password !== undefined) return basic(`${user}:${password}`);
  return token === undefined || token === '' ? null : `Bearer ${token}`;
}

/** The system's code of a failed fetch, which lies some causes down, or the error's own name. */
function codeOf(error: unknown): string {
  let at: unknown = error;
  for (let depth = 0; depth < 5 && at instanceof Error; depth++) {
    const { code } = at as NodeJS.ErrnoException;
    if (typeof code === 'string') return code;
    const inner = at instanceof AggregateError ? at.errors[0] : at.cause;
    if (inner === undefined) break;
    at = inner;
  }
  return at instanceof Error ? (at.name === 'TimeoutError' ? 'a timeout' : at.message) : String(at);
}

function unreachable(address: string, why: string, cause: unknown): FettleError {
  return new FettleError(
    'file',
    `Cannot reach the MLflow server ${address}: ${why}. Check that it runs there (mlflow server --port 5000) and that no ` +
      'proxy or firewall is in between.',
    { cause },
  );
}

function refusal(address: string, path: string, status: number, text: string): FettleError {
  const body = parseLoggedJson(text);
  const said = isEntry(body) && typeof body.message === 'string' ? body.message : null;
  if (status === 401 || status === 403) {
    return new FettleError(
      'file',
      `The MLflow server ${address} refuses to answer (${status}${said === null ? '' : `: ${said}`}). Set ` +
        'MLFLOW_TRACKING_USERNAME and MLFLOW_TRACKING_PASSWORD, or MLFLOW_TRACKING_TOKEN.',
    );
  }
  if (said !== null) {
    return new FettleError(
      'file',
      `The MLflow server ${address} answers: ${said.replace(/\.$/, '')}. \`fettle diagnose ${address}\` lists its runs.`,
    );
  }
  return new FettleError(
    'file',
    `${address} answers ${status} to ${path}, which is no answer of an MLflow server. Expected its address as in the ` +
      'browser, such as http://127.0.0.1:5000, with the path that it lies under, if any.',
  );
}

/** A server that is asked over HTTP: with a limit on time, and again where a failure may pass. */
export function mlflowServer(address: string, options: ServerOptions): MlflowServer {
  const authorization = authorizationOf(options);
  const said = Number(options.env.MLFLOW_HTTP_REQUEST_TIMEOUT ?? SECONDS);
  const timeoutMs = 1000 * (said > 0 && Number.isFinite(said) ? said : SECONDS);
  const headers = {
    'content-type': 'application/json',
    ...(authorization === null ? {} : { authorization }),
  };
  const request = async (path: string, question: Answer, method: 'GET' | 'POST') => {
    const url = new URL(`${address}/api/2.0/mlflow/${path}`);
    if (method === 'GET') for (const [key, value] of Object.entries(question)) url.searchParams.set(key, String(value));
    const body = method === 'POST' ? { body: JSON.stringify(question) } : {};
    const response = await fetch(url, { method, headers, signal: AbortSignal.timeout(timeoutMs), ...body });
    return { status: response.status, text: await response.text() };
  };
  return {
    address,
    async ask(path, question, method = 'POST') {
      let waitMs = options.waitMs ?? 500;
      for (let left = TRIES - 1; ; left--) {
        try {
          const { status, text } = await request(path, question, method);
          const answer = status === 200 ? parseLoggedJson(text) : undefined;
          if (isEntry(answer)) return { answer, text };
          if (!PASSING.has(status) || left === 0) throw refusal(address, path, status, text);
        } catch (error) {
          if (error instanceof FettleError) throw error;
          const code = codeOf(error);
          if (HOPELESS.has(code) || left === 0) throw unreachable(address, code, error);
        }
        await new Promise((done) => setTimeout(done, waitMs));
        waitMs *= 2;
      }
    },
  };
}
