// How good the diagnosis is: every fault seeded into healthy plans on real data, one checkup a case, and a diagnosis of it.
// In: options. Out: tables with every miss and false alarm, and results/diagnosis.json.

import { resolve } from 'node:path';
import { FettleError } from '../../src/base/error.ts';
import { rules } from '../../src/diagnosis/rules/index.ts';
import { createOnnxRuntime } from '../../src/engine/runtime/onnx.node.ts';
import { machine } from '../lib/machine.ts';
import { count, readOptions } from '../lib/options.ts';
import { note, writeResults } from '../lib/output.ts';
import { type CaseSpec, caseOf, healthyOf, listCases, readSets } from './cases.ts';
import { examine } from './examine.ts';
import { harmOf, type Tested, testCase } from './harm.ts';
import { type Judged, judgeCase, scoreOf } from './judge.ts';
import { known } from './known.ts';
import { loadOutcome, type Outcome, saveOutcome } from './outcomes.ts';
import { quantile, show } from './show.ts';

const { options } = readOptions({
  half: 'both',
  only: '',
  sets: '',
  healthy: '6',
  faulty: '3',
  'first-seed': '0',
  part: '1/1',
  replay: 'no',
  probes: '4',
  folder: resolve(import.meta.dirname, '../../fettle-runs/diagnosis-bench'),
});
const where = machine();
const runtime = createOnnxRuntime({ threads: 1 });
const sheets = await readSets();
const tested = new Map<string, Tested>();

/** The healthy case on its clean rows, once for all faults of it. */
async function healthyTest(spec: CaseSpec): Promise<Tested> {
  const key = `${spec.set}/${spec.plan}/${spec.seed}`;
  const before = tested.get(key);
  if (before !== undefined) return before;
  const result = await testCase(runtime, healthyOf(spec, sheets));
  tested.set(key, result);
  return result;
}

/** What a call gives, or the text of the error with which fettle refuses. */
async function unlessRefused<T>(call: () => Promise<T>): Promise<{ value: T | null; refused: string | null }> {
  try {
    return { value: await call(), refused: null };
  } catch (error) {
    if (error instanceof FettleError) return { value: null, refused: error.message };
    throw error;
  }
}

async function outcomeOf(spec: CaseSpec): Promise<Outcome> {
  const one = caseOf(spec, sheets);
  // The harm is decided before anything is diagnosed.
  const { value: faulty } = spec.fault === null ? { value: null } : await unlessRefused(() => testCase(runtime, one));
  const harm = spec.fault === null ? null : harmOf(one, spec.fault.fault, await healthyTest(spec), faulty);
  const start = performance.now();
  const { value: record, refused } = await unlessRefused(() => examine(runtime, one, Number(options.probes)));
  return { harm, record, refused, seconds: (performance.now() - start) / 1000 };
}

const [part = 1, parts = 1] = options.part.split('/').map(Number);
const chosen = (text: string, name: string): boolean => text === '' || text.split(',').includes(name);
const specs = listCases(sheets, {
  healthy: count(options.healthy, 'healthy'),
  faulty: count(options.faulty, 'faulty'),
  firstSeed: count(options['first-seed'], 'first-seed'),
})
  .filter(({ half }) => options.half === 'both' || options.half === half)
  .filter(({ set, fault }) => chosen(options.sets, set) && chosen(options.only, fault?.fault.id ?? 'healthy'))
  .filter((_, i) => i % parts === part - 1);

const judged: Judged[] = [];
for (const [i, spec] of specs.entries()) {
  const before = loadOutcome(options.folder, spec);
  if (before === null && options.replay === 'yes') continue;
  const outcome = before ?? (await outcomeOf(spec));
  if (before === null) saveOutcome(options.folder, spec, outcome);
  const one = judgeCase(spec, outcome);
  judged.push(one);
  if (before === null) {
    const said = one.said.map(({ id }) => id).join(', ');
    note(`${i + 1} of ${specs.length}, ${spec.id}: ${one.result} (${said}) in ${outcome.seconds.toFixed(1)} s`);
  }
}
show(judged);

if (parts === 1 && options.only === '' && options.sets === '') {
  const seconds = judged.map(({ outcome }) => outcome.seconds);
  writeResults(`diagnosis`, {
    machine: where,
    // Where the records lie is no part of what was measured.
    options: { ...options, folder: undefined },
    known,
    thresholds: Object.fromEntries(Object.entries(rules).map(([id, rule]) => [id, rule.options])),
    seconds: { median: quantile(seconds, 0.5), p90: quantile(seconds, 0.9) },
    halves: Object.fromEntries(
      (['fit', 'report'] as const).map((half) => [half, scoreOf(judged.filter(({ spec }) => spec.half === half))]),
    ),
    cases: judged.map(({ spec: { set, plan, seed, half, fault }, outcome, said, result, wrong }) => ({
      ...{ set, plan, seed, half, fault: fault?.fault.id ?? null, strength: fault?.strength ?? null, result },
      verdicts: said.map(({ id }) => id),
      wrong: wrong.map(({ id }) => id),
      ...{ harm: outcome.harm, seconds: Number(outcome.seconds.toFixed(2)) },
    })),
  });
}
