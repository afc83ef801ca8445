// In: images, a plan or none. Out: a contact sheet of what training makes of them, an HTML or a PNG file.

import { basename, extname } from 'node:path';
import { writeAtomically } from '../base/disk.node.ts';
import { FettleError } from '../base/error.ts';
import { formatCount, plural } from '../base/format.ts';
import { encodePng, encodeStoredPng } from '../data/images/encode.node.ts';
import { readImages } from '../data/images/read-images.node.ts';
import type { ImageSize } from '../data/images/size.ts';
import { imageSourceOf } from '../data/images/source.node.ts';
import { inferRoles, type Roles } from '../data/roles.ts';
import { readTable } from '../data/table.node.ts';
import type { ImageShape, Table } from '../data/table.ts';
import type { Plan } from '../plan/plan.ts';
import { renderContactSheet, type SheetGroup } from '../report/contact-sheet.ts';
import { type AugmentationGroup, groupOfPlan, usualGroups } from './augmentation-groups.ts';
import { type ChosenImages, chooseImages, type Variant, variantsOf } from './augmentation-sheet.ts';
import { drawGrid } from './contact-grid.ts';

/** What a contact sheet is made of. */
export interface AugmentOptions {
  /** A folder or file of images. */
  readonly data: string;
  /** Where the sheet goes: a file that ends in .html or .png. */
  readonly out: string;
  /** The column with the labels. Default: as for `tune`. */
  readonly target?: string;
  /** The plan whose augmentation is shown. Default: each augmentation at its usual strength, then all together. */
  readonly plan?: Plan;
  /** Images a group. Default: 12 with a plan, 4 without. */
  readonly rows?: number;
  /** What is made of each image. Default: 8. */
  readonly variants?: number;
  /** Default: the plan's, or 0. */
  readonly seed?: number;
  /** Pixels that all images get. Default: their own up to 96 on the longer side, else 64 x 64. */
  readonly imageSize?: ImageSize;
  /** Leaves out images that cannot be read. Default: they are an error. */
  readonly skipBad?: boolean;
  /** What to type to make the sheet again, for its last line. */
  readonly command?: string;
}

/** What was written. */
export interface AugmentResult {
  readonly out: string;
  readonly images: number;
  readonly notes: readonly string[];
  /** The groups' titles, from top to bottom. */
  readonly groups: readonly string[];
  /** The labels of the rows of each group. */
  readonly labels: readonly string[];
}

/** A group with its images. */
interface Shown {
  readonly group: AugmentationGroup;
  readonly variants: readonly Variant[];
}

/** One image out of a batch, or out of a store. */
function imageAt(pixels: Uint8Array, index: number, { channels, height, width }: ImageShape): Uint8Array {
  const bytes = channels * height * width;
  return pixels.subarray(index * bytes, (index + 1) * bytes);
}

const uriOf = async (image: Uint8Array, shape: ImageShape): Promise<string> =>
  `data:image/png;base64,${Buffer.from(await encodeStoredPng(image, shape)).toString('base64')}`;

async function htmlGroup({ group, variants }: Shown, chosen: ChosenImages): Promise<SheetGroup> {
  const { images } = chosen;
  const rows = chosen.labels.map(async (label, i) => ({
    label,
    original: await uriOf(imageAt(images.pixels, chosen.rows[i] as number, images), images),
    variants: await Promise.all(variants.map(({ pixels }) => uriOf(imageAt(pixels, i, images), images))),
  }));
  return {
    title: group.title,
    about: group.about,
    notes: variants.map(({ note }) => note),
    rows: await Promise.all(rows),
  };
}

function leadOf(roles: Roles, { images }: ChosenImages, total: number): string[] {
  const kind = images.channels === 1 ? 'grey' : 'color';
  const classes = roles.classes === null ? '' : ` of ${plural(roles.classes.length, 'class', 'classes')}`;
  return [
    `${plural(total, `${kind} image`)}${classes}, ${formatCount(images.width)} x ${formatCount(images.height)} pixels. Each row is an image as it is and what training makes of it, a new variant in every step.`,
    'Does each variant still show its class? A mirrored 2 is no 2. fettle tune does not assume it: it accepts an augmentation only where the held-out error falls.',
  ];
}

async function htmlOf(shown: readonly Shown[], chosen: ChosenImages, roles: Roles, options: AugmentOptions) {
  const groups: SheetGroup[] = [];
  for (const one of shown) groups.push(await htmlGroup(one, chosen));
  const { height, width } = chosen.images;
  return renderContactSheet({
    title: `What the network sees of ${basename(options.data)}`,
    lead: leadOf(roles, chosen, roles.rows),
    groups,
    ...{ height, width },
    command: options.command ?? `fettle augment ${options.data} --out ${options.out}`,
  });
}

function pngOf(shown: readonly Shown[], { images, rows }: ChosenImages): Promise<Uint8Array> {
  const grid = shown.map(({ variants }) =>
    Array.from(rows, (row, i) => [
      imageAt(images.pixels, row, images),
      ...variants.map(({ pixels }) => imageAt(pixels, i, images)),
    ]),
  );
  const { rgba, height, width } = drawGrid(grid, images);
  return encodePng(rgba, { height, width });
}

/** The kind of file that is asked for. */
function checkOut(out: string): '.html' | '.png' {
  const kind = extname(out).toLowerCase();
  if (kind === '.html' || kind === '.png') return kind;
  throw new FettleError('usage', `Expected --out to end in .html or .png, received "${out}".`);
}

/** Writes the contact sheet of a table of images; throws as `augment` does. */
export async function writeContactSheet(table: Table, options: AugmentOptions): Promise<AugmentResult> {
  const { out, plan, variants = 8 } = options;
  const kind = checkOut(out);
  if (table.images === null) {
    throw new FettleError(
      'data',
      `${options.data} is a table of columns, but images are expected: a folder with one folder per class, a CSV file of ` +
        'paths and labels, IDX, CIFAR, or Parquet. For tables the augmentation is `noise`, which has nothing to show.',
    );
  }
  const seed = options.seed ?? plan?.seed ?? 0;
  const roles = inferRoles(table, options.target === undefined ? {} : { target: options.target });
  const chosen = chooseImages(table, table.images, roles, options.rows ?? (plan === undefined ? 4 : 12), seed);
  const groups =
    plan === undefined ? usualGroups(chosen.images) : [groupOfPlan(plan.regularization.augmentation, chosen.images)];
  const shown = groups.map((group) => ({ group, variants: variantsOf(chosen, group.plan, variants, seed) }));
  await writeAtomically(
    out,
    kind === '.png' ? await pngOf(shown, chosen) : await htmlOf(shown, chosen, roles, options),
  );
  return {
    out,
    images: roles.rows,
    notes: roles.notes,
    groups: groups.map(({ title }) => title),
    labels: chosen.labels,
  };
}

/**
 * Writes a contact sheet of images as training's batches show them to the network. Throws `usage` for a file that is
 * neither .html nor .png, `data` for tables, `file` for what cannot be read or written.
 */
export async function augment(options: AugmentOptions): Promise<AugmentResult> {
  checkOut(options.out);
  const { data, target, imageSize, skipBad } = options;
  if ((await imageSourceOf(data)) === null) return writeContactSheet(await readTable(data), options);
  const table = await readImages(data, {
    size: imageSize ?? null,
    skipBad: skipBad ?? false,
    ...(target === undefined ? {} : { target }),
  });
  return writeContactSheet(table, options);
}
