// What a model card says of a model of images.

import { formatCount } from '../base/format.ts';
import { inputShape, type ModelImage, shapeText } from './image-input.ts';
import type { ModelMetadata } from './metadata.ts';

const axes = { nchw: 'image, channel, row, column', nhwc: 'image, row, column, channel' } as const;

/** What the input takes, by name. */
export function imageFacts(image: ModelImage): Readonly<Record<string, string>> {
  const { name, type, layout, channelOrder, range, preparation } = image;
  return {
    name,
    type,
    shape: `[${inputShape(image, 'N').join(', ')}]: ${axes[layout]}`,
    channels: channelOrder === 'grey' ? 'one, grey' : 'red, green, blue',
    values: `${range[0]} (black) to ${range[1]} (white); the model normalizes them itself`,
    'image files': `${preparation}. \`fettle predict\` does the same`,
  };
}

/** Where predictions of a model of images must not be trusted. */
export function imageLimits(image: ModelImage, { classes }: ModelMetadata): readonly string[] {
  const { channelOrder, type } = image;
  const limits = [
    'Images unlike the training images get predictions that were never measured: another camera, light, background, ' +
      'distance or cut, drawings instead of photographs.',
  ];
  if (classes !== null) {
    const count = classes.length === 2 ? 'two' : formatCount(classes.length);
    limits.push(`It always names one of its ${count} classes, also for an image that shows none of them.`);
  }
  limits.push(
    `It sees ${shapeText(image)}: what is lost when a larger image is brought to that size, and what is cut off at the ` +
      'longer side, has no effect.',
  );
  if (channelOrder === 'RGB')
    limits.push('Blue, green, red (as OpenCV reads files) is not refused, but predicted wrongly.');
  if (type === 'float32')
    limits.push('Values from 0 to 255 are not refused, but predicted wrongly: divide them by 255.');
  return limits;
}
