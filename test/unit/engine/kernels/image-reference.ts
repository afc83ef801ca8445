// The kernels for images once more, pixel by pixel and in exact numbers.

/** An image's shape: channels, height, width. */
export interface Shape {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
}

/** Reads a pixel, or the fill value outside. */
const reader =
  (image: Uint8Array, { height, width }: Shape, fill: readonly number[]) =>
  (c: number, row: number, column: number): number =>
    row < 0 || row >= height || column < 0 || column >= width
      ? (fill[c] as number)
      : (image[(c * height + row) * width + column] as number);

/** A new image by a function of channel, row and column. */
export function imageOf(shape: Shape, value: (c: number, row: number, column: number) => number): Uint8Array {
  const { channels, height, width } = shape;
  const image = new Uint8Array(channels * height * width);
  for (let i = 0; i < image.length; i++) {
    const plane = height * width;
    image[i] = value(Math.floor(i / plane), Math.floor((i % plane) / width), i % width);
  }
  return image;
}

/** Mirrors, then shifts. */
export function moved(
  image: Uint8Array,
  shape: Shape,
  move: { readonly flip: number; readonly right: number; readonly down: number },
  fill: readonly number[],
): Uint8Array {
  const { height, width } = shape;
  const at = reader(image, shape, fill);
  return imageOf(shape, (c, row, column) => {
    const [r, k] = [row - move.down, column - move.right];
    // Outside stays outside when it is mirrored.
    return at(c, move.flip & 2 ? height - 1 - r : r, move.flip & 1 ? width - 1 - k : k);
  });
}

/** An inverse map in 1/65536. */
export interface Inverse {
  readonly xx: number;
  readonly xy: number;
  readonly yx: number;
  readonly yy: number;
}

/** Samples bilinearly, with weights of 1/128; all numbers are whole and below 2^53. */
export function warped(
  image: Uint8Array,
  shape: Shape,
  { xx, xy, yx, yy }: Inverse,
  shift: { readonly right: number; readonly down: number },
  fill: readonly number[],
): Uint8Array {
  const { height, width } = shape;
  const at = reader(image, shape, fill);
  const u = width - 1 + 2 * shift.right;
  const v = height - 1 + 2 * shift.down;
  const x0 = (width - 1) * 32768 - Math.floor((u * xx + v * xy) / 2);
  const y0 = (height - 1) * 32768 - Math.floor((u * yx + v * yy) / 2);
  return imageOf(shape, (c, row, column) => {
    const x = x0 + column * xx + row * xy;
    const y = y0 + column * yx + row * yy;
    const [left, top] = [Math.floor(x / 65536), Math.floor(y / 65536)];
    const fx = Math.floor((x - left * 65536) / 512);
    const fy = Math.floor((y - top * 65536) / 512);
    const line = (r: number): number => (128 - fx) * at(c, r, left) + fx * at(c, r, left + 1);
    return Math.floor(((128 - fy) * line(top) + fy * line(top + 1) + 8192) / 16384);
  });
}

/** Rounds halves to even, as the kernels do. */
function nearest(x: number): number {
  const low = Math.floor(x);
  if (x - low !== 0.5) return Math.round(x);
  return low % 2 === 0 ? low : low + 1;
}

/** Brightness, contrast, saturation in 1/2048. */
export function colored(image: Uint8Array, shape: Shape, [b, c, s]: readonly [number, number, number]): Uint8Array {
  const { channels, height, width } = shape;
  const plane = height * width;
  const isColor = channels === 3;
  const pixel = (channel: number, i: number): number => image[channel * plane + i] as number;
  const weighted = (channel: number, i: number): number =>
    isColor ? 77 * pixel(0, i) + 150 * pixel(1, i) + 29 * pixel(2, i) : 256 * pixel(channel, i);
  const own = nearest(b * c * (isColor ? s : 1) * 2048);
  const grey = isColor ? nearest(b * c * (1 - s) * 2048) : 0;
  const out = new Uint8ClampedArray(image.length);
  for (let channel = 0; channel < channels; channel++) {
    let sum = 0;
    for (let i = 0; i < plane; i++) sum += weighted(channel, i) / (isColor ? 1 : 256);
    const offset = nearest((b * (1 - c) * 2048 * sum) / ((isColor ? 256 : 1) * plane));
    for (let i = 0; i < plane; i++) {
      const y = Math.floor((weighted(channel, i) + 128) / 256);
      out[channel * plane + i] = Math.floor((own * pixel(channel, i) + grey * y + offset + 1024) / 2048);
    }
  }
  return new Uint8Array(out);
}
