import type { LogParser } from './reader.ts';
import type { LogSeries } from './series.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const NEWLINE = 10;
const OPEN = 123;
const CLOSE = 125;
/** Outside of objects: white space, commas, and the brackets of the list that they stand in. */
const BETWEEN = new Set([9, NEWLINE, 13, 32, 44, 91, 93]);

/** What a cutter is told. */
export interface CutOptions {
  /** Gets the text of each whole object. */
  readonly onObject: (text: string) => void;
  /** Gets what is left of an object that the text ends inside of. */
  readonly onTorn?: (text: string) => void;
  /** Characters of the longest object; 1,000,000 by default. A longer one is passed over. */
  readonly longest?: number;
}

/**
 * Cuts UTF-8 text into its JSON objects: the elements of a list, one per line, or one after the other. An object that
 * begins at the start of a line ends a torn one before it, so one bad object does not hide those that follow.
 */
export function jsonCutter(series: LogSeries, { onObject, onTorn, longest = 1_000_000 }: CutOptions): LogParser {
  const decoder = new TextDecoder('utf-8');
  let text = '';
  /** Where the object that is open begins in `text`; -1 between objects. */
  let start = -1;
  let depth = 0;
  let inText = false;
  let escaped = false;
  let before = NEWLINE;
  let junk = false;
  const skip = (): void => series.skip('pieces that are no JSON object');
  const between = (code: number, i: number): void => {
    if (code === OPEN) {
      start = i;
      depth = 1;
      junk = false;
    } else if (code === NEWLINE) junk = false;
    else if (!BETWEEN.has(code) && !junk) {
      junk = true;
      skip();
    }
  };
  const inside = (code: number, i: number): void => {
    if (code === OPEN && before === NEWLINE) {
      skip();
      start = i;
      depth = 1;
      inText = false;
    } else if (inText) {
      if (escaped) escaped = false;
      else if (code === BACKSLASH) escaped = true;
      else if (code === QUOTE) inText = false;
    } else if (code === QUOTE) inText = true;
    else if (code === OPEN) depth++;
    else if (code === CLOSE && --depth === 0) {
      onObject(text.slice(start, i + 1));
      start = -1;
    }
  };
  const take = (piece: string): void => {
    const from = text.length;
    text += piece;
    for (let i = from; i < text.length; i++) {
      const code = text.charCodeAt(i);
      if (start === -1) between(code, i);
      else inside(code, i);
      before = code;
      if (start !== -1 && i - start >= longest) {
        series.skip(`objects of more than ${longest.toLocaleString('en-US')} characters`);
        start = -1;
        inText = false;
        junk = true;
      }
    }
    text = start === -1 ? '' : text.slice(start);
    start = start === -1 ? -1 : 0;
  };
  return {
    push: (bytes) => take(decoder.decode(bytes, { stream: true })),
    end() {
      take(decoder.decode());
      if (start === -1) return;
      if (onTorn === undefined) skip();
      else onTorn(text);
    },
  };
}
