// A convolution's transpose: every number of an image, times a window of weights, is added up where it lies.

import { convolutionTranspose } from '../../engine/index.ts';
import type { InitializerId } from '../activations.ts';
import { inputAt } from '../batch.ts';
import { drawFilters } from '../filters.ts';
import { type ImageShape, imageSize, placeTransposed, type WindowShape, windowOptions } from '../image.ts';
import { type Batch, type Layer, type LayerInitialization, none, only } from '../layer.ts';
import { eachRun } from '../plain-convolution.ts';

/** Options of a transposed convolution. */
export interface TransposedConvolutionOptions extends WindowShape {
  readonly image: ImageShape;
  readonly outputs: number; // O
  readonly bias: boolean;
  readonly initializer: InitializerId;
  readonly gain: number;
  readonly scale: number;
}

/** The images that come out. */
function spreadImage(options: TransposedConvolutionOptions): ImageShape {
  const { height, width } = placeTransposed(options.image, options);
  return { channels: options.outputs, height, width };
}

function drawWeights(options: TransposedConvolutionOptions, context: LayerInitialization): Float32Array {
  const { image, outputs, kernel, stride } = options;
  return drawFilters(context, {
    ...options,
    groups: 1,
    matrix: [image.channels, outputs * kernel ** 2],
    // Windows that are s positions apart overlap (k / s)^2 times.
    fanIn: (image.channels * kernel ** 2) / stride ** 2,
    fanOut: outputs * kernel ** 2,
    columnsFirst: false,
    outputsOf: (weights, inputs) => plain({ ...options, bias: false }, inputs, () => weights),
  });
}

function plain(
  options: TransposedConvolutionOptions,
  inputs: readonly Batch[],
  value: (name: string) => Float32Array,
): Batch {
  const { rows, data } = inputAt(inputs, 0, 'transposed-convolution');
  const { outputs, stride, bias } = options;
  const image = spreadImage(options);
  const [weight, offset] = [value('weight'), bias ? value('bias') : null];
  const area = image.height * image.width;
  const sums = Float64Array.from({ length: rows * outputs * area }, (_, i) =>
    offset === null ? 0 : (offset[Math.floor(i / area) % outputs] as number),
  );
  const place = placeTransposed(options.image, options);
  eachRun({ rows, image, positions: options.image, window: options, place, groups: 1 }, (x, y, count, w) => {
    const factor = weight[w] as number;
    for (let i = 0; i < count; i++) {
      const at = x + i * stride;
      sums[at] = (sums[at] as number) + factor * (data[y + i] as number);
    }
  });
  return { members: null, rows, width: outputs * area, data: Float32Array.from(sums) };
}

/** The transposed convolution. */
export const transposedConvolution: Layer<'transposed-convolution', TransposedConvolutionOptions> = {
  id: 'transposed-convolution',
  about: 'Every number of an image times one window of weights, added up where it lies. Zeiler et al., 2010.',
  options: {
    image: 'channels, height and width of what comes in',
    outputs: 'channels that come out, O',
    ...windowOptions,
    stride: 'how many times as large images become; rows and columns between the places of two numbers',
    padding: "'valid': all that windows reach, s (H - 1) + k rows; 'same': cut on each side to s H rows",
    bias: 'whether b exists; a batch normalization that follows makes it pointless',
    initializer: 'how the weights are drawn; fan-in is C k k / s s, fan-out O k k',
    gain: 'gain of the activation that follows',
    scale: 'factor on the drawn weights',
  },
  width: (options) => imageSize(spreadImage(options)),
  parameters: (options) => {
    const { image, outputs, kernel, bias } = options;
    return [
      {
        name: 'weight',
        shape: [image.channels, outputs, kernel, kernel],
        role: 'weight',
        learningRateFactor: 1,
        penalized: true,
        initialize: (context) => drawWeights(options, context),
      },
      ...(bias
        ? [
            {
              name: 'bias',
              shape: [outputs],
              role: 'bias',
              learningRateFactor: 1,
              penalized: false,
              initialize: () => new Float32Array(outputs),
            } as const,
          ]
        : []),
    ];
  },
  buffers: none,
  masks: none,
  multiplyAdds: ({ image, outputs, kernel }) => imageSize(image) * outputs * kernel ** 2,
  forward: (options, inputs, scope) => {
    const { stride, dilation, bias } = options;
    const { padding, outputPadding } = placeTransposed(options.image, options);
    const window = { stride, dilation, padding, outputPadding };
    const input = inputAt(inputs, 0, 'transposed-convolution');
    const offset = bias ? scope.parameter('bias') : undefined;
    return only(convolutionTranspose(input, scope.parameter('weight'), offset, window));
  },
  plain,
};
