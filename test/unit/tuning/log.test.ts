import { describe, expect, it } from 'vitest';
import type { TuneEvent } from '../../../src/recipe/journal.ts';
import { replay } from '../../../src/recipe/state.ts';
import { createLog } from '../../../src/tuning/log.ts';
import { events as recorded } from '../../fixtures/tuning.ts';

describe('the log of a tuning', () => {
  it('writes each event with its time, tells of it, and moves the state on', async () => {
    const written: TuneEvent[] = [];
    const told: TuneEvent[] = [];
    let now = 1.5;
    const log = createLog(
      [],
      () => now,
      async (event) => {
        written.push(event);
      },
      (event) => told.push(event),
    );
    await log.emit({ type: 'entered', state: 'precheck', reason: 'the data comes first' });
    now = 2;
    await log.emit({ type: 'interrupted' });
    const wanted = [
      { at: 1.5, type: 'entered', state: 'precheck', reason: 'the data comes first' },
      { at: 2, type: 'interrupted' },
    ];
    expect(written).toEqual(wanted);
    expect(told).toEqual(wanted);
    expect(log.events).toEqual(wanted);
    expect(log.state()).toMatchObject({ state: 'precheck', complete: false, at: 2 });
  });

  it('goes on from a journal without changing it', async () => {
    const before = recorded.slice(0, 7);
    const log = createLog(
      before,
      () => 99,
      async () => undefined,
    );
    expect(log.state()).toEqual(replay(before));
    await log.emit({ type: 'resumed' });
    expect(before).toHaveLength(7);
    expect(log.events).toEqual([...before, { at: 99, type: 'resumed' }]);
    expect(log.state()).toEqual(replay(log.events));
  });

  it('resolves only when the event is written, and gives a full disk on', async () => {
    let free = (): void => undefined;
    const log = createLog(
      [],
      () => 0,
      () => new Promise<void>((resolve) => (free = resolve)),
    );
    let done = false;
    const emitted = log.emit({ type: 'resumed' }).then(() => {
      done = true;
    });
    await Promise.resolve();
    expect(done).toBe(false);
    free();
    await emitted;
    expect(done).toBe(true);
    const full = createLog(
      [],
      () => 0,
      () => Promise.reject(new Error('the disk is full')),
    );
    await expect(full.emit({ type: 'resumed' })).rejects.toThrow('the disk is full');
  });
});
