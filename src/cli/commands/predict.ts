// fettle predict RUN|MODEL DATA...: predictions for new rows or images, one per row and in their order.

import { type Command, Option } from 'commander';
import { plural } from '../../base/format.ts';
import { given } from '../options.ts';

interface PredictFlags {
  readonly out?: string;
  readonly skipBad?: boolean;
}

/** Adds `fettle predict`. */
export function addPredict(program: Command): void {
  program
    .command('predict')
    .description("Predict new rows or images with a run's model: class and probabilities, or the value.")
    .argument('<RUN|MODEL>', "a run's folder, or a model.onnx of fettle")
    .argument(
      '<DATA...>',
      'a CSV, TSV, Parquet, JSON or JSON lines file; for images one or more files, folders, CSV files of paths, IDX, CIFAR or Parquet files',
    )
    .addOption(new Option('--skip-bad', 'leave out images that cannot be read, and say which'))
    .addOption(new Option('--out <file>', 'a .csv, .tsv or .jsonl file (default: CSV on standard output)'))
    .action(runPredict);
}

async function runPredict(model: string, data: readonly string[], { out, skipBad }: PredictFlags): Promise<void> {
  const { predict } = await import('../../tuning/predict.node.ts');
  const { writeTable } = await import('../../data/write-table.node.ts');
  const predictions = await predict({ model, data, ...given({ skipBad }) });
  for (const note of predictions.notes) process.stderr.write(`${note}\n`);
  await writeTable(out ?? process.stdout, predictions.columns);
  if (out !== undefined) process.stderr.write(`${plural(predictions.rows, 'prediction')} in ${out}\n`);
}
