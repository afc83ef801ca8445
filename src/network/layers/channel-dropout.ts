// Switches whole channels off at random while training: neighbouring pixels say the same, so single ones would not hide much.

import { mul } from '../../engine/index.ts';
import { inputAt } from '../batch.ts';
import { type ImageShape, imageSize } from '../image.ts';
import { type Layer, none, noProducts, only } from '../layer.ts';

/** Options of dropout of channels. */
export interface ChannelDropoutOptions {
  readonly image: ImageShape;
}

/** Dropout of channels. */
export const channelDropout: Layer<'channel-dropout', ChannelDropoutOptions> = {
  id: 'channel-dropout',
  about: 'Each channel times 0 or 1 / (1 - rate) in training, as it is in evaluation. Tompson et al., 2015.',
  options: { image: 'channels, height and width' },
  width: ({ image }) => imageSize(image),
  parameters: none,
  buffers: none,
  masks: ({ image }, batch) => [{ name: 'mask', shape: [batch, image.channels, 1, 1] }],
  multiplyAdds: noProducts,
  forward: (_options, inputs, scope) => {
    const input = inputAt(inputs, 0, 'channel-dropout');
    const mask = scope.mask('mask');
    return only(mask === null ? input : mul(input, mask));
  },
  plain: (_options, inputs) => inputAt(inputs, 0, 'channel-dropout'),
};
