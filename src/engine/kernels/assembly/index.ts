// The entry point of the kernels; scripts/build-kernels.mjs compiles it. Documented in ../kernels.ts.

export { sgd } from './sgd';
export { momentum } from './momentum';
export { adam } from './adam';
export { squaredNorm, zeros, flush, scale, finite, average, gather } from './region';
export { dropoutMask } from './dropout';
export { noise } from './noise';
export { randomWords } from './random';
export { moveImage, fillBox } from './image-move';
export { warpImage } from './image-warp';
export { colorImage } from './image-color';
export { mixImages, swapBoxes } from './image-mix';
