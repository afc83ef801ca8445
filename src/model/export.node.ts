// In: a run's directory or a model.onnx, and how images shall be fed. Out: a model file of its own.

import { writeAtomically } from '../base/disk.node.ts';
import type { InputForm } from './image-input.ts';
import { type ModelMetadata, readMetadata } from './metadata.ts';
import { readModelFile } from './predict.node.ts';
import { withInput } from './with-input.ts';

/** What an export is told. */
export interface ExportFileOptions {
  /** A run's directory, or a model.onnx of fettle. */
  readonly model: string;
  /** The file to write; one that is there is replaced, as a whole or not at all. */
  readonly out: string;
  /** Type of the pixels. Default: as in the model. */
  readonly input?: InputForm['type'];
  /** Order of the pixels. Default: as in the model. */
  readonly layout?: InputForm['layout'];
}

/**
 * Copies a model, with its images fed in another form where one is given; and what the written file says about itself.
 * Throws `file` for a missing or foreign model and where `out` cannot be written, `usage` for a form of a model of a table.
 */
export async function exportFile({ model, out, input, layout }: ExportFileOptions): Promise<ModelMetadata> {
  const { path, bytes } = await readModelFile(model);
  const asked = { ...(input === undefined ? {} : { type: input }), ...(layout === undefined ? {} : { layout }) };
  const written = Object.keys(asked).length === 0 ? bytes : withInput(bytes, asked, path);
  const metadata = readMetadata(written, path);
  await writeAtomically(out, written);
  return metadata;
}
