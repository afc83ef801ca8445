// A growing convolutional network, and its smallest part: a convolution, its normalization and its activation.

import type { CnnPlan } from '../../plan/plan.ts';
import { activations } from '../activations.ts';
import { type ImageShape, placeWindow } from '../image.ts';
import { createStep, type Step } from '../step.ts';

/** A growing network. */
export interface Builder {
  readonly steps: Step[];
  readonly plan: CnnPlan;
}

/** Images that the next layer takes in. */
export interface ImageSource {
  readonly name: string;
  readonly image: ImageShape;
}

/** Columns that the next layer takes in. */
export interface RowSource {
  readonly name: string;
  readonly width: number;
}

/** Adds a layer that gives out columns. */
export function push(builder: Builder, step: Step): RowSource {
  builder.steps.push(step);
  return { name: step.name, width: step.width };
}

/** Adds a layer that gives out images of this shape. */
export function pushImage(builder: Builder, step: Step, image: ImageShape): ImageSource {
  builder.steps.push(step);
  return { name: step.name, image };
}

/** A convolution at its place in a block. */
export interface Unit {
  readonly group: string;
  /** Its name in the block, where a block has several. */
  readonly part?: string;
  readonly outputs: number;
  readonly kernel: number;
  readonly stride: number;
  /** 1 by default. */
  readonly groups?: number;
  /** Factor on the first weights; 1 by default. */
  readonly weightScale?: number;
  /** First scale of the normalization; 1 by default. */
  readonly normalizationScale?: number;
  readonly activation: boolean;
}

/** Adds an activation of images. */
export function activate(builder: Builder, source: ImageSource, name: string, group: string): ImageSource {
  const { channels, height, width } = source.image;
  const options = { width: channels * height * width, kind: builder.plan.activation };
  const step = createStep({ name: `${name}.activation`, group, layer: 'activation', options, inputs: [source.name] });
  return pushImage(builder, step, source.image);
}

/** Adds a convolution with 'same' padding, batch normalization if the plan has it, and an activation if it is to follow. */
export function unit(builder: Builder, source: ImageSource, options: Unit): ImageSource {
  const { plan } = builder;
  const { group, part, outputs, kernel, stride } = options;
  const name = part === undefined ? group : `${group}.${part}`;
  const window = { kernel, stride, padding: 'same', dilation: 1 } as const;
  const convolution = createStep({
    name: `${name}.convolution`,
    group,
    layer: 'convolution',
    options: {
      image: source.image,
      outputs,
      ...window,
      groups: options.groups ?? 1,
      bias: plan.normalization === 'none',
      initializer: plan.initializer,
      gain: activations[plan.activation].gain,
      scale: options.weightScale ?? 1,
    },
    inputs: [source.name],
  });
  const { height, width } = placeWindow('convolution', source.image, window);
  let result = pushImage(builder, convolution, { channels: outputs, height, width });
  if (plan.normalization === 'batch') {
    const place = { name: `${name}.normalization`, group, inputs: [result.name] };
    const scaling = { image: result.image, scale: options.normalizationScale ?? 1 };
    const step = createStep({ ...place, layer: 'image-batch-normalization', options: scaling });
    result = pushImage(builder, step, result.image);
  }
  return options.activation ? activate(builder, result, name, group) : result;
}
