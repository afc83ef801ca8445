// The same small window of weights at every position of an image; with as many groups as channels it is depthwise.

import { convolution as convolve } from '../../engine/index.ts';
import type { InitializerId } from '../activations.ts';
import { inputAt } from '../batch.ts';
import { drawFilters } from '../filters.ts';
import { type ImageShape, imageSize, placeWindow, type WindowShape, windowOptions } from '../image.ts';
import { type Batch, type Layer, type LayerInitialization, none, only } from '../layer.ts';
import { eachRun } from '../plain-convolution.ts';

/** Options of a convolution. */
export interface ConvolutionOptions extends WindowShape {
  readonly image: ImageShape;
  readonly outputs: number; // O
  readonly groups: number; // g
  readonly bias: boolean;
  readonly initializer: InitializerId;
  readonly gain: number;
  readonly scale: number;
}

/** The images that come out. */
export function convolvedImage(options: ConvolutionOptions): ImageShape {
  const { height, width } = placeWindow('convolution', options.image, options);
  return { channels: options.outputs, height, width };
}

/** Weights of one output channel: C / g windows. */
const perOutput = ({ image, groups, kernel }: ConvolutionOptions): number => (image.channels / groups) * kernel ** 2;

/** Weights that one number of the image takes part in: O / g windows. */
const perInput = ({ outputs, groups, kernel }: ConvolutionOptions): number => (outputs / groups) * kernel ** 2;

function drawWeights(options: ConvolutionOptions, context: LayerInitialization): Float32Array {
  const { outputs, groups } = options;
  return drawFilters(context, {
    ...options,
    // Each group is a matrix of its own, of which a column is what one output channel sees.
    matrix: [perOutput(options), outputs / groups],
    fanIn: perOutput(options),
    fanOut: perInput(options),
    columnsFirst: true,
    outputsOf: (weights, inputs) => plain({ ...options, bias: false }, inputs, () => weights),
  });
}

function plain(options: ConvolutionOptions, inputs: readonly Batch[], value: (name: string) => Float32Array): Batch {
  const { rows, data } = inputAt(inputs, 0, 'convolution');
  const { image, outputs, groups, stride, bias } = options;
  const positions = convolvedImage(options);
  const [weight, offset] = [value('weight'), bias ? value('bias') : null];
  const area = positions.height * positions.width;
  const sums = Float64Array.from({ length: rows * outputs * area }, (_, i) =>
    offset === null ? 0 : (offset[Math.floor(i / area) % outputs] as number),
  );
  const place = placeWindow('convolution', image, options);
  eachRun({ rows, image, positions, window: options, place, groups }, (x, y, count, w) => {
    const factor = weight[w] as number;
    for (let i = 0; i < count; i++) sums[y + i] = (sums[y + i] as number) + factor * (data[x + i * stride] as number);
  });
  return { members: null, rows, width: outputs * area, data: Float32Array.from(sums) };
}

/** The convolution. */
export const convolution: Layer<'convolution', ConvolutionOptions> = {
  id: 'convolution',
  about: 'The products of one window of weights with every part of an image, plus b. LeCun et al., 1989.',
  options: {
    image: 'channels, height and width of what comes in',
    outputs: 'channels that come out, O',
    ...windowOptions,
    groups: 'parts into which the channels are divided, each convolved for itself; as many as channels: depthwise',
    bias: 'whether b exists; a batch normalization that follows makes it pointless',
    initializer: 'how the weights are drawn; fan-in is C k k / groups, fan-out O k k / groups',
    gain: 'gain of the activation that follows',
    scale: 'factor on the drawn weights; 0 lets the way around a residual block decide at first',
  },
  width: (options) => imageSize(convolvedImage(options)),
  parameters: (options) => {
    const { image, outputs, groups, kernel, bias } = options;
    return [
      {
        name: 'weight',
        shape: [outputs, image.channels / groups, kernel, kernel],
        role: 'weight',
        learningRateFactor: 1,
        penalized: true,
        units: { fanIn: perOutput(options), fanOut: perInput(options), per: 'row' },
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
  multiplyAdds: (options) => imageSize(convolvedImage(options)) * perOutput(options),
  forward: (options, inputs, scope) => {
    const { stride, dilation, groups, bias } = options;
    const { padding } = placeWindow('convolution', options.image, options);
    const window = { stride, dilation, groups, padding };
    const input = inputAt(inputs, 0, 'convolution');
    return only(convolve(input, scope.parameter('weight'), bias ? scope.parameter('bias') : undefined, window));
  },
  plain,
};
