// In: judged cases. Out: the tables on standard output, with every miss and every false alarm.

import { printTable } from '../lib/output.ts';
import { type Judged, type Share, scoreOf } from './judge.ts';

const shareText = ({ part, of, value, low, high }: Share): string =>
  value === null || low === null || high === null
    ? '-'
    : `${part} of ${of}, ${value.toFixed(3)} (${low.toFixed(3)} to ${high.toFixed(3)})`;

/** A quantile of some numbers; NaN of none. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

function nameOf({ spec }: Judged): string {
  const { set, plan, seed, half, fault } = spec;
  const what = fault === null ? 'healthy' : `${fault.fault.id} ${fault.strength}`;
  return `${what}; ${set}, ${plan}, split ${seed} (${half})`;
}

function harmText({ outcome: { harm } }: Judged): string {
  if (harm === null) return '';
  const number = (x: number | null): string => (x === null ? '-' : x.toFixed(3));
  return ` [error ${number(harm.healthy)} -> ${number(harm.faulty)}, claimed ${number(harm.claimed)}]`;
}

function printCases(heading: string, all: readonly Judged[]): void {
  console.log(`\n${heading}: ${all.length}`);
  for (const one of all) {
    console.log(`  ${nameOf(one)}${harmText(one)}`);
    for (const { id, because } of one.said) console.log(`      ${id}: ${because.split('\n')[0]}`);
  }
}

function row(name: string, all: readonly Judged[]): readonly string[] {
  const { recall, besides, harmless } = scoreOf(all);
  const seconds = all.map(({ outcome }) => outcome.seconds);
  return [name, shareText(recall), shareText(besides), String(harmless), quantile(seconds, 0.5).toFixed(1)];
}

const groupsOf = <K extends string>(all: readonly Judged[], key: (one: Judged) => K): Map<K, Judged[]> =>
  Map.groupBy(all, key);

/** Prints everything about some cases. */
export function show(all: readonly Judged[]): void {
  const faulty = all.filter(({ spec }) => spec.fault !== null);
  const healthy = all.filter(({ spec }) => spec.fault === null);
  const header = ['', 'found', 'other verdicts besides', 'harmless', 's'];
  printTable(header, [
    ...[...groupsOf(faulty, ({ spec }) => spec.fault?.group ?? '')].map(([group, some]) => row(group, some)),
    ...[...groupsOf(faulty, ({ spec }) => spec.fault?.fault.id ?? '')].map(([id, some]) => row(`  ${id}`, some)),
  ]);
  console.log();
  printTable(
    ['', 'false alarms'],
    [...groupsOf(healthy, ({ spec }) => spec.set)].map(([set, some]) => [set, shareText(scoreOf(some).falseAlarms)]),
  );
  printCases(
    'Missed',
    faulty.filter(({ result }) => result === 'missed'),
  );
  printCases(
    'False alarms',
    healthy.filter(({ result }) => result === 'alarm'),
  );
  const besides = faulty.filter(({ result, wrong }) => result === 'found' && wrong.length > 0);
  printCases('Found, with other verdicts besides', besides);
  const named = faulty.filter(
    ({ result, said }) => result === 'harmless' && said.some(({ id }) => id !== 'fit' && id !== 'cannot-tell'),
  );
  printCases('Faults without harm that have verdicts, not counted', named);
  const { recall, falseAlarms, besides: other, harmless } = scoreOf(all);
  const seconds = all.map(({ outcome }) => outcome.seconds);
  console.log(`\nRecall: ${shareText(recall)}`);
  console.log(`False alarms: ${shareText(falseAlarms)}`);
  console.log(`Faults with verdicts besides: ${shareText(other)}; faults without harm: ${harmless}`);
  console.log(
    `Seconds a case: median ${quantile(seconds, 0.5).toFixed(1)}, nine of ten ${quantile(seconds, 0.9).toFixed(1)}`,
  );
}
