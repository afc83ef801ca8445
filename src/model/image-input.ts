// In: the shape of a model's images, and a form. Out: what its one input takes, in words and numbers.

import type { ImageShape } from '../data/table.ts';

/** Types of a model's pixels: bytes from 0 to 255, or numbers from 0 to 1. */
export const pixelTypes = ['uint8', 'float32'] as const;
/** Orders of a model's pixels: one plane per channel [N, C, H, W], or the channels of each pixel together [N, H, W, C]. */
export const pixelLayouts = ['nchw', 'nhwc'] as const;

/** The form of a model's images. */
export interface InputForm {
  readonly type: (typeof pixelTypes)[number];
  readonly layout: (typeof pixelLayouts)[number];
}

/** The one input of a model for images; it normalizes inside. */
export interface ModelImage extends ImageShape, InputForm {
  readonly name: string;
  readonly channelOrder: 'grey' | 'RGB';
  /** The values of a black and of a white pixel. */
  readonly range: readonly [black: number, white: number];
  /** How image files became such images, in words. */
  readonly preparation: string;
}

/** What src/data/images does to a file; whoever feeds the model without fettle has to do the same. */
const preparation =
  'turned as EXIF says, fitted by the shorter side (bilinear, over all pixels under each new one), cut at the centre, ' +
  'transparency on white, 16 bits as 8; ';

const toGrey = 'colour to grey by ITU-R BT.601';
const toColor = 'grey as three equal channels';

/** The form that `exportModel` writes; `withInput` makes the others of it. */
export const exportedForm: InputForm = { type: 'uint8', layout: 'nchw' };

/** The name of the input. */
export const imageName = 'image';

/** What a model of images of this shape takes. */
export function modelImage({ channels, height, width }: ImageShape, { type, layout }: InputForm): ModelImage {
  return {
    name: imageName,
    type,
    layout,
    ...{ channels, height, width },
    channelOrder: channels === 1 ? 'grey' : 'RGB',
    range: type === 'uint8' ? [0, 255] : [0, 1],
    preparation: preparation + (channels === 1 ? toGrey : toColor),
  };
}

/** The dimensions of the input, N images first. */
export function inputShape<N>(image: ModelImage, count: N): readonly [N, number, number, number] {
  const { layout, channels, height, width } = image;
  return layout === 'nchw' ? [count, channels, height, width] : [count, height, width, channels];
}

/** Images in words: `28 x 28 pixels, grey`, `64 x 48 pixels (width x height), RGB`. */
export function shapeText({ channels, height, width }: ImageShape): string {
  const sides = height === width ? '' : ' (width x height)';
  return `${width} x ${height} pixels${sides}, ${channels === 1 ? 'grey' : 'RGB'}`;
}
