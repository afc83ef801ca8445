// In: lines that stay and a block that is redrawn. Out: escape sequences on a terminal, or plain lines anywhere else.

import type { Paint } from './paint.ts';
import { createPaint } from './paint.ts';

/** The part of a terminal stream that is used. */
export interface Terminal {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  hasColors?(): boolean;
  write(text: string): unknown;
}

/** Where a command shows its progress. */
export interface Screen {
  readonly paint: Paint;
  readonly isLive: boolean;
  readonly width: number;
  /** Writes lines that stay. */
  print(lines: readonly string[]): void;
  /** Replaces the block under them; does nothing where nobody looks on. */
  draw(lines: readonly string[]): void;
  /** Removes the block and shows the cursor again. */
  close(): void;
}

const hideCursor = '\u001b[?25l';
const showCursor = '\u001b[?25h';

/** A screen on a stream; `isQuiet` shows nothing at all. */
export function createScreen(stream: Terminal, isQuiet: boolean): Screen {
  const isLive = stream.isTTY === true && process.env.TERM !== 'dumb' && !isQuiet;
  const paint = createPaint(isLive && (stream.hasColors?.() ?? false));
  let drawn = 0;
  // The block is erased from its first line on; a terminal that got narrower has wrapped it, which redraws untidily once.
  const erase = (): string => (drawn === 0 ? '' : `\u001b[${drawn}A\r\u001b[J`);
  let block: readonly string[] = [];
  const put = (above: readonly string[]): void => {
    const text = [...above, ...block].map((line) => `${line}\n`).join('');
    stream.write(`${erase()}${isLive && drawn === 0 && block.length > 0 ? hideCursor : ''}${text}`);
    drawn = block.length;
  };
  return {
    paint,
    isLive,
    get width() {
      return stream.columns ?? 80;
    },
    print(lines) {
      if (!isQuiet && lines.length > 0) put(lines);
    },
    draw(lines) {
      if (!isLive) return;
      block = lines.slice(0, Math.max(1, (stream.rows ?? 24) - 1));
      put([]);
    },
    close() {
      if (drawn === 0) return;
      stream.write(`${erase()}${showCursor}`);
      drawn = 0;
      block = [];
    },
  };
}
