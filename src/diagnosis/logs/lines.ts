import type { LogParser } from './reader.ts';
import type { LogSeries } from './series.ts';

/** A line of more characters is no line of a log. */
const LONGEST_LINE = 1_000_000;

/** A parser of lines of UTF-8 text, whatever the pieces; `onLine` gets each without its end, and its number from 1. */
export function lineParser(
  series: LogSeries,
  onLine: (line: string, number: number) => void,
  onEnd?: () => void,
): LogParser {
  const decoder = new TextDecoder('utf-8');
  let rest = '';
  let number = 0;
  let tooLong = false;
  const take = (text: string): void => {
    const lines = (rest + text).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      number++;
      if (tooLong) tooLong = false;
      else onLine(line.endsWith('\r') ? line.slice(0, -1) : line, number);
    }
    if (rest.length <= LONGEST_LINE) return;
    if (!tooLong) series.skip('lines of more than a million characters');
    tooLong = true;
    rest = '';
  };
  return {
    push: (bytes) => take(decoder.decode(bytes, { stream: true })),
    end() {
      take(decoder.decode());
      if (rest !== '' && !tooLong) onLine(rest.endsWith('\r') ? rest.slice(0, -1) : rest, number + 1);
      onEnd?.();
    },
  };
}

/** The first line of a file, if its start holds a whole one, that is not blank. */
export function firstLine(head: Uint8Array): string {
  const text = new TextDecoder('utf-8').decode(head);
  return text.split(/\r?\n/).find((line) => line.trim() !== '') ?? '';
}
