// In: an address as MLflow prints it, or as it stands in the browser. Out: the server, and which experiment or run.

import { FettleError } from '../../base/error.ts';

/** What of a tracking server is meant. */
export interface MlflowAddress {
  /** With the path that the server may lie under, without a slash at the end. */
  readonly server: string;
  /** What stood before the host, `user:password`; it is not in `server`. */
  readonly userInfo: string | null;
  readonly experiment: string | null;
  readonly run: string | null;
}

/** Whether a path is an address of a tracking server, or of a run of one. */
export function isMlflowAddress(path: string): boolean {
  return /^(https?|mlflow):\/\//i.test(path) || /^runs:\//i.test(path);
}

/** An address as it may be shown: without a user and a password. */
export function shownAddress(path: string): string {
  return isMlflowAddress(path) ? path.replace(/^([a-z]+:\/\/)[^/@?#]*@/i, '$1') : path;
}

const EXAMPLES = 'http://127.0.0.1:5000, http://127.0.0.1:5000/#/experiments/1/runs/ID or runs:/ID';

function refuse(text: string, why: string): FettleError {
  return new FettleError(
    'usage',
    `Expected the address of an MLflow server such as ${EXAMPLES}, received ${shownAddress(text)}: ${why}.`,
  );
}

/** Without %40 and the like; what is no such code stays as it is. */
function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function serverOf(text: string): { readonly server: string; readonly userInfo: string | null; readonly rest: string } {
  const match = /^(https?):\/\/(?:([^/@?#]*)@)?([^/?#]+)([^?#]*)(.*)$/i.exec(text.replace(/^mlflow:/i, 'http:'));
  if (match === null) throw refuse(text, 'it names no host');
  const [, scheme = '', userInfo, host = '', path = '', rest = ''] = match;
  const server = `${scheme.toLowerCase()}://${host}${path.replace(/\/+$/, '')}`;
  return { server, userInfo: userInfo === undefined ? null : decoded(userInfo), rest };
}

/**
 * Reads `http://HOST:PORT`, also with `/#/experiments/E` or `/#/experiments/E/runs/R` and more behind it, `mlflow://` for
 * `http://`, and `runs:/R` with the server in `trackingUri`. Errors: `usage` for another form.
 */
export function parseMlflowAddress(text: string, trackingUri: string | null): MlflowAddress {
  const run = /^runs:\/+([^/?#]+)/i.exec(text)?.[1];
  if (run !== undefined) {
    if (trackingUri === null || !/^https?:\/\//i.test(trackingUri)) {
      throw refuse(text, 'it names no server, and MLFLOW_TRACKING_URI is not http://... or https://...');
    }
    const { server, userInfo } = serverOf(trackingUri);
    return { server, userInfo, experiment: null, run };
  }
  const { server, userInfo, rest } = serverOf(text);
  const route = /^[^#]*#\/?(.*)$/.exec(rest)?.[1] ?? '';
  if (route === '' || /^experiments\/?(\?.*)?$/.test(route)) return { server, userInfo, experiment: null, run: null };
  const found = /^experiments\/([^/?]+)(?:\/runs\/([^/?]+))?/.exec(route);
  if (found === null) throw refuse(text, `"#/${route}" names neither an experiment nor a run`);
  return { server, userInfo, experiment: found[1] ?? null, run: found[2] ?? null };
}
