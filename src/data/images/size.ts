// In: the sizes of all images, as seen. Out: the one size that they get in the store, and what to say about it.

import { formatCount, plural } from '../../base/format.ts';

/** Height and width in pixels. */
export interface ImageSize {
  readonly height: number; // H
  readonly width: number; // W
}

/** Images of one size keep it up to this many pixels on their longer side. */
export const largestKept = 96;
/** Side of the squares that other images become. */
export const commonSide = 64;

/**
 * The size of the store: `wanted` if it is given; else that of the images, where all have one and its longer side is at most
 * 96; else a square of 64, or of the middle one of the shorter sides where that is less. The notes say what was changed.
 */
export function chooseSize(
  sizes: readonly ImageSize[],
  wanted: ImageSize | null,
): { readonly size: ImageSize; readonly notes: readonly string[] } {
  const counts = countSizes(sizes);
  const [first] = counts;
  if (first === undefined) return { size: wanted ?? { height: commonSide, width: commonSide }, notes: [] };
  const one = counts.length === 1 && Math.max(first.height, first.width) <= largestKept ? first : null;
  const size = wanted ?? one ?? square(sizes);
  const changed = sizes.filter(({ height, width }) => height !== size.height || width !== size.width).length;
  if (changed === 0) return { size: { height: size.height, width: size.width }, notes: [] };
  const how = `made ${size.width} x ${size.height} (width x height): fitted by the shorter side, and cut at the centre`;
  const some = `${formatCount(changed)} of them ${changed === 1 ? 'is' : 'are'}`;
  const who = changed === sizes.length ? 'they are' : some;
  const other = wanted === null ? ' (--image-size sets another size)' : '';
  const note = `The images are ${describeSizes(counts)}; ${who} ${how}${other}.`;
  return { size: { height: size.height, width: size.width }, notes: [note] };
}

function square(sizes: readonly ImageSize[]): ImageSize {
  const sides = sizes.map(({ height, width }) => Math.min(height, width)).sort((a, b) => a - b);
  const side = Math.min(commonSide, sides[sides.length >> 1] ?? commonSide);
  return { height: side, width: side };
}

interface SizeCount extends ImageSize {
  count: number;
}

/** Each size and how many have it, most frequent first. */
function countSizes(sizes: readonly ImageSize[]): readonly SizeCount[] {
  const counts = new Map<string, SizeCount>();
  for (const { height, width } of sizes) {
    const key = `${width}x${height}`;
    const entry = counts.get(key);
    if (entry === undefined) counts.set(key, { height, width, count: 1 });
    else entry.count++;
  }
  return [...counts.values()].sort((a, b) => b.count - a.count || b.width - a.width || b.height - a.height);
}

function describeSizes(counts: readonly SizeCount[]): string {
  const [first] = counts;
  if (counts.length === 1) return `${first?.width} x ${first?.height}`;
  if (counts.length > 4) {
    const widths = counts.map(({ width }) => width);
    const heights = counts.map(({ height }) => height);
    return `of ${plural(counts.length, 'size')}, widths ${range(widths)} and heights ${range(heights)}`;
  }
  return counts.map(({ width, height, count }) => `${width} x ${height} (${formatCount(count)})`).join(', ');
}

const range = (values: readonly number[]): string =>
  `${values.reduce((a, b) => Math.min(a, b))} to ${values.reduce((a, b) => Math.max(a, b))}`;

/** The size of an image once it is fitted by its shorter side: at least the target's, with the proportions that it has. */
export function fittedSize(image: ImageSize, target: ImageSize): ImageSize {
  const scale = Math.max(target.height / image.height, target.width / image.width);
  return {
    height: Math.max(target.height, Math.round(image.height * scale)),
    width: Math.max(target.width, Math.round(image.width * scale)),
  };
}
