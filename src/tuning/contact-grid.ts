// In: groups of images. Out: one picture of them all, red, green, blue and alpha, without words.

import type { ImageShape } from '../data/table.ts';

/** A row of the grid: an image as it is and its variants, bytes [C, H, W] each. */
export type GridRow = readonly Uint8Array[];

/** A picture, four bytes a pixel. */
export interface Picture {
  readonly rgba: Uint8Array; // [height, width, 4]
  readonly height: number;
  readonly width: number;
}

/** Sides of small images grow to about this, by whole factors. */
const leastSide = 64;

/** Pixels between images; after the first column and between groups there are more. */
const gap = 2;
const wideGap = 12;

/** The images in rows, groups apart from each other and the first column from the others, on white. */
export function drawGrid(groups: readonly (readonly GridRow[])[], shape: ImageShape): Picture {
  const { height, width } = shape;
  const factor = Math.max(1, Math.round(leastSide / Math.max(height, width)));
  const [tall, wide] = [height * factor, width * factor];
  const columns = Math.max(...groups.flat().map((row) => row.length));
  const rows = groups.reduce((sum, group) => sum + group.length, 0);
  const size = {
    height: wideGap + rows * (tall + gap) + groups.length * wideGap,
    width: 2 * wideGap + columns * (wide + gap) + wideGap,
  };
  const rgba = new Uint8Array(size.height * size.width * 4).fill(255);
  let top = wideGap;
  for (const group of groups) {
    for (const row of group) {
      row.forEach((image, i) => {
        const left = wideGap + i * (wide + gap) + (i > 0 ? wideGap : 0);
        draw(rgba, size.width, image, shape, { top, left, factor });
      });
      top += tall + gap;
    }
    top += wideGap;
  }
  return { rgba, ...size };
}

function draw(
  rgba: Uint8Array,
  stride: number,
  image: Uint8Array,
  { channels, height, width }: ImageShape,
  { top, left, factor }: { readonly top: number; readonly left: number; readonly factor: number },
): void {
  const plane = channels === 3 ? height * width : 0;
  for (let y = 0; y < height * factor; y++) {
    for (let x = 0; x < width * factor; x++) {
      const from = Math.floor(y / factor) * width + Math.floor(x / factor);
      const to = ((top + y) * stride + left + x) * 4;
      for (let c = 0; c < 3; c++) rgba[to + c] = image[from + c * plane] as number;
    }
  }
}
