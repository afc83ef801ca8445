// In: a table of images and augmentations. Out: chosen images and what the training's batches make of them.

import { formatPercent } from '../base/format.ts';
import { createRandom } from '../base/random.ts';
import type { DatasetImages } from '../data/dataset.ts';
import { fitImages } from '../data/prepared-images.ts';
import { labelledRows, type Roles } from '../data/roles.ts';
import { cellLabel, findColumn, type ImageStore, type Table } from '../data/table.ts';
import { createArena } from '../engine/index.ts';
import type { AugmentationPlan } from '../plan/plan.ts';
import { createImageBatcher, imageRegions, type MixedBatch } from '../training/images/image-batch.ts';

/** Images that a sheet shows, with their labels. */
export interface ChosenImages {
  readonly images: DatasetImages;
  readonly rows: Uint32Array;
  readonly labels: readonly string[];
}

/**
 * Images of a table with a target, at random: one of each class first, then a second one, and so on, sorted by class in
 * each turn. `store` is the table's.
 */
export function chooseImages(table: Table, store: ImageStore, roles: Roles, count: number, seed: number): ChosenImages {
  const target = findColumn(table, roles.target);
  const labelled = labelledRows(table, roles);
  const label = (row: number): string => (target === undefined ? null : cellLabel(target, row)) ?? '';
  const seen = new Map<string, number>();
  const order = createRandom(`${seed}/sheet`).permutation(labelled.length);
  const ranked = Array.from(order, (i) => {
    const row = labelled[i] as number;
    const name = roles.classes === null ? '' : label(row);
    const turn = seen.get(name) ?? 0;
    seen.set(name, turn + 1);
    return { row, turn, place: roles.classes?.indexOf(name) ?? 0 };
  });
  const chosen = ranked.sort((a, b) => a.turn - b.turn).slice(0, count);
  const rows = Uint32Array.from(
    chosen.sort((a, b) => a.turn - b.turn || a.place - b.place),
    ({ row }) => row,
  );
  const scaling = fitImages({ center: 'mean', scale: 'none' }, store, labelled);
  const index = Uint32Array.from({ length: table.rows }, (_, i) => i);
  return {
    images: { ...scaling, pixels: store.pixels, index },
    rows,
    labels: Array.from(rows, label),
  };
}

/** The images of one step of training. */
export interface Variant {
  readonly pixels: Uint8Array; // [rows, C, H, W]
  readonly note: string;
}

function noteOf(mixed: MixedBatch | null, both: boolean): string {
  if (mixed === null) return '';
  // Spaces that do not break: a column is as narrow as its images.
  return `${both ? `${mixed.kind}, ` : ''}${formatPercent(mixed.share, 0)} its own`.replace(/ (%|own)/g, '\u00a0$1');
}

/** What training makes of the chosen images, as one batch, in steps 1 .. `count`. */
export function variantsOf(
  { images, rows }: ChosenImages,
  plan: AugmentationPlan,
  count: number,
  seed: number,
): readonly Variant[] {
  const arena = createArena(imageRegions(images, plan, rows.length));
  const { fill, pixels } = createImageBatcher({ arena, images, plan, batchSize: rows.length, seed });
  return Array.from({ length: count }, (_, i) => {
    const { mixed } = fill(i + 1, rows);
    return { pixels: pixels.slice(), note: noteOf(mixed, plan.mixup > 0 && plan.cutmix > 0) };
  });
}
