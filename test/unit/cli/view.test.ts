import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { endingLines } from '../../../src/cli/view/ending.ts';
import { liveLines } from '../../../src/cli/view/live.ts';
import { createPaint, cutTo, visibleLength } from '../../../src/cli/view/paint.ts';
import { createScreen, type Terminal } from '../../../src/cli/view/screen.ts';
import { createTuningView } from '../../../src/cli/view/tuning.ts';
import { eventLines } from '../../../src/cli/view/words.ts';
import type { TuneProgress } from '../../../src/recipe/progress.ts';
import { events, summary } from '../../fixtures/tuning.ts';

const plain = createPaint(false);
const progress: TuneProgress = {
  state: 'reduce-variance',
  reason: 'high variance: the held-out error is above the training error',
  seconds: 21.4,
  secondsLeft: 38.6,
  running: [
    { label: 'dropout: dropout 0.25', epoch: 12, epochs: 60, dev: 0.2314 },
    {
      label: 'other-architecture: 256 - 256 - 256 with layer normalization and residual blocks',
      epoch: 60,
      epochs: 60,
      dev: null,
    },
  ],
  trials: 17,
};

describe('the live block', () => {
  it('shows state, reason, trials with bars, and the time', () => {
    expect(`\n${liveLines(progress, 'error', 100, plain).join('\n')}\n`).toMatchSnapshot();
  });

  it('gives up the bars on a narrow terminal', () => {
    expect(`\n${liveLines(progress, 'error', 40, plain).join('\n')}\n`).toMatchSnapshot();
  });

  it('is never wider than the terminal, and never higher than a dozen lines', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 200 }),
        fc.string(),
        fc.nat(40),
        fc.boolean(),
        (width, label, count, colored) => {
          const running = Array.from({ length: count }, (_, i) => ({ label, epoch: i, epochs: 20, dev: i / 50 }));
          const lines = liveLines({ ...progress, running }, 'error', width, createPaint(colored));
          expect(lines.length).toBeLessThanOrEqual(11);
          for (const line of lines) expect(visibleLength(line)).toBeLessThanOrEqual(width);
        },
      ),
    );
  });
});

describe('the lines that stay', () => {
  it('tell the tuning', () => {
    const lines = events.flatMap((event) => eventLines(event, 'error', plain));
    expect(`\n${lines.join('\n')}\n`).toMatchSnapshot();
  });

  it('end with the verdict path, the errors and where everything is', () => {
    const paths = {
      directory: 'fettle-runs/a',
      model: 'fettle-runs/a/model.onnx',
      report: 'fettle-runs/a/report.html',
    };
    expect(`\n${endingLines(events, summary, paths, plain).join('\n')}\n`).toMatchSnapshot();
  });
});

describe('colour', () => {
  it('is left out where it is not wanted', () => {
    expect(plain.red('x')).toBe('x');
    expect(createPaint(true).red('x')).toBe('\u001b[31mx\u001b[39m');
  });

  it('does not count as width, and is not cut apart', () => {
    const paint = createPaint(true);
    expect(cutTo(`${paint.red('abc')}def`, 5)).toBe(`${paint.red('abc')}d…`);
    expect(cutTo('abc', 3)).toBe('abc');
    expect(cutTo('abc', 0)).toBe('');
  });
});

/** A terminal that remembers what is on it, for the few sequences that the screen writes. */
function fakeTerminal(isTTY: boolean, columns = 100) {
  let lines: string[] = [''];
  let text = '';
  const terminal: Terminal = {
    isTTY,
    columns,
    rows: 24,
    hasColors: () => false,
    write(part) {
      text += part;
      // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is read
      for (const [piece, up] of part.matchAll(/\u001b\[(\d+)A|\u001b\[J|\u001b\[\?25[lh]|\r|\n|[^\u001b\r\n]+/g)) {
        if (up !== undefined) lines = lines.slice(0, Math.max(1, lines.length - Number(up)));
        else if (piece === '\n') lines.push('');
        else if (piece === '\u001b[J') lines[lines.length - 1] = '';
        else if (!piece.startsWith('\u001b') && piece !== '\r') lines[lines.length - 1] += piece;
      }
    },
  };
  return { terminal, shown: () => lines.join('\n'), written: () => text };
}

describe('the screen', () => {
  it('redraws the block in place under the lines that stay', () => {
    const { terminal, shown, written } = fakeTerminal(true);
    const screen = createScreen(terminal, false);
    screen.print(['one']);
    screen.draw(['a', 'b']);
    screen.draw(['c']);
    screen.print(['two']);
    expect(shown()).toBe('one\ntwo\nc\n');
    screen.close();
    expect(shown()).toBe('one\ntwo\n');
    expect(written().split('\u001b[?25l')).toHaveLength(2);
    expect(written().endsWith('\u001b[?25h')).toBe(true);
  });

  it('writes plain lines and no block where nobody looks on, and nothing when quiet', () => {
    const { terminal, written } = fakeTerminal(false);
    const screen = createScreen(terminal, false);
    screen.draw(['a']);
    screen.print(['one']);
    screen.close();
    expect(written()).toBe('one\n');
    const quiet = fakeTerminal(true);
    const silent = createScreen(quiet.terminal, true);
    silent.print(['one']);
    silent.draw(['a']);
    silent.close();
    expect(quiet.written()).toBe('');
  });

  it('does not repeat a diagnosis that has not changed', () => {
    const { terminal, written } = fakeTerminal(false);
    const view = createTuningView(createScreen(terminal, false));
    const diagnosed = events.find(({ type }) => type === 'diagnosed');
    if (diagnosed === undefined) throw new Error('the fixture has a diagnosis');
    view.onEvent(diagnosed);
    view.onEvent(diagnosed);
    expect(written()).toBe('  high variance\n  The reason for high-variance.\n  the same as before\n');
  });

  it('shows a note once, though the precheck repeats it', () => {
    const { terminal, written } = fakeTerminal(false);
    const view = createTuningView(createScreen(terminal, false));
    const started = events.find(({ type }) => type === 'started');
    const prechecked = events.find(({ type }) => type === 'prechecked');
    if (started?.type !== 'started' || prechecked?.type !== 'prechecked')
      throw new Error('the fixture begins with both');
    view.onEvent({ ...started, notes: ['old'] });
    view.onEvent({ ...prechecked, notes: ['old', 'new'] });
    expect(written().match(/note: .*/g)).toEqual(['note: old', 'note: new']);
  });

  it('follows a tuning without redrawing more than a person can see', () => {
    const { terminal, shown, written } = fakeTerminal(true);
    let now = 0;
    const view = createTuningView(createScreen(terminal, false), () => now);
    for (const event of events.slice(0, 3)) view.onEvent(event);
    view.onProgress(progress);
    const before = written().length;
    now = 40;
    view.onProgress(progress);
    expect(written().length).toBe(before);
    now = 90;
    view.onProgress({ ...progress, trials: 18 });
    expect(shown()).toContain('18 trainings');
    expect(shown()).not.toContain('17 trainings');
  });
});
