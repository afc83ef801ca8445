// The room `network`, as a table of contents. In: plan.network and plan.loss. Out: parts of a graph.

export type { Activation, ActivationId, InitializerId } from './activations.ts';
// The tables it is made of.
export { activations, matchedInitializer } from './activations.ts';
export { multiplyAdds, parameterCount } from './cost.ts';
export type { ImageShape } from './image.ts';
export { type InitialValues, initializeNetwork } from './initialize.ts';
export { type Initializer, initializers } from './initializers/index.ts';
export type { Layer } from './layer.ts';
export { type LayerId, type LayerOptions, layers } from './layers/index.ts';
// Losses.
export {
  classWeights,
  createLoss,
  type Loss,
  type LossKind,
  type LossOptions,
  losses,
} from './losses/index.ts';
export type { ForwardOptions, ForwardResult, Network, NetworkInputs } from './network.ts';
// A network and its first values.
export { countParameters, createNetwork } from './network.ts';
export type {
  BufferSpec,
  ImageInputs,
  InitializationContext,
  InitializationSample,
  MaskSpec,
  ParameterRole,
  ParameterSpec,
  UnitSpec,
} from './specs.ts';
export { elementCount } from './specs.ts';
