// fettle predict RUN|MODEL DATA: predictions for new rows, one per row and in their order.

import { type Command, Option } from 'commander';
import { plural } from '../../base/format.ts';

/** Adds `fettle predict`. */
export function addPredict(program: Command): void {
  program
    .command('predict')
    .description("Predict new rows with a run's model: class and probabilities, or the value.")
    .argument('<RUN|MODEL>', "a run's folder, or a model.onnx of fettle")
    .argument('<DATA>', 'a CSV, TSV, Parquet, JSON or JSON lines file')
    .addOption(new Option('--out <file>', 'a .csv, .tsv or .jsonl file (default: CSV on standard output)'))
    .action(runPredict);
}

async function runPredict(source: string, data: string, { out }: { readonly out?: string }): Promise<void> {
  const { createOnnxRuntime } = await import('../../engine/runtime/onnx.node.ts');
  const { loadModel, readModelTable } = await import('../../model/predict.node.ts');
  const { predictTable } = await import('../../model/predict.ts');
  const { writeTable } = await import('../../data/write-table.node.ts');
  const model = await loadModel(source, createOnnxRuntime());
  try {
    const predictions = await predictTable(model, await readModelTable(model, data));
    await writeTable(out ?? process.stdout, predictions.columns);
    if (out !== undefined) process.stderr.write(`${plural(predictions.rows, 'prediction')} in ${out}\n`);
  } finally {
    await model.release();
  }
}
