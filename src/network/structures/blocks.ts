// The blocks of a stage: images in, images of `outputs` channels out, smaller by `stride`.

import { activations } from '../activations.ts';
import type { ImageShape } from '../image.ts';
import { createStep } from '../step.ts';
import { activate, type Builder, type ImageSource, pushImage, unit } from './convolution-unit.ts';
import { isUnsound } from './start.ts';

/** Where a block stands and what it makes. */
export interface BlockPlace {
  /** Its name, which its health figures carry: `stage.0.block.1`. */
  readonly group: string;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  /** Whether max pooling halves what a plain block makes. */
  readonly pools: boolean;
}

/**
 * Channels per unit of squeeze and excitation; Hu et al. (2018, table 10) find no difference between 4 and 32. Narrow
 * stages keep at least 4 units.
 */
const reduction = 8;

/** Weights the channels of a block, if the plan has it. */
function excite(builder: Builder, source: ImageSource, group: string): ImageSource {
  const { squeezeExcitation, initializer } = builder.plan;
  if (!squeezeExcitation) return source;
  const units = Math.max(4, Math.ceil(source.image.channels / reduction));
  const options = { image: source.image, units, initializer };
  const place = { name: `${group}.squeeze-excitation`, group, inputs: [source.name] };
  return pushImage(builder, createStep({ ...place, layer: 'squeeze-excitation', options }), source.image);
}

/** Max pooling, 2 x 2. */
function pool(builder: Builder, source: ImageSource, group: string): ImageSource {
  const { channels, height, width } = source.image;
  const options = { image: source.image, kernel: 2, stride: 2, padding: 'valid' } as const;
  const step = createStep({ name: `${group}.pooling`, group, layer: 'max-pooling', options, inputs: [source.name] });
  return pushImage(builder, step, { channels, height: Math.floor(height / 2), width: Math.floor(width / 2) });
}

/**
 * A convolution, normalization, activation and, at the end of a stage, max pooling, as in VGG (Simonyan and Zisserman,
 * 2015). Where the activation is monotone the pooling comes before it, which gives the same and leaves a quarter of the
 * numbers to activate.
 */
export function plainBlock(builder: Builder, source: ImageSource, { pools, ...place }: BlockPlace): ImageSource {
  const { group } = place;
  const poolsFirst = pools && activations[builder.plan.activation].monotone;
  let result = unit(builder, source, { ...place, activation: !poolsFirst });
  if (pools) result = pool(builder, result, group);
  if (poolsFirst) result = activate(builder, result, group, group);
  return excite(builder, result, group);
}

const sameShape = (a: ImageShape, b: ImageShape): boolean =>
  a.channels === b.channels && a.height === b.height && a.width === b.width;

/**
 * First factors of a residual block. The way through it starts at zero, so that a deep network starts as a shallow one:
 * with batch normalization by the last scale (Goyal et al., 2017), without by the last convolution, and the other one is
 * smaller the more blocks there are, L^(-1/2), so that updates of all blocks add up to one of the usual size (Fixup, Zhang
 * et al., 2019). Initializers that show what goes wrong are left alone.
 */
function firstFactors({ plan }: Builder): { readonly first: number; readonly last: number; readonly scale: number } {
  if (isUnsound(plan.initializer)) return { first: 1, last: 1, scale: 1 };
  if (plan.normalization === 'batch') return { first: 1, last: 1, scale: 0 };
  return { first: plan.stages.flat().length ** -0.5, last: 0, scale: 1 };
}

/**
 * Two convolutions and the way around them, with the activation after the sum (He et al., 2016, figure 2): before it
 * only helps networks of a hundred layers and more (He et al., 2016b). Where the shape changes the way around is a
 * convolution of 1 x 1 (option B).
 */
export function residualBlock(builder: Builder, source: ImageSource, place: BlockPlace): ImageSource {
  const { group, outputs, stride } = place;
  const { first, last, scale } = firstFactors(builder);
  const middle = unit(builder, source, { ...place, part: 'first', weightScale: first, activation: true });
  const end = { ...place, part: 'second', stride: 1, weightScale: last, normalizationScale: scale };
  const through = excite(builder, unit(builder, middle, { ...end, activation: false }), group);
  const around = sameShape(source.image, through.image)
    ? source
    : unit(builder, source, { group, part: 'projection', outputs, kernel: 1, stride, activation: false });
  const { channels, height, width } = through.image;
  const options = { width: channels * height * width };
  const inputs = [through.name, around.name];
  const sum = createStep({ name: `${group}.residual`, group, layer: 'residual', options, inputs });
  return activate(builder, pushImage(builder, sum, through.image), group, group);
}

/**
 * A convolution per channel, then one of 1 x 1 over the channels, each with normalization and activation: MobileNet
 * (Howard et al., 2017).
 */
export function separableBlock(builder: Builder, source: ImageSource, place: BlockPlace): ImageSource {
  const { group, outputs, kernel, stride } = place;
  const { channels } = source.image;
  const depthwise = { group, part: 'depthwise', outputs: channels, groups: channels, kernel, stride };
  const deep = unit(builder, source, { ...depthwise, activation: true });
  const pointwise = { group, part: 'pointwise', outputs, kernel: 1, stride: 1 };
  return excite(builder, unit(builder, deep, { ...pointwise, activation: true }), group);
}
