// In: events as they happen. Out: the state they add up to, each event written down before the next thing is done.

import type { NewEvent } from '../recipe/context.ts';
import type { TuneEvent } from '../recipe/journal.ts';
import { advance, replay, type TuneState } from '../recipe/state.ts';

/** The events of a tuning and their state. */
export interface Log {
  readonly events: readonly TuneEvent[];
  state(): TuneState;
  /** Adds an event; resolves when it is written. */
  emit(event: NewEvent): Promise<void>;
}

/** A log that goes on from `events`; `at` gives the seconds of tuning so far. */
export function createLog(
  before: readonly TuneEvent[],
  at: () => number,
  write: (event: TuneEvent) => Promise<void>,
  onEvent: (event: TuneEvent) => void = () => undefined,
): Log {
  const events = [...before];
  let state = replay(events);
  return {
    events,
    state: () => state,
    emit(event) {
      const timed = { at: at(), ...event } as TuneEvent;
      events.push(timed);
      state = advance(state, timed);
      onEvent(timed);
      return write(timed);
    },
  };
}
