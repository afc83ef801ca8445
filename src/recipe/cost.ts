// In: a plan and the data's size. Out: its training cost relative to other plans: products per row, times epochs.

import type { ImageShape } from '../data/table.ts';
import { multiplyAdds as networkMultiplyAdds } from '../network/index.ts';
import type { MlpPlan, NetworkPlan, Plan } from '../plan/plan.ts';

/** What a plan's cost depends on besides the plan. */
export interface DataSize {
  /** Numeric columns after preprocessing. */
  readonly width: number;
  /** Shape of the images; null for tables. */
  readonly image: ImageShape | null;
}

/** Products of a dense network on a table, per row; element-wise work counts as 32 products per unit. */
function tableProducts({ hidden, members, numericEmbedding }: MlpPlan, width: number): number {
  let products = 0;
  let last = numericEmbedding.kind === 'none' ? width : width * numericEmbedding.width;
  for (const units of hidden) {
    products += units * (last + 32);
    last = units;
  }
  return (products + last * 4 + 4096) * members.count;
}

/** Outputs of a network whose cost is estimated: they hardly count. */
const outputs = 10;

/** Products of one forward pass per image. */
export function multiplyAdds(network: NetworkPlan, shape: ImageShape): number {
  const zeros = Array<number>(shape.channels).fill(0);
  const image = { ...shape, center: zeros, factor: zeros };
  return networkMultiplyAdds(network, { numeric: 0, continuous: [], cardinalities: [], image, outputs });
}

/** Products that one image costs besides its network's: gathering, scaling, evaluation. */
const perImage = 100_000;

/** Multiplications of one forward pass per row, times the epochs; only ratios mean anything. */
export function relativeCost({ network, training }: Plan, { width, image }: DataSize): number {
  const products = image === null ? tableProducts(network as MlpPlan, width) : multiplyAdds(network, image) + perImage;
  return products * training.epochs;
}
