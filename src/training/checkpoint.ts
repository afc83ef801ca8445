// In: the state of a training between two epochs. Out: bytes that bring exactly that state back.

import { packRegions, unpackRegions } from '../base/pack.ts';
import type { CurvePoint, RunStart } from '../record/record.ts';
import type { LossStretches } from './loss-stretches.ts';

/** The state of a training between two epochs. */
export interface Checkpoint {
  /** See `fingerprint`: a checkpoint only continues the training it comes from. */
  readonly fingerprint: string;
  readonly epoch: number;
  readonly step: number;
  readonly seconds: number;
  readonly curve: readonly CurvePoint[];
  /** What was measured before the first step. */
  readonly start: RunStart | null;
  readonly losses: LossStretches;
  /** Loss of the first batch of the run. */
  readonly firstLoss: number | null;
  readonly best: { readonly epoch: number; readonly score: number | null } | null;
  /** Regions by name: the trainer's state, and under `best.` the kept weights. */
  readonly regions: Readonly<Record<string, Float32Array>>;
}

/** Where checkpoints are kept; `save` replaces the last one as a whole or not at all. */
export interface CheckpointStore {
  load(): Promise<Checkpoint | null>;
  save(checkpoint: Checkpoint): Promise<void>;
  remove(): Promise<void>;
}

/** A checkpoint as bytes. */
export function encodeCheckpoint({ regions, ...header }: Checkpoint): Uint8Array<ArrayBuffer> {
  return packRegions(header, regions);
}

/** A checkpoint from bytes; damaged bytes are an error that says so. `name` is what they are called in it. */
export function decodeCheckpoint(bytes: Uint8Array, name?: string): Checkpoint {
  const { header, regions } = unpackRegions(bytes, name);
  return { ...(header as Omit<Checkpoint, 'regions'>), regions };
}
