// fettle augment DATA: a contact sheet, so that a person sees what the network sees.

import { type Command, InvalidArgumentError, Option } from 'commander';
import { FettleError } from '../../base/error.ts';
import { formatCount, formatTable, plural } from '../../base/format.ts';
import type { ImageSize } from '../../data/images/size.ts';
import { quote } from '../interrupt.ts';
import { addOptions, given, options } from '../options.ts';
import { printLines } from '../output.ts';
import { parseWhole } from '../parse.ts';
import { readPlan } from '../read-plan.ts';

interface AugmentFlags {
  readonly plan?: string;
  readonly target?: string;
  readonly rows?: number;
  readonly variants?: number;
  readonly seed?: number;
  readonly imageSize?: ImageSize;
  readonly skipBad?: boolean;
  readonly out: string;
}

/** A count with a most: more would be a page that no browser shows. */
const count =
  (most: number) =>
  (text: string): number => {
    try {
      return parseWhole(text, 1, most);
    } catch (error) {
      if (error instanceof FettleError) throw new InvalidArgumentError(error.message);
      throw error;
    }
  };

/** Adds `fettle augment`. */
export function addAugment(program: Command): void {
  const command = program
    .command('augment')
    .description('Write a contact sheet of images as training batches show them to the network.')
    .argument('<DATA>', 'a folder with a folder of images per class, or a file of images');
  addOptions(command, [
    new Option('--plan <file>', 'show what this plan does (default: each augmentation alone, then all together)'),
    options.target(),
    new Option('--rows <n>', 'images a group (default: 12 with a plan, 4 without)').argParser(count(200)),
    new Option('--variants <n>', 'what is made of each image (default: 8)').argParser(count(50)),
    options.seed(),
    options.imageSize(),
    options.skipBad(),
    new Option('--out <file>', 'the sheet, a .html or .png file').default('augmentation.html'),
  ]).action(runAugment);
}

async function runAugment(data: string, { plan: path, out, ...rest }: AugmentFlags): Promise<void> {
  const { augment } = await import('../../tuning/augment.node.ts');
  const plan = path === undefined ? undefined : await readPlan(path);
  const command = ['fettle', ...process.argv.slice(2)].map(quote).join(' ');
  const { images, notes, groups, labels } = await augment({ data, out, command, ...given({ ...rest, plan }) });
  const rows = labels.length;
  // A picture has no words: here is what each row shows.
  const legend = groups.map((title, i) => [`rows ${i * rows + 1} - ${(i + 1) * rows}`, title]);
  printLines([
    ...notes,
    ...(out.toLowerCase().endsWith('.png') ? formatTable(legend) : []),
    `${plural(groups.length, 'group')} of ${formatCount(rows)} out of ${plural(images, 'image')} in ${out}`,
  ]);
}
