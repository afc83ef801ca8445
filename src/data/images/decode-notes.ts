// In: the headers of all images and what decoding showed. Out: what a person should know about how they were read.

import { formatCount, plural } from '../../base/format.ts';
import type { ImageHeader } from './formats/format.ts';
import { imageFormats } from './formats/index.ts';

/** What decoding one image showed. */
export interface ImageFacts {
  readonly colored: boolean;
  readonly transparent: boolean;
  /** 16 bits a channel. */
  readonly deep: boolean;
}

/** One image that is read. */
export interface ReadImage {
  readonly name: string;
  readonly header: ImageHeader;
  readonly facts: ImageFacts;
}

/** Extensions by which files of a format go. */
const extensions = {
  png: /^a?png$/,
  jpeg: /^(jpe?g|jpe|jfif)$/,
  webp: /^webp$/,
  bmp: /^(bmp|dib)$/,
  tiff: /^tiff?$/,
  pnm: /^p[bgpn]m$/,
} as const satisfies { readonly [K in ImageHeader['format']]: RegExp };

/** The lower-case extension of a path, without its dot; empty where there is none. */
export const extensionOf = (path: string): string => /\.([^./\\]+)$/.exec(path)?.[1]?.toLowerCase() ?? '';

const are = (count: number): string => (count === 1 ? 'is' : 'are');
const have = (count: number): string => (count === 1 ? 'has' : 'have');

/** Notes on channels, transparency, depth, frames and names; `channels` is what the store has, `told` what was asked for. */
export function decodeNotes(images: readonly ReadImage[], channels: number, told: number | null): string[] {
  const count = (test: (image: ReadImage) => boolean): number =>
    images.reduce((sum, image) => sum + (test(image) ? 1 : 0), 0);
  const colored = count(({ facts }) => facts.colored);
  const transparent = count(({ facts }) => facts.transparent);
  const deep = count(({ facts }) => facts.deep);
  const animated = count(({ header }) => header.animated);
  const notes: string[] = [];
  if (channels === 1 && colored > 0) notes.push(`${plural(colored, 'image')} ${are(colored)} in colour and made grey.`);
  if (channels === 1 && told === null && count(({ header }) => !header.grey) === images.length)
    notes.push('The images are stored in colour, but all are grey: one channel is kept.');
  const grey = images.length - colored;
  if (channels === 3 && colored > 0 && grey > 0)
    notes.push(
      `${formatCount(grey)} of ${plural(images.length, 'image')} ${are(grey)} grey, with three equal channels.`,
    );
  if (transparent > 0)
    notes.push(`${plural(transparent, 'image')} ${have(transparent)} transparent pixels; they are put on white.`);
  if (deep > 0) notes.push(`${plural(deep, 'image')} ${have(deep)} 16 bits a channel; the upper 8 are kept.`);
  if (animated > 0) notes.push(`${plural(animated, 'image')} ${have(animated)} several frames; the first is taken.`);
  const misnamed = images.filter(isMisnamed);
  const [first] = misnamed;
  if (first !== undefined) {
    const what = `${first.name} is ${imageFormats[first.header.format].name}`;
    notes.push(
      `${plural(misnamed.length, 'file')} ${have(misnamed.length)} the extension of another format (${what}); what they hold decides.`,
    );
  }
  return notes;
}

/** Whether a file is named like another format than it has; one without a known extension is not. */
function isMisnamed({ name, header }: ReadImage): boolean {
  const extension = extensionOf(name);
  if (extensions[header.format].test(extension)) return false;
  return Object.values(extensions).some((known) => known.test(extension));
}
