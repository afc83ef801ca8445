import type { Evidence } from './evidence.ts';
import { type Gap, gapsOf } from './gaps.ts';
import { rules, type VerdictId, verdictIds } from './rules/index.ts';
import { inUnit, tidy } from './scale.ts';
import type { Settings } from './settings.ts';

/** Between `from` and `to` (in the unit of the diagnosis) every optimal error gives these verdicts, in the order of the rules. */
export interface SensitivityRange {
  readonly from: number;
  readonly to: number;
  readonly verdicts: readonly VerdictId[];
}

/** The gap rules' verdicts. */
function verdictsAt(evidence: Evidence, settings: Settings): readonly VerdictId[] {
  const gaps = gapsOf(evidence, settings);
  return verdictIds
    .map((id) => rules[id])
    .filter(({ kind }) => kind === 'gap')
    .flatMap((rule) => rule.judge({ evidence, gaps, settings }) ?? [])
    .map(({ id }) => id);
}

/**
 * How the verdicts change with the optimal error, from 0 to the train error's upper limit (or the given optimal error,
 * if that is larger). The bias moves with the optimal error and nothing else does, so the bounds are exact.
 */
export function sensitivityOf(
  evidence: Evidence,
  gaps: readonly Gap[],
  settings: Settings,
): readonly SensitivityRange[] {
  const train = inUnit(evidence.train, evidence.metric);
  const bias = gaps.find(({ id }) => id === 'bias');
  if (train === null || bias === undefined || bias.value === null) return [];
  const low = train - (bias.value - (bias.low ?? bias.value));
  const high = train + ((bias.high ?? bias.value) - bias.value);
  const end = tidy(Math.max(high, settings.optimalError));
  const bounds = [0, low - settings.tolerance, high - settings.tolerance, end]
    .map(tidy)
    .filter((bound) => bound >= 0 && bound <= end)
    .sort((a, b) => a - b);
  const ranges: SensitivityRange[] = [];
  bounds.forEach((to, i) => {
    const from = bounds[i - 1];
    if (from === undefined || (to <= from && end > 0)) return;
    const verdicts = verdictsAt(evidence, { ...settings, optimalError: (from + to) / 2 });
    const before = ranges.at(-1);
    if (before !== undefined && before.verdicts.join() === verdicts.join()) {
      ranges[ranges.length - 1] = { ...before, to };
    } else ranges.push({ from, to, verdicts });
  });
  return ranges.slice(0, end > 0 ? ranges.length : 1);
}
