// In: what a model is, or the bytes of an ONNX file. Out: the texts that travel inside the file, and back.
// Every property is named `fettle.*`; other tools may read them without fettle, all values but plain texts are JSON.

import { fromBinary } from '@bufbuild/protobuf';
import { FettleError } from '../base/error.ts';
import { hash32 } from '../base/random.ts';
import type { Preprocessing } from '../data/preprocessing.ts';
import { ModelProtoSchema } from '../engine/graph/onnx_pb.ts';
import { type Plan, printPlan, type Task } from '../plan/plan.ts';
import type { ModelColumn } from './columns.ts';
import type { ModelImage } from './image-input.ts';

/** The names of the model's outputs; they differ from these words only where a column has the same name. */
export type ModelOutputs = { readonly probabilities: string; readonly label: string } | { readonly value: string };

/** What a model file says about itself. */
export interface ModelMetadata {
  /** Versions that the model depends on, by package; `fettle` among them. */
  readonly versions: Readonly<Record<string, string>>;
  readonly task: Task;
  readonly target: string;
  /** Names of the classes in the order of the probabilities; null for regression. */
  readonly classes: readonly string[] | null;
  readonly outputs: ModelOutputs;
  /** The inputs of a model of a table, in order; none for images. */
  readonly columns: readonly ModelColumn[];
  /** The input of a model of images; null for tables. */
  readonly image: ModelImage | null;
  readonly preprocessing: Preprocessing;
  readonly plan: Plan;
  /** Changes when anything in the plan changes. */
  readonly planHash: string;
  /** Networks that are averaged, and the numbers trained in all of them. */
  readonly networks: number;
  readonly parameters: number;
}

/** The versions of this layout of properties: models of images came later, and what reads format 1 knows none. */
const formats = { table: '1', images: '2' } as const;

/** As files of format 1 hold it. */
type WrittenPreprocessing = Omit<Preprocessing, 'images'> & Partial<Pick<Preprocessing, 'images'>>;

/** A short text that changes when anything in the plan changes. */
export function planHash(plan: Plan): string {
  return hash32(printPlan(plan)).toString(16).padStart(8, '0');
}

/** The property that says how images are fed. */
export function imageProperty(image: ModelImage): { readonly key: string; readonly value: string } {
  return { key: 'fettle.image', value: JSON.stringify(image) };
}

/** The properties that are written into the file. */
export function writeMetadata(metadata: ModelMetadata): Readonly<Record<string, string>> {
  const { versions, task, target, classes, image, planHash: hash, networks, parameters } = metadata;
  const property = image === null ? null : imageProperty(image);
  return {
    'fettle.format': image === null ? formats.table : formats.images,
    'fettle.version': versions.fettle ?? 'unknown',
    'fettle.versions': JSON.stringify(versions),
    'fettle.task': task,
    'fettle.target': target,
    ...(classes === null ? {} : { 'fettle.classes': JSON.stringify(classes) }),
    'fettle.outputs': JSON.stringify(metadata.outputs),
    'fettle.columns': JSON.stringify(metadata.columns),
    ...(property === null ? {} : { [property.key]: property.value }),
    'fettle.preprocessing': JSON.stringify(metadata.preprocessing),
    'fettle.plan-hash': hash,
    'fettle.plan': JSON.stringify(metadata.plan),
    'fettle.networks': String(networks),
    'fettle.parameters': String(parameters),
  };
}

/**
 * What the file says about itself; `name` is how errors call it.
 * Throws `file`: not ONNX, ONNX without fettle's properties, properties of another format or damaged.
 */
export function readMetadata(bytes: Uint8Array, name = 'The model'): ModelMetadata {
  const properties = readProperties(bytes, name);
  const found = properties.get('fettle.format');
  if (found === undefined) {
    throw new FettleError(
      'file',
      `${name} is an ONNX file, but not one that fettle wrote: it has no property fettle.format. Expected the model.onnx of a run; ` +
        'other models need their own program.',
    );
  }
  if (found !== formats.table && found !== formats.images) {
    throw new FettleError(
      'file',
      `${name} has format ${found}, but this version of fettle reads formats ${Object.values(formats).join(' and ')}. ` +
        `Use the fettle that wrote it (${properties.get('fettle.version') ?? 'unknown'}).`,
    );
  }
  const text = (key: string): string => {
    const value = properties.get(`fettle.${key}`);
    if (value !== undefined) return value;
    throw new FettleError('file', `${name} is damaged: its property fettle.${key} is missing. Write the model again.`);
  };
  const json = <T>(key: string): T => {
    try {
      return JSON.parse(text(key)) as T;
    } catch (cause) {
      if (cause instanceof FettleError) throw cause;
      throw new FettleError(
        'file',
        `${name} is damaged: its property fettle.${key} is not JSON. Write the model again.`,
        { cause },
      );
    }
  };
  return {
    versions: json('versions'),
    task: text('task') === 'regression' ? 'regression' : 'classification',
    target: text('target'),
    classes: text('task') === 'regression' ? null : json('classes'),
    outputs: json('outputs'),
    columns: json('columns'),
    image: found === formats.images ? json('image') : null,
    // Files from before there were models of images do not say that they are none.
    preprocessing: { images: null, ...json<WrittenPreprocessing>('preprocessing') },
    plan: json('plan'),
    planHash: text('plan-hash'),
    networks: Number(text('networks')),
    parameters: Number(text('parameters')),
  };
}

/** The properties of an ONNX file. */
function readProperties(bytes: Uint8Array, name: string): ReadonlyMap<string, string> {
  const notOnnx = (cause?: unknown): FettleError => {
    const start = new TextDecoder().decode(bytes.subarray(0, 24)).replace(/[^\x20-\x7e]+/g, '.');
    return new FettleError(
      'file',
      `${name} is not an ONNX file: it has ${bytes.length} bytes and begins with "${start}". Expected the model.onnx of a run.`,
      { cause },
    );
  };
  try {
    const model = fromBinary(ModelProtoSchema, bytes, { readUnknownFields: false });
    if (model.graph === undefined || model.irVersion === 0n) throw notOnnx();
    return new Map(model.metadataProps.map(({ key, value }) => [key, value]));
  } catch (cause) {
    throw cause instanceof FettleError ? cause : notOnnx(cause);
  }
}
