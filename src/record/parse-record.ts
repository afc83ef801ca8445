// In: JSON that fettle, a callback in Python or anybody else wrote. Out: a record in which every field is of its type.

import { z } from 'zod';
import { FettleError } from '../base/error.ts';
import { type Plan, planSchema } from '../plan/plan.ts';
import { dataFactsSchema, shareFactSchema } from './data-facts-schema.ts';
import type { ErrorAnalysis, Slice, WrongRow } from './error-analysis.ts';
import type { DataSizePoint, LearningRatePoint, LearningRateTest, Probes, Reference } from './probes.ts';
import type {
  ActivationHealth,
  CurvePoint,
  LayerHealth,
  LossSegment,
  RunRecord,
  RunStart,
  Score,
  StartLayer,
} from './record.ts';
import { added, fields, maybe, measured, whole } from './schema.ts';

const plan: z.ZodType<Plan> = planSchema;

const score = fields<Score>()({
  value: measured,
  count: whole.nullable(),
  standardError: maybe,
  share: maybe,
});

const activations = fields<ActivationHealth>()({
  mean: measured,
  deviation: measured,
  dead: measured,
  saturated: measured,
});

const layerHealth = fields<LayerHealth>()({
  layer: z.string(),
  weightNorm: measured,
  gradientNorm: measured,
  updateNorm: measured,
  zeros: whole,
  weights: whole,
  activations: added(activations),
});

const startLayer = fields<StartLayer>()({
  layer: z.string(),
  fanIn: whole,
  fanOut: whole,
  mean: measured,
  deviation: measured,
  identical: measured,
  biasMean: measured,
  activations: activations.nullable(),
});

const start = fields<RunStart>()({
  loss: maybe,
  expectedLoss: maybe,
  layers: z.array(startLayer),
  outputs: fields<NonNullable<RunStart['outputs']>>()({
    units: whole,
    activation: z.string(),
    loss: z.string(),
  }).nullable(),
});

const lossSegment = fields<LossSegment>()({ step: whole, mean: measured, deviation: maybe });

const curvePoint = fields<CurvePoint>()({
  epoch: z.number().min(0),
  step: z.number().min(0),
  seconds: measured,
  learningRate: maybe,
  trainLoss: maybe,
  trainError: maybe,
  devError: maybe,
  devLoss: maybe,
  layers: z.array(layerHealth).nullable(),
});

const learningRateTest = fields<LearningRateTest>()({
  rate: measured,
  steps: whole,
  repeats: whole,
  startLoss: measured,
  points: z.array(fields<LearningRatePoint>()({ rate: measured, loss: maybe, deviation: maybe })),
  best: measured,
  low: measured,
  high: measured,
});

const probes = fields<Probes>()({
  learningRate: learningRateTest.nullable(),
  reference: fields<Reference>()({
    plan,
    train: score,
    dev: score.nullable(),
    bestEpoch: maybe,
    seconds: measured,
  }).nullable(),
  dataSizes: z
    .array(fields<DataSizePoint>()({ rows: whole, train: score, dev: score, deviation: maybe, repeats: whole }))
    .nullable(),
});

const wrongRows = z.array(
  fields<WrongRow>()({ row: whole, truth: z.string(), prediction: z.string(), weight: measured }),
);

const analysis = fields<ErrorAnalysis>()({
  set: z.enum(['train', 'dev']),
  rows: whole,
  confusion: z.array(z.array(whole)).nullable(),
  slices: z.array(
    fields<Slice>()({
      column: z.string(),
      value: z.string(),
      rows: whole,
      error: shareFactSchema,
      others: measured,
    }),
  ),
  looked: whole,
  mostWrong: wrongRows,
  likelyLabelErrors: wrongRows,
});

const record = fields<RunRecord>()({
  version: z.literal(1),
  source: z.string(),
  plan: plan.nullable(),
  task: z.enum(['classification', 'regression']),
  metric: z.enum(['error', 'log-loss', 'rmse', 'mae']),
  classes: z.array(z.string()).nullable(),
  rows: fields<RunRecord['rows']>()({ train: whole.nullable(), dev: whole.nullable() }),
  status: z.enum(['finished', 'early-stopped', 'stopped', 'diverged']),
  curve: z.array(curvePoint),
  start: added(start),
  losses: added(z.array(lossSegment)),
  bestEpoch: maybe,
  train: score.nullable(),
  trainDev: score.nullable(),
  dev: score.nullable(),
  parameters: whole.nullable(),
  nonzero: whole.nullable(),
  seconds: maybe,
  data: added(dataFactsSchema),
  probes: added(probes),
  analysis: added(z.array(analysis)),
});

const MOST_LINES = 10;

/** What stands at a path, short enough for a line. */
function received(value: unknown, path: readonly PropertyKey[]): string {
  const at = path.reduce<unknown>((inner, key) => (inner as Record<PropertyKey, unknown> | undefined)?.[key], value);
  const text = at === undefined ? 'nothing' : (JSON.stringify(at) ?? typeof at);
  return text.length > 40 ? `${text.slice(0, 40)}...` : text;
}

function lineOf(issue: z.core.$ZodIssue, value: unknown): string {
  const path = issue.path.length > 0 ? issue.path.join('.') : 'the record';
  if (issue.code === 'unrecognized_keys') return `  ${path}: ${issue.message}`;
  return `  ${path}: ${issue.message.replace(/, received .*$/, '')}, received ${received(value, issue.path)}`;
}

/**
 * Checks a value against the schema of a record; each field that is wrong is named in the `data` error. What was added
 * after the first records (start, losses, data, probes, analysis, a layer's activations) becomes null where it is
 * missing; null becomes NaN where a measured number must stand, as JSON has no NaN.
 */
export function parseRecord(value: unknown): RunRecord {
  const result = record.safeParse(value);
  if (result.success) return result.data;
  const { issues } = result.error;
  const lines = issues.slice(0, MOST_LINES).map((issue) => lineOf(issue, value));
  if (issues.length > MOST_LINES) lines.push(`  and ${issues.length - MOST_LINES} more`);
  throw new FettleError(
    'data',
    `The record is not valid:\n${lines.join('\n')}\nExpected a record of version 1, as \`fettle train\` and the files ` +
      'of `fettle callback` write it. Write it again with this version of fettle.',
  );
}

/** NaN and the infinities, outside of texts, as Python writes them. */
const TOKENS = /"(?:[^"\\]|\\.)*"|-?Infinity|NaN/g;

/**
 * A record's JSON text, in which NaN, Infinity and -Infinity may stand, as Python's `json` writes them.
 * Errors: `data` for a text that is no JSON, or no record.
 */
export function readRecordText(text: string): RunRecord {
  return parseRecord(parseWithNaN(text));
}

function parseWithNaN(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // A key that no writer would choose marks the numbers that JSON does not have.
    const marked = text.replace(TOKENS, (token) => (token.startsWith('"') ? token : `{"\\u0000":"${token}"}`));
    try {
      return JSON.parse(marked, (_, value: unknown) => numberIn(value) ?? value);
    } catch {
      throw new FettleError(
        'data',
        `The record is no JSON: ${(error as Error).message}. Expected the whole text of one record; a file that was ` +
          'cut off must be written again.',
        { cause: error },
      );
    }
  }
}

function numberIn(value: unknown): number | null {
  const token = value !== null && typeof value === 'object' ? (value as Record<string, unknown>)['\u0000'] : undefined;
  return typeof token === 'string' ? Number(token) : null;
}
