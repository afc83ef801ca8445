// In: the events of a tuning. Out: its path: the baseline's verdict, what was tried in between, the last verdict.

import type { Evaluation, Step, TuneEvent } from '../recipe/journal.ts';
import { replay } from '../recipe/state.ts';

/** One stop on the path. */
export type Stop =
  | { readonly kind: 'baseline'; readonly linear: Evaluation; readonly evaluation: Evaluation }
  | { readonly kind: 'verdict'; readonly ids: readonly string[]; readonly evaluation: Evaluation }
  | { readonly kind: 'step'; readonly step: Step };

/** The stops in order; a verdict that repeats the one before it, with nothing accepted between, is left out. */
export function verdictPath(events: readonly TuneEvent[]): readonly Stop[] {
  const stops: Stop[] = [];
  // A round that a kill cut short was done again: only the steps of the replayed state count.
  const kept = new Set(replay(events).steps);
  let last: readonly string[] | null = null;
  let changed = true;
  for (const event of events) {
    if (event.type === 'baseline') {
      stops.push({ kind: 'baseline', linear: event.linear, evaluation: event.evaluation });
    } else if (event.type === 'step' && kept.has(event.step)) {
      stops.push({ kind: 'step', step: event.step });
      changed ||= event.step.accepted;
    } else if (event.type === 'diagnosed') {
      const ids = event.diagnosis.verdicts.map(({ id }) => id);
      if (changed || ids.join() !== last?.join()) stops.push({ kind: 'verdict', ids, evaluation: event.evaluation });
      last = ids;
      changed = false;
    }
  }
  return stops;
}

/** The first and the last verdict; null before the first diagnosis. */
export function endsOfPath(stops: readonly Stop[]): { first: readonly string[]; last: readonly string[] } | null {
  const verdicts = stops.flatMap((stop) => (stop.kind === 'verdict' ? [stop.ids] : []));
  const [first] = verdicts;
  const last = verdicts.at(-1);
  return first === undefined || last === undefined ? null : { first, last };
}

/** The steps on the path that were accepted, and how many were not. */
export function judgedSteps(stops: readonly Stop[]): { accepted: readonly Step[]; rejected: number } {
  const steps = stops.flatMap((stop) => (stop.kind === 'step' ? [stop.step] : []));
  const accepted = steps.filter((step) => step.accepted);
  return { accepted, rejected: steps.length - accepted.length };
}
