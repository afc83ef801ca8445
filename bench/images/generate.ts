// In: an empty folder. Out: folders of image files in it, one per set, the same on every machine.
// Pictures are smooth shapes with a little noise, so that their files are about as large as those of photographs.

import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Transformer } from '@napi-rs/image';
import { createRandom, type Random } from '../../src/base/random.ts';

/** A set of files: 5,000 small ones as they are, or 500 large ones, which become 64 x 64. */
export interface ImageSet {
  readonly name: string;
  readonly format: 'jpg' | 'png' | 'webp';
  readonly width: number;
  readonly height: number;
  readonly files: number;
  /** Files that are made; the others are copies of them under other names. */
  readonly different: number;
}

/** All sets; `share` of their files. */
export function imageSets(share: number): readonly ImageSet[] {
  const small = { width: 32, height: 32, files: Math.ceil(5000 * share), different: 500 };
  const large = { width: 1600, height: 1200, files: Math.ceil(500 * share), different: 10 };
  return [
    { name: 'small JPEG', format: 'jpg', ...small },
    { name: 'small PNG', format: 'png', ...small },
    { name: 'large JPEG', format: 'jpg', ...large },
    { name: 'large PNG', format: 'png', ...large },
    { name: 'large WebP', format: 'webp', ...large },
  ];
}

/** Writes a set into a folder, half of its files in each of two class folders. */
export function generate(folder: string, set: ImageSet): void {
  const random = createRandom(set.name);
  for (const name of ['a', 'b']) mkdirSync(join(folder, name), { recursive: true });
  const path = (i: number): string =>
    join(folder, i % 2 === 0 ? 'a' : 'b', `${String(i).padStart(5, '0')}.${set.format}`);
  for (let i = 0; i < Math.min(set.different, set.files); i++)
    writeFileSync(path(i), encode(picture(set, random), set));
  for (let i = set.different; i < set.files; i++) copyFileSync(path(i % set.different), path(i));
}

function encode(rgba: Uint8Array, { format, width, height }: ImageSet): Buffer {
  const image = Transformer.fromRgbaPixels(rgba, width, height);
  if (format === 'jpg') return image.jpegSync(90);
  return format === 'png' ? image.pngSync() : image.webpSync(80);
}

function picture({ width, height }: ImageSet, random: Random): Uint8Array {
  const waves = Array.from({ length: 6 }, () => ({
    across: (random.uniform() * 40) / width,
    down: (random.uniform() * 40) / height,
    phase: random.uniform() * 6.28,
    color: [random.uniform() * 50, random.uniform() * 50, random.uniform() * 50],
  }));
  const rgba = new Uint8Array(width * height * 4).fill(255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const heights = waves.map(({ across, down, phase }) => Math.sin(across * x + down * y + phase));
      for (let c = 0; c < 3; c++) {
        let value = 128 + random.uniform() * 12;
        heights.forEach((h, i) => {
          value += h * (waves[i]?.color[c] ?? 0);
        });
        rgba[(y * width + x) * 4 + c] = Math.max(0, Math.min(255, value));
      }
    }
  }
  return rgba;
}
