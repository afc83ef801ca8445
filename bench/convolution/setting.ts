// What every contestant trains: three networks on one batch of images, by gradient descent with momentum.

/** A network and its batch. */
export interface Setting {
  readonly name: NetworkName;
  readonly about: string;
  readonly channels: number;
  readonly side: number;
  readonly batch: number;
  /** What is subtracted from the pixels of each channel, and what they are multiplied by. */
  readonly center: readonly number[];
  readonly factor: readonly number[];
}

/** The networks' names. */
export type NetworkName = 'plain' | 'lenet' | 'resnet';

const color = { channels: 3, side: 32, batch: 64, center: [121, 112.5, 130], factor: [1 / 64, 1 / 50, 1 / 128] };

/** The networks that are compared. */
export const settings: readonly Setting[] = [
  { name: 'plain', about: '3x3: 32, 64, pooling, 64, mean', ...color },
  { name: 'lenet', about: 'LeNet-5', channels: 1, side: 28, batch: 128, center: [100], factor: [1 / 64] },
  { name: 'resnet', about: 'ResNet-8, 16-32-64, batch normalization', ...color },
];

/** Classes. */
export const classes = 10;

/** Gradient descent as torch.optim.SGD does it. */
export const optimizer = { learningRate: 0.01, momentum: 0.9 };

/** Steps after which the losses of all contestants are compared. */
export const comparedSteps = 20;

/** The setting of that name. */
export function settingOf(name: string | undefined): Setting {
  const found = settings.find((setting) => setting.name === name);
  if (found !== undefined) return found;
  throw new Error(`Expected one of ${settings.map((setting) => setting.name).join(', ')}, received "${name}".`);
}

/** The upper 16 bits of a linear congruential generator (Numerical Recipes): the peers have it too. */
export function stream(seed: number, count: number): Uint16Array {
  const numbers = new Uint16Array(count);
  let state = seed;
  for (let i = 0; i < count; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    numbers[i] = state >>> 16;
  }
  return numbers;
}

/** The batch's bytes: each image twice, with two labels, so that what cannot be learnt by heart keeps its gradients. */
export function pixelsOf({ batch, channels, side }: Setting): Uint8Array {
  const half = Uint8Array.from(stream(1, (batch / 2) * channels * side * side), (x) => x >> 8);
  const pixels = new Uint8Array(2 * half.length);
  pixels.set(half);
  pixels.set(half, half.length);
  return pixels;
}

/** The batch's labels. */
export function labelsOf({ batch }: Setting): Int32Array {
  const half = batch / 2;
  return Int32Array.from({ length: batch }, (_, i) => ((i % half) + Math.floor(i / half)) % classes);
}

/** First values of the parameter at a place: He's uniform weights, scales near 1, biases near 0. */
export function startOf(place: number, name: string, shape: readonly number[]): Float32Array {
  const role = name.slice(name.lastIndexOf('.') + 1);
  const size = (sizes: readonly number[]): number => sizes.reduce((product, n) => product * n, 1);
  const fanIn = shape.length === 4 ? size(shape.slice(1)) : (shape[0] ?? 1);
  const scale = role === 'weight' ? Math.sqrt(6 / fanIn) : 1 / 16;
  return Float32Array.from(stream(1000 + place, size(shape)), (x) => {
    return (x / 32768 - 1) * scale + (role === 'scale' ? 1 : 0);
  });
}
