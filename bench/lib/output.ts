// In: rows of text, or results. Out: an aligned table on standard output, or a JSON file in results/.

import { mkdirSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';

/** Prints rows as columns: the first column to the left, the others to the right. */
export function printTable(header: readonly string[], rows: readonly (readonly string[])[]): void {
  const all = [header, ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => (row[column] ?? '').length)));
  for (const row of all) {
    const cells = row.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
    console.log(cells.join('  ').trimEnd());
  }
}

/** Writes results/NAME.json and gives its path. */
export function saveResults(name: string, results: object): string {
  const folder = resolve(import.meta.dirname, '../results');
  mkdirSync(folder, { recursive: true });
  const path = resolve(folder, `${name}.json`);
  writeFileSync(path, `${JSON.stringify(results, null, 2)}\n`);
  return path;
}

/** Writes results/NAME.json and says so. */
export function writeResults(name: string, results: object): void {
  console.log(`\n${saveResults(name, results)}`);
}

/** Says something beside the results, on standard error. */
export function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
