import type { CnnPlan, NetworkPlan } from './plan.ts';

const blocks: Readonly<Record<CnnPlan['block'], string>> = {
  plain: 'plain cnn',
  residual: 'resnet',
  separable: 'separable cnn',
};

/** Channels of the stages: `16-32-64`, or `16,16-32,32` with several blocks in a stage. */
const stagesName = (stages: CnnPlan['stages']): string => stages.map((channels) => channels.join(',')).join('-');

/** Widths as people write them: `3 x 256`, `256-128`. */
function widthsName(hidden: readonly number[]): string {
  const width = hidden[0] ?? 0;
  return hidden.every((h) => h === width) ? `${hidden.length} x ${width}` : hidden.join('-');
}

/**
 * A network in a few words: `3 x 256`, `256-128`, `no hidden layers`, `plain cnn 32-64-128`, `resnet 16,16-32,32-64,64`,
 * `separable cnn 16-32 + 64, 5 x 5, squeeze-excitation`.
 */
export function networkName(network: NetworkPlan): string {
  const { hidden } = network;
  if (network.kind === 'mlp') return hidden.length === 0 ? 'no hidden layers' : widthsName(hidden);
  const dense = hidden.length === 0 ? '' : ` + ${widthsName(hidden)}`;
  const kernel = network.kernel === 3 ? '' : `, ${network.kernel} x ${network.kernel}`;
  const excitation = network.squeezeExcitation ? ', squeeze-excitation' : '';
  return `${blocks[network.block]} ${stagesName(network.stages)}${dense}${kernel}${excitation}`;
}
