// In: a folder with the page's script. Out: the page on 127.0.0.1, with onnxruntime-web's wasm file and nothing else.

import { readFile } from 'node:fs/promises';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join, resolve } from 'node:path';

const root = resolve(import.meta.dirname, '../../..');
const wasm = 'ort-wasm-simd-threaded.wasm';
const html =
  '<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,"><script type="module" src="/page.js"></script>';

/** Nothing but what this server gives; wasm may be compiled. */
const policy = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src data:";

/** A running server. */
export interface Served {
  readonly origin: string;
  /** Paths that were asked for and are not there. */
  readonly missing: readonly string[];
  close(): Promise<void>;
}

/** Serves the page until it is closed. */
export async function servePage(folder: string): Promise<Served> {
  const files: Readonly<Record<string, readonly [type: string, read: () => Promise<Uint8Array | string>]>> = {
    '/': ['text/html', async () => html],
    '/page.js': ['text/javascript', () => readFile(join(folder, 'page.js'))],
    [`/${wasm}`]: ['application/wasm', () => readFile(resolve(root, 'node_modules/onnxruntime-web/dist', wasm))],
  };
  const missing: string[] = [];
  const answer = async (method: string, path: string, response: ServerResponse): Promise<void> => {
    const file = method === 'GET' ? files[path] : undefined;
    if (file === undefined) {
      missing.push(`${method} ${path}`);
      response.writeHead(404).end();
      return;
    }
    const [type, read] = file;
    const headers = { 'content-type': type, 'content-security-policy': policy, 'x-content-type-options': 'nosniff' };
    response.writeHead(200, headers).end(await read());
  };
  const server = createServer((request, response) => {
    answer(request.method ?? '', request.url ?? '', response).catch((error: unknown) => {
      missing.push(String(error));
      response.destroy();
    });
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    missing,
    close: () =>
      new Promise((done) => {
        server.close(() => done());
        server.closeAllConnections();
      }),
  };
}
