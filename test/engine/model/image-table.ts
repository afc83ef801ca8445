// Tables of small images, and plans of networks for them.

import { createRandom } from '../../../src/base/random.ts';
import { type ImageShape, type Table, tableFromColumns } from '../../../src/data/table.ts';
import { defaultImagePlan, linearPlan } from '../../../src/plan/defaults.ts';
import type { CnnPlan, MlpPlan, Plan } from '../../../src/plan/plan.ts';

/** What an image table's label is. */
export type LabelKind = 'two' | 'three' | 'number';

const names = { two: ['cat', 'dog'], three: ['cat', 'dog', 'elk'] } as const;

/** Noisy images whose brightness depends on their label, in folders by class. */
export function imageTable(rows: number, label: LabelKind, shape: ImageShape, seed: number): Table {
  const random = createRandom(`images ${seed}`);
  const { channels, height, width } = shape;
  const size = channels * height * width;
  const pixels = new Uint8Array(rows * size); // [N, C, H, W]
  const numbers = Array.from({ length: rows }, (_, i) => (i % 3) + (label === 'number' ? random.uniform() : 0));
  for (let i = 0; i < pixels.length; i++) {
    const level = 40 + 50 * (numbers[Math.floor(i / size)] as number);
    // The channels differ, so that a wrong order of them is seen.
    const channel = Math.floor((i % size) / (height * width));
    pixels[i] = Math.min(255, Math.floor(level * random.uniform() * (1 + channel / 2)));
  }
  const labels = numbers.map((x) => (label === 'number' ? 20 + 5 * x : names[label][x % names[label].length]));
  const path = labels.map((name, i) => `${name}/${i}.png`);
  return { ...tableFromColumns({ path, label: labels as string[] }), images: { ...shape, pixels } };
}

/** A plan for images with a small network. */
export function imagePlan(label: LabelKind, shape: ImageShape, network: Partial<CnnPlan> = {}): Plan {
  const task = label === 'number' ? 'regression' : 'classification';
  const plan = defaultImagePlan({ task, minimizesError: false, seed: 1, image: shape });
  return {
    ...plan,
    network: { ...plan.network, stages: [[4], [6]], stem: 1, ...network },
    training: { ...plan.training, batchSize: 16 },
  };
}

/** The same with a network of dense layers. */
export function densePlan(label: LabelKind, shape: ImageShape, network: Partial<MlpPlan> = {}): Plan {
  const plan = linearPlan(imagePlan(label, shape));
  return { ...plan, network: { ...plan.network, hidden: [8], ...network } };
}
