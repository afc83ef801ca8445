// In: markdown. Out: its links, anchors and marked code blocks.

/** A fenced code block with the words after its fence. */
export interface CodeBlock {
  readonly language: string;
  readonly marks: readonly string[];
  readonly text: string;
}

/** The fenced code blocks of a page. */
export function readCodeBlocks(markdown: string): CodeBlock[] {
  return [...markdown.matchAll(/^```(\S*) ?(.*)\n([\s\S]*?)^```$/gm)].map(
    ([, language = '', marks = '', text = '']) => ({
      language,
      marks: marks.split(' ').filter((mark) => mark !== ''),
      text,
    }),
  );
}

/** Targets of links and images outside of code. */
export function readLinks(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, '').replace(/`[^`\n]*`/g, '');
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, target = '']) => target);
}

/** Anchors of a page's headings, as GitHub makes them. */
export function readAnchors(markdown: string): string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, '');
  return [...prose.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) =>
    title
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
