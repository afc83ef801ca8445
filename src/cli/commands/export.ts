// fettle export RUN|MODEL --out FILE: the model as a file of its own; for images, fed in the form that its user has.

import { type Command, Option } from 'commander';
import { plural } from '../../base/format.ts';
import { type InputForm, inputShape, pixelLayouts, pixelTypes } from '../../model/image-input.ts';
import type { ModelMetadata } from '../../model/metadata.ts';
import { given } from '../options.ts';
import { printLines } from '../output.ts';

interface ExportFlags {
  readonly input?: InputForm['type'];
  readonly layout?: InputForm['layout'];
  readonly out: string;
}

/** Adds `fettle export`. */
export function addExport(program: Command): void {
  program
    .command('export')
    .description("Copy a run's model to a file; a model of images may be fed in another form.")
    .argument('<RUN|MODEL>', "a run's folder, or a model.onnx of fettle")
    .addOption(
      new Option(
        '--input <type>',
        'pixels as bytes from 0 to 255, or as numbers from 0 to 1 (default: as in the model)',
      ).choices(pixelTypes),
    )
    .addOption(
      new Option('--layout <layout>', 'one plane per channel, or pixel by pixel (default: as in the model)').choices(
        pixelLayouts,
      ),
    )
    .requiredOption('--out <file>', 'the file to write')
    .action(runExport);
}

async function runExport(model: string, { out, ...form }: ExportFlags): Promise<void> {
  const { exportFile } = await import('../../model/export.node.ts');
  printLines(exportLines(await exportFile({ model, out, ...given(form) }), out));
}

function exportLines({ image, columns, outputs }: ModelMetadata, out: string): readonly string[] {
  const input =
    image === null
      ? `${plural(columns.length, 'column')} of a table, each [N, 1]`
      : `${image.name} ${image.type} [${inputShape(image, 'N').join(', ')}], ${image.channelOrder}, ` +
        `${image.range[0]} black to ${image.range[1]} white`;
  return [`model    ${out}`, `input    ${input}`, `output   ${Object.values(outputs).join(', ')}`];
}
