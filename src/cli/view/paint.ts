/** Colours and weights for a terminal; without colour every function gives its text back. */
export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  red(text: string): string;
  cyan(text: string): string;
}

const codes = {
  bold: [1, 22],
  dim: [2, 22],
  green: [32, 39],
  yellow: [33, 39],
  red: [31, 39],
  cyan: [36, 39],
} as const;

/** A paint that writes ANSI escapes, or none. */
export function createPaint(isColored: boolean): Paint {
  const brush = (name: keyof typeof codes) => {
    const [on, off] = codes[name];
    return (text: string): string => (isColored && text !== '' ? `\u001b[${on}m${text}\u001b[${off}m` : text);
  };
  return {
    bold: brush('bold'),
    dim: brush('dim'),
    green: brush('green'),
    yellow: brush('yellow'),
    red: brush('red'),
    cyan: brush('cyan'),
  };
}

// biome-ignore lint/suspicious/noControlCharactersInRegex: the escape character is what is meant
const escapes = /\u001b\[\d+m/g;

/** The characters that a text takes up on the screen, escapes left out. */
export function visibleLength(text: string): number {
  return [...text.replace(escapes, '')].length;
}

/** The text cut to a number of visible characters, with an ellipsis where something is missing; escapes stay whole. */
export function cutTo(text: string, width: number): string {
  if (visibleLength(text) <= width) return text;
  let left = Math.max(0, width - 1);
  let out = '';
  let end = 0;
  const take = (part: string): void => {
    const characters = [...part].slice(0, left);
    left -= characters.length;
    out += characters.join('');
  };
  for (const match of text.matchAll(escapes)) {
    take(text.slice(end, match.index));
    out += match[0];
    end = match.index + match[0].length;
  }
  take(text.slice(end));
  return `${out}${width > 0 ? '…' : ''}`;
}
