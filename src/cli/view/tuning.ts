// In: events and progress of a tuning. Out: a screen that follows it.

import type { TuneEvent } from '../../recipe/journal.ts';
import type { TuneProgress } from '../../recipe/progress.ts';
import type { Metric } from '../../record/record.ts';
import { liveLines } from './live.ts';
import type { Screen } from './screen.ts';
import { eventLines } from './words.ts';

/** Follows a tuning on a screen. */
export interface TuningView {
  onEvent(event: TuneEvent): void;
  onProgress(progress: TuneProgress): void;
}

/** Least milliseconds between two redraws of the block. */
const redrawMs = 80;

/** A view that prints what stays and redraws the block at most every 80 ms; `clock` gives milliseconds. */
export function createTuningView(screen: Screen, clock: () => number = () => performance.now()): TuningView {
  let metric: Metric = 'error';
  let last = Number.NEGATIVE_INFINITY;
  let diagnosis = '';
  const shown = new Set<string>();
  // The precheck repeats what was known at the start, for the journal.
  const withNewNotes = (event: TuneEvent): TuneEvent => {
    if (event.type !== 'started' && event.type !== 'prechecked') return event;
    const notes = event.notes.filter((note) => !shown.has(note));
    for (const note of notes) shown.add(note);
    return { ...event, notes };
  };
  return {
    onEvent(event) {
      if (event.type === 'started') metric = event.metric;
      const lines = eventLines(withNewNotes(event), metric, screen.paint);
      const isKnown = event.type === 'diagnosed' && lines.join() === diagnosis;
      if (event.type === 'diagnosed') diagnosis = lines.join();
      screen.print(isKnown ? [screen.paint.dim('  the same as before')] : lines);
    },
    onProgress(progress) {
      const now = clock();
      if (!screen.isLive || now - last < redrawMs) return;
      last = now;
      screen.draw(liveLines(progress, metric, screen.width, screen.paint));
    },
  };
}
