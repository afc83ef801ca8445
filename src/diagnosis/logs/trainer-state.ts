import { entryAdder, isEntry, parseLoggedJson } from './json-values.ts';
import type { LogReader } from './reader.ts';

/** A file of more bytes is no trainer_state.json; it is read as a whole. */
const MOST_BYTES = 256_000_000;

/**
 * The entries of a log_history that was cut off: all that are whole. Entries are flat objects, so each ends at the next
 * closing brace.
 */
function wholeEntries(text: string): readonly unknown[] {
  const start = text.indexOf('"log_history"');
  if (start === -1) return [];
  return (text.slice(start).match(/\{[^{}]*\}/g) ?? []).map(parseLoggedJson).filter(isEntry);
}

/** The trainer_state.json of Hugging Face's Trainer: its log_history. */
export const trainerState: LogReader<'trainer-state'> = {
  id: 'trainer-state',
  about: "Hugging Face's trainer_state.json: the entries of log_history, such as loss, eval_loss, eval_accuracy.",
  firstEpoch: 1,
  runningTrainError: false,
  detects({ path, head }) {
    if (/(^|\/)trainer_state\.json$/.test(path)) return true;
    const text = new TextDecoder('utf-8').decode(head);
    return /^\s*\{/.test(text) && text.includes('"log_history"');
  },
  runOf: (path) => path,
  open(_, series) {
    const add = entryAdder(series);
    const decoder = new TextDecoder('utf-8');
    const texts: string[] = [];
    let bytes = 0;
    return {
      push(piece) {
        bytes += piece.length;
        if (bytes <= MOST_BYTES) texts.push(decoder.decode(piece, { stream: true }));
      },
      end() {
        const text = texts.join('') + decoder.decode();
        const state = bytes > MOST_BYTES ? undefined : parseLoggedJson(text);
        const history = isEntry(state) ? state.log_history : undefined;
        if (!Array.isArray(history)) {
          series.remark('The file is cut off or damaged: its whole entries were read, the rest was not.');
        }
        for (const entry of Array.isArray(history) ? history : wholeEntries(text)) {
          if (!isEntry(entry)) series.skip('entries of log_history that are no object');
          // The last entry has means over the whole training, which are no point of a curve.
          else if (!('train_runtime' in entry)) add(entry);
        }
      },
    };
  },
};
