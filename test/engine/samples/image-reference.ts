// Convolution in plain loops, and the shapes at which the engine's are compared with it.

/** A convolution's sizes: images [N, C, H, W], weights [O, C / groups, kh, kw]. */
export interface ConvolutionCase {
  readonly about: string;
  readonly x: readonly [number, number, number, number];
  readonly w: readonly [number, number, number, number];
  readonly stride?: number | readonly [number, number];
  readonly padding?: number | readonly [number, number] | readonly [number, number, number, number];
  readonly dilation?: number | readonly [number, number];
  readonly groups?: number;
}

/** Every way in which the engine computes a convolution or one of its gradients is taken by some of them. */
export const convolutionCases: readonly ConvolutionCase[] = [
  { about: 'one channel', x: [2, 1, 5, 4], w: [2, 1, 3, 3], padding: 1 },
  { about: 'few channels, no padding', x: [3, 3, 6, 5], w: [4, 3, 3, 2] },
  { about: 'many channels', x: [4, 9, 6, 5], w: [8, 9, 3, 3], padding: 1 },
  { about: 'more outputs than channels', x: [2, 8, 5, 5], w: [12, 8, 3, 3], padding: 1 },
  { about: 'a batch in parts', x: [8, 16, 40, 36], w: [16, 16, 3, 3], padding: 1 },
  { about: 'uneven padding', x: [2, 8, 5, 6], w: [3, 8, 3, 2], padding: [2, 0, 1, 1] },
  { about: 'more padding than the window reaches', x: [2, 2, 4, 4], w: [2, 2, 2, 2], padding: 2 },
  { about: 'a large window', x: [2, 3, 9, 8], w: [4, 3, 5, 5], padding: 2 },
  { about: 'stride', x: [2, 4, 8, 7], w: [5, 4, 3, 3], stride: 2, padding: 1 },
  { about: 'a stride that leaves rows over', x: [2, 2, 8, 9], w: [3, 2, 3, 3], stride: [3, 2] },
  { about: 'dilation', x: [2, 8, 9, 8], w: [3, 8, 3, 3], dilation: [2, 1], padding: 1 },
  { about: 'dilation and stride', x: [2, 3, 9, 10], w: [2, 3, 3, 3], dilation: 2, stride: [2, 3], padding: 2 },
  { about: '1 x 1', x: [3, 5, 4, 3], w: [4, 5, 1, 1] },
  { about: '1 x 1 with stride', x: [3, 5, 5, 4], w: [4, 5, 1, 1], stride: 2 },
  { about: '1 x 1 with padding', x: [1, 2, 3, 3], w: [2, 2, 1, 1], padding: 1 },
  { about: 'groups', x: [2, 6, 5, 5], w: [4, 3, 3, 3], padding: 1, groups: 2 },
  { about: 'groups with stride', x: [2, 4, 6, 6], w: [6, 2, 3, 3], padding: 1, stride: 2, groups: 2 },
  { about: 'depthwise', x: [2, 4, 6, 5], w: [4, 1, 3, 3], padding: 1, groups: 4 },
  { about: 'depthwise with two outputs a channel', x: [2, 3, 6, 5], w: [6, 1, 3, 3], padding: 1, groups: 3 },
  { about: 'depthwise with stride and dilation', x: [2, 3, 9, 8], w: [3, 1, 3, 2], stride: 2, dilation: 2, groups: 3 },
  { about: 'blocks of channels', x: [5, 16, 6, 5], w: [32, 16, 3, 3], padding: 1 },
  { about: 'blocks of channels, uneven padding', x: [2, 32, 5, 6], w: [16, 32, 3, 2], padding: [2, 0, 1, 1] },
  { about: 'blocks of channels made of few', x: [3, 3, 6, 7], w: [16, 3, 3, 3], padding: 1 },
  { about: 'blocks of channels, stride', x: [17, 16, 9, 8], w: [16, 16, 3, 3], stride: 2, padding: 1 },
  { about: 'blocks of channels, a stride that leaves rows over', x: [2, 16, 8, 9], w: [16, 16, 3, 3], stride: [3, 2] },
  { about: 'blocks of channels, 1 x 1 with stride', x: [3, 32, 5, 4], w: [16, 32, 1, 1], stride: 2 },
  { about: 'blocks of channels, dilation', x: [2, 16, 9, 8], w: [16, 16, 3, 3], dilation: [2, 1], padding: 1 },
  { about: 'blocks of channels, much padding', x: [2, 16, 4, 4], w: [16, 16, 2, 2], padding: 2 },
  { about: 'blocks of channels, rows in strips', x: [2, 16, 40, 36], w: [64, 16, 3, 3], padding: 1 },
  { about: 'blocks of channels, groups', x: [2, 32, 5, 5], w: [32, 16, 3, 3], padding: 1, groups: 2 },
  { about: 'blocks of channels, depthwise', x: [3, 32, 6, 5], w: [32, 1, 3, 3], padding: 1, groups: 32 },
  { about: 'blocks of channels, depthwise with stride', x: [3, 16, 8, 7], w: [16, 1, 3, 3], stride: 2, groups: 16 },
  { about: 'blocks of channels, two outputs each', x: [2, 16, 5, 5], w: [32, 1, 3, 3], padding: 1, groups: 16 },
];

const four = (given: ConvolutionCase['padding'] = 0): readonly number[] => {
  const list = [given].flat() as number[];
  return list.length === 4
    ? list
    : [list[0] as number, list.at(-1) as number, list[0] as number, list.at(-1) as number];
};
const two = (given: number | readonly [number, number] = 1): readonly [number, number] =>
  typeof given === 'number' ? [given, given] : given;

/** The size of the convolution's result, [N, O, H', W']. */
export function resultShape({ x, w, ...options }: ConvolutionCase): readonly [number, number, number, number] {
  const [padding, stride, dilation] = [four(options.padding), two(options.stride), two(options.dilation)];
  const along = (axis: 0 | 1): number => {
    const room = (x[axis + 2] as number) + (padding[axis] as number) + (padding[axis + 2] as number);
    return Math.floor((room - dilation[axis] * ((w[axis + 2] as number) - 1) - 1) / stride[axis]) + 1;
  };
  return [x[0], w[0], along(0), along(1)];
}

/** Calls `visit` with the row-major positions in y, x and w of every product of a convolution. */
export function eachProduct(given: ConvolutionCase, visit: (y: number, x: number, w: number) => void): void {
  const { x, w, groups = 1 } = given;
  const [N, O, P, Q] = resultShape(given);
  const [, C, H, W] = x;
  const [, inner, kh, kw] = w;
  const [padding, stride, dilation] = [four(given.padding), two(given.stride), two(given.dilation)];
  for (let n = 0; n < N; n++)
    for (let o = 0; o < O; o++)
      for (let p = 0; p < P; p++)
        for (let q = 0; q < Q; q++)
          for (let c = 0; c < inner; c++)
            for (let i = 0; i < kh; i++)
              for (let j = 0; j < kw; j++) {
                const row = p * stride[0] + i * dilation[0] - (padding[0] as number);
                const column = q * stride[1] + j * dilation[1] - (padding[1] as number);
                if (row < 0 || row >= H || column < 0 || column >= W) continue;
                const channel = Math.floor(o / (O / groups)) * inner + c;
                visit(
                  ((n * O + o) * P + p) * Q + q,
                  ((n * C + channel) * H + row) * W + column,
                  ((o * inner + c) * kh + i) * kw + j,
                );
              }
}
