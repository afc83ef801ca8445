import { z } from 'zod';
import type {
  ClassCount,
  ClassPair,
  ColumnFact,
  ContradictedClass,
  DataFacts,
  DuplicateFacts,
  InputFacts,
  LabelNoiseFacts,
  MislabelledClass,
  NeighbourFacts,
  ShareFact,
  ShiftFacts,
  TargetFacts,
} from './data-facts.ts';
import { fields, maybe, measured, whole } from './schema.ts';

const text = z.string();

/** The schema of a share with its interval. */
export const shareFactSchema = fields<ShareFact>()({ value: measured, low: measured, high: measured, count: whole });

const columnFact = fields<ColumnFact>()({ column: text, value: measured });

const target = fields<TargetFacts>()({
  classCounts: z.array(fields<ClassCount>()({ label: text, rows: whole })).nullable(),
  unseenClasses: whole,
  mean: maybe,
  deviation: maybe,
  least: maybe,
  most: maybe,
  distinct: whole.nullable(),
  whole: z.boolean().nullable(),
  repeatedEnd: fields<NonNullable<TargetFacts['repeatedEnd']>>()({
    value: measured,
    rows: whole,
    distance: measured,
  }).nullable(),
  trainedMean: maybe,
  trainedDeviation: maybe,
});

const input = fields<InputFacts>()({
  columns: whole,
  constant: z.array(text),
  nearlyConstant: whole,
  duplicate: z.array(fields<InputFacts['duplicate'][number]>()({ column: text, of: text })),
  idLike: z.array(text),
  missing: z.array(columnFact),
  scale: fields<NonNullable<InputFacts['scale']>>()({
    leastDeviation: measured,
    medianDeviation: measured,
    largestDeviation: measured,
    largestDeviationColumn: text,
    largestMean: measured,
    largestMeanColumn: text,
  }).nullable(),
  alone: z.array(columnFact),
});

const duplicates = fields<DuplicateFacts>()({
  across: shareFactSchema.nullable(),
  within: shareFactSchema,
  contradicting: shareFactSchema.nullable(),
});

const neighbours = fields<NeighbourFacts>()({
  rows: whole,
  error: shareFactSchema,
  optimalErrorBound: maybe,
  pairs: z
    .array(
      fields<ClassPair>()({
        a: text,
        b: text,
        confused: shareFactSchema,
        classified: shareFactSchema.nullable(),
      }),
    )
    .nullable(),
});

const labelNoise = fields<LabelNoiseFacts>()({
  share: shareFactSchema.nullable(),
  innermost: shareFactSchema.nullable(),
  byNature: maybe,
  classes: z.array(
    fields<MislabelledClass>()({ label: text, looksLike: text, share: shareFactSchema, contrast: measured }),
  ),
  againstDev: z
    .array(fields<ContradictedClass>()({ label: text, looksLike: text, share: shareFactSchema, notMissing: measured }))
    .nullable(),
  rows: z.array(fields<LabelNoiseFacts['rows'][number]>()({ row: whole, label: text, looksLike: text })),
});

const shift = fields<ShiftFacts>()({ auc: measured, low: measured, high: measured, columns: z.array(columnFact) });

/** The schema of what a look at the data says. */
export const dataFactsSchema = fields<DataFacts>()({
  rows: fields<DataFacts['rows']>()({ train: whole, dev: whole.nullable() }),
  target,
  input: input.nullable(),
  duplicates: duplicates.nullable(),
  neighbours: neighbours.nullable(),
  labelNoise: labelNoise.nullable(),
  shift: shift.nullable(),
});
