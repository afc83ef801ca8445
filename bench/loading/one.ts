// Reads one file in this fresh process and prints what it took.

import { readTable } from '../../src/data/table.node.ts';
import { peakMb, residentMb } from '../lib/child.ts';

const before = residentMb();
const start = performance.now();
const table = await readTable(process.argv[2] ?? '');
const seconds = (performance.now() - start) / 1000;
console.log(JSON.stringify({ seconds, before, peak: peakMb(), rows: table.rows, columns: table.columns.length }));
