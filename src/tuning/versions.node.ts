// In: nothing. Out: the versions that a result depends on.

import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

function versionOf(path: string): string {
  return (require(path) as { version: string }).version;
}

/** Versions of what a result depends on, by package. */
export type Versions = Readonly<Record<'fettle' | 'node' | 'onnxruntime-node' | '@duckdb/node-api', string>>;

/** Versions of fettle, Node, the engine and the table reader. */
export function versions(): Versions {
  return {
    fettle: versionOf('../../package.json'),
    node: process.versions.node,
    'onnxruntime-node': versionOf('onnxruntime-node/package.json'),
    '@duckdb/node-api': versionOf('@duckdb/node-api/package.json'),
  };
}
