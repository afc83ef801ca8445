// Convolutions in stages, the mean of each channel, dense layers: the networks for images.
// A stage after the first begins at half the height and width: `plain` by max pooling at the end of the stage before,
// the others by stride.

import { FettleError } from '../../base/error.ts';
import type { CnnPlan } from '../../plan/plan.ts';
import type { ImageShape } from '../image.ts';
import type { ImageInputs, NetworkInputs } from '../specs.ts';
import { createStep } from '../step.ts';
import { type BlockPlace, plainBlock, residualBlock, separableBlock } from './blocks.ts';
import { type Builder, type ImageSource, push, pushImage, unit } from './convolution-unit.ts';
import { denseHead } from './dense-head.ts';
import { imageScaleStep } from './image-input.ts';

const blocks = { plain: plainBlock, residual: residualBlock, separable: separableBlock } as const;

/**
 * Side of the first window: 2 s - 1 for squares of s pixels, so that neighbouring windows overlap (the overlapping
 * patches of PVT v2, Wang et al., 2022), or the other convolutions' side if that is larger.
 */
const stemKernel = ({ kernel, stem }: CnnPlan): number => Math.max(kernel, 2 * stem - 1);

/** How often images of this size can be halved: max pooling leaves out an odd row. */
const halvings = (side: number): number => Math.floor(Math.log2(side));

function checkStages(plan: CnnPlan, image: ImageShape): void {
  const side = Math.ceil(Math.min(image.height, image.width) / plan.stem);
  const most = halvings(side) + 1;
  if (plan.stages.length <= most) return;
  throw new FettleError(
    'plan',
    `A network of ${plan.stages.length} stages expected images that it can halve ${plan.stages.length - 1} times, but received ` +
      `images of ${image.height} x ${image.width}, of which the first convolution (stem ${plan.stem}) leaves ${side} rows or columns. ` +
      `Use at most ${most} ${most === 1 ? 'stage' : 'stages'}, a smaller stem or larger images.`,
  );
}

/** The images of a network that needs them. */
function requireImage({ image }: NetworkInputs): ImageInputs {
  if (image !== null) return image;
  throw new FettleError(
    'plan',
    "A network of kind 'cnn' expected images, but received columns. Use kind 'mlp' for tables.",
  );
}

/** The convolution before the first block of residual and separable networks; plain ones begin with their first block. */
function stemOf(builder: Builder, source: ImageSource): ImageSource {
  const { plan } = builder;
  const outputs = plan.stages[0]?.[0] ?? 1;
  return unit(builder, source, {
    group: 'stem',
    outputs,
    kernel: stemKernel(plan),
    stride: plan.stem,
    activation: true,
  });
}

/**
 * Whole channels are dropped after each stage of a plain network (Tompson et al., 2015). The last stage is left to the
 * dropout before the dense layers: to drop a channel is to drop its mean.
 */
function dropChannels(builder: Builder, source: ImageSource, group: string): ImageSource {
  const place = { name: `${group}.dropout`, group, inputs: [source.name] };
  const step = createStep({ ...place, layer: 'channel-dropout', options: { image: source.image } });
  return pushImage(builder, step, source.image);
}

/** The blocks of one stage. */
function stageOf(builder: Builder, input: ImageSource, stage: number): ImageSource {
  const { plan } = builder;
  const plain = plan.block === 'plain';
  const channels = plan.stages[stage] ?? [];
  const followed = stage < plan.stages.length - 1;
  let source = input;
  channels.forEach((outputs, index) => {
    const first = plain && stage === 0 && index === 0;
    const halves = !plain && stage > 0 && index === 0;
    const place: BlockPlace = {
      group: `stage.${stage}.block.${index}`,
      outputs,
      kernel: first ? stemKernel(plan) : plan.kernel,
      stride: first ? plan.stem : halves ? 2 : 1,
      pools: plain && followed && index === channels.length - 1,
    };
    source = blocks[plan.block](builder, source, place);
  });
  return plain && followed ? dropChannels(builder, source, `stage.${stage}.block.${channels.length - 1}`) : source;
}

/** The layers of a convolutional network in the order in which they run; the last one is `output`. */
export function cnnSteps(plan: CnnPlan, inputs: NetworkInputs): Builder['steps'] {
  const { channels, height, width, ...scaling } = requireImage(inputs);
  const image = { channels, height, width };
  checkStages(plan, image);
  const builder: Builder = { steps: [], plan };
  let source = pushImage(builder, imageScaleStep({ ...image, ...scaling }), image);
  if (plan.block !== 'plain') source = stemOf(builder, source);
  plan.stages.forEach((_, stage) => {
    source = stageOf(builder, source, stage);
  });
  const options = { image: source.image };
  const average = createStep({ name: 'average', layer: 'global-average-pooling', options, inputs: [source.name] });
  denseHead(builder, push(builder, average), inputs.outputs);
  return builder.steps;
}
