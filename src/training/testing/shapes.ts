// In: a number of images. Out: small images of three shapes at any place, in any brightness, on a noisy ground.

import { createRandom, type Random } from '../../base/random.ts';
import type { ImageStore } from '../../data/table.ts';

/** What the images show, by class. */
export const shapeNames = ['square', 'cross', 'disc'] as const;

/** Whether a pixel belongs to a shape of radius 3, by its distance from the middle. */
const isInside: readonly ((dx: number, dy: number) => boolean)[] = [
  (dx, dy) => Math.max(Math.abs(dx), Math.abs(dy)) === 3,
  (dx, dy) => (dx === 0 || dy === 0) && Math.max(Math.abs(dx), Math.abs(dy)) <= 3,
  (dx, dy) => dx * dx + dy * dy <= 9,
];

function draw(pixels: Uint8Array, side: number, shape: number, random: Random): void {
  const [row, column] = [3 + random.below(side - 6), 3 + random.below(side - 6)];
  const brightness = 120 + random.below(110);
  for (let y = 0; y < side; y++) {
    for (let x = 0; x < side; x++) {
      const shown = isInside[shape]?.(x - column, y - row) === true ? brightness : 40;
      pixels[y * side + x] = Math.min(255, Math.max(0, Math.round(shown + 20 * random.normal())));
    }
  }
}

/** Grey images of `side` x `side` pixels and the class of each; the same seed gives the same images. */
export function shapeImages(
  rows: number,
  side: number,
  seed: number | string,
): { readonly images: ImageStore; readonly codes: Int32Array<ArrayBuffer> } {
  const random = createRandom(`shapes ${seed}`);
  const pixels = new Uint8Array(rows * side * side);
  const codes = Int32Array.from({ length: rows }, () => random.below(shapeNames.length));
  codes.forEach((code, row) => {
    draw(pixels.subarray(row * side * side, (row + 1) * side * side), side, code, random);
  });
  return { images: { channels: 1, height: side, width: side, pixels }, codes };
}
