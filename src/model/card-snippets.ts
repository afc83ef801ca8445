// Programs that call a model, with its own columns or its images.

import type { ModelColumn } from './columns.ts';
import { nodeImageSnippet, pythonImageSnippet } from './image-snippets.ts';
import type { ModelMetadata } from './metadata.ts';

/** A cell to show: the first level, the middle of the range, or missing. */
function exampleCell({ kind, levels, range }: ModelColumn): string | number | null {
  if (kind === 'categorical') return levels?.[0] ?? null;
  if (kind === 'boolean') return 1;
  if (range === null || range.low === null || range.high === null) return null;
  return Number(((range.low + range.high) / 2).toPrecision(kind === 'date-time' ? 10 : 4));
}

/** Columns beyond this many are left to the reader. */
const shownColumns = 12;

const outputNames = ({ outputs }: ModelMetadata): readonly string[] =>
  'value' in outputs ? [outputs.value] : [outputs.probabilities, outputs.label];

/** A Python program that predicts one row, or one image file; texts in JSON are texts in Python. */
export function pythonSnippet(metadata: ModelMetadata): string {
  if (metadata.image !== null) return pythonImageSnippet(metadata.image, outputNames(metadata));
  const dtypes = { float32: 'np.float32', float64: 'np.float64', string: 'object' } as const;
  const lines = metadata.columns.slice(0, shownColumns).map((column) => {
    const cell = exampleCell(column);
    const shown =
      cell === null ? (column.type === 'string' ? JSON.stringify(column.missing) : 'np.nan') : JSON.stringify(cell);
    return `    ${JSON.stringify(column.name)}: np.array([[${shown}]], dtype=${dtypes[column.type]}),`;
  });
  if (metadata.columns.length > shownColumns) lines.push(`    # and ${metadata.columns.length - shownColumns} more`);
  return [
    'import numpy as np',
    'import onnxruntime',
    '',
    'session = onnxruntime.InferenceSession("model.onnx")',
    'feeds = {',
    ...lines,
    '}',
    `print(session.run(${JSON.stringify(outputNames(metadata))}, feeds))`,
    '',
  ].join('\n');
}

/** A Node program that predicts one row, or the pixels of one image. */
export function nodeSnippet(metadata: ModelMetadata): string {
  if (metadata.image !== null) return nodeImageSnippet(metadata.image, outputNames(metadata));
  const arrays = { float32: 'Float32Array.of', float64: 'Float64Array.of', string: '' } as const;
  const lines = metadata.columns.slice(0, shownColumns).map((column) => {
    const cell = exampleCell(column);
    const shown =
      cell === null ? (column.type === 'string' ? JSON.stringify(column.missing) : 'NaN') : JSON.stringify(cell);
    const data = column.type === 'string' ? `[${shown}]` : `${arrays[column.type]}(${shown})`;
    return `  ${JSON.stringify(column.name)}: new Tensor('${column.type}', ${data}, [1, 1]),`;
  });
  if (metadata.columns.length > shownColumns) lines.push(`  // and ${metadata.columns.length - shownColumns} more`);
  const outputs = outputNames(metadata).map((name) => `results[${JSON.stringify(name)}].data`);
  return [
    "import { InferenceSession, Tensor } from 'onnxruntime-node';",
    '',
    "const session = await InferenceSession.create('model.onnx');",
    'const results = await session.run({',
    ...lines,
    '});',
    `console.log(${outputs.join(', ')});`,
    '',
  ].join('\n');
}
