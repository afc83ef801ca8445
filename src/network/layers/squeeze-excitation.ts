// Channels weighted by what the whole image shows.

import { globalAveragePool, linear, mul, relu, sigmoid, unsqueeze, type Value } from '../../engine/index.ts';
import { activations, type InitializerId } from '../activations.ts';
import { inputAt } from '../batch.ts';
import { fillImages, type ImageShape, imageSize, pixelOf } from '../image.ts';
import { initializers } from '../initializers/index.ts';
import { type Batch, type Layer, type LayerParameter, none, only } from '../layer.ts';
import { globalAveragePooling } from './global-average-pooling.ts';

/** Options of squeeze and excitation. */
export interface SqueezeExcitationOptions {
  readonly image: ImageShape;
  readonly units: number; // R
  readonly initializer: InitializerId;
}

/** Weights are twice the sigmoid, so that all are about 1 at first, also where no normalization follows. */
const height = 2;

function parameters({ image: { channels }, units, initializer }: SqueezeExcitationOptions): readonly LayerParameter[] {
  const weight = (name: string, [fanIn, fanOut]: readonly [number, number], gain: number): LayerParameter => ({
    name,
    shape: [fanIn, fanOut],
    role: 'weight',
    learningRateFactor: 1,
    penalized: true,
    initialize: ({ random }) => initializers[initializer].draw({ random, fanIn, fanOut, gain }),
  });
  const bias = (name: string, size: number): LayerParameter => ({
    name,
    shape: [size],
    role: 'bias',
    learningRateFactor: 1,
    penalized: false,
    initialize: () => new Float32Array(size),
  });
  return [
    weight('squeeze', [channels, units], activations.relu.gain),
    bias('squeeze-bias', units),
    weight('excite', [units, channels], 1),
    bias('excite-bias', channels),
  ];
}

function forward(input: Value, parameter: (name: string) => Value): Value {
  const means = globalAveragePool(input); // [N, C]
  const squeezed = relu(linear(means, parameter('squeeze'), parameter('squeeze-bias'))); // [N, R]
  const weights = sigmoid(linear(squeezed, parameter('excite'), parameter('excite-bias'))); // [N, C]
  return mul(input, unsqueeze(mul(weights, height), [2, 3]));
}

function plain(
  { image, units }: SqueezeExcitationOptions,
  inputs: readonly Batch[],
  value: (name: string) => Float32Array,
): Batch {
  const input = inputAt(inputs, 0, 'squeeze-excitation');
  const { channels } = image;
  const means = globalAveragePooling.plain({ image }, inputs, value).data;
  const dense = (rows: ArrayLike<number>, width: number, outputs: number, name: string): Float64Array => {
    const [weight, bias] = [value(name), value(`${name}-bias`)];
    return Float64Array.from({ length: input.rows * outputs }, (_, at) => {
      const [row, j] = [Math.floor(at / outputs), at % outputs];
      let sum = bias[j] as number;
      for (let i = 0; i < width; i++) sum += (rows[row * width + i] as number) * (weight[i * outputs + j] as number);
      return sum;
    });
  };
  const squeezed = dense(means, channels, units, 'squeeze').map(activations.relu.value);
  const weights = dense(squeezed, units, channels, 'excite').map((x) => height * activations.sigmoid.value(x));
  return fillImages(input.rows, image, (row, c, y, x) => {
    return pixelOf(input, image, [row, c, y, x]) * (weights[row * channels + c] as number);
  });
}

/** Squeeze and excitation. */
export const squeezeExcitation: Layer<'squeeze-excitation', SqueezeExcitationOptions> = {
  id: 'squeeze-excitation',
  about:
    'Each channel times 2 sigmoid(relu(m W + b) V + c), m the means of all channels over the image. Hu et al., 2018; ' +
    'twice the sigmoid keeps the size of the signal.',
  options: {
    image: 'channels, height and width',
    units: 'units between the means and the weights, R',
    initializer: 'how W and V are drawn, without a look at training rows',
  },
  width: ({ image }) => imageSize(image),
  parameters,
  buffers: none,
  masks: none,
  multiplyAdds: ({ image, units }) => 2 * image.channels * units,
  forward: (_options, inputs, scope) => only(forward(inputAt(inputs, 0, 'squeeze-excitation'), scope.parameter)),
  plain,
};
