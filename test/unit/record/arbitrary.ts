import fc from 'fast-check';
import type { DataFacts, ShareFact } from '../../../src/record/data-facts.ts';
import type { ErrorAnalysis } from '../../../src/record/error-analysis.ts';
import type { Probes } from '../../../src/record/probes.ts';
import type { CurvePoint, RunRecord, RunStart, Score } from '../../../src/record/record.ts';
import { anyPlan } from '../plan/arbitrary.ts';

/** What a number of a record may be: JSON has no -0, and NaN only where the text may hold it. */
interface Numbers {
  /** Where the type is `number`. */
  readonly measured: fc.Arbitrary<number>;
  /** Where the type is `number | null`. */
  readonly maybe: fc.Arbitrary<number | null>;
}

const noMinusZero = (x: number): number => (x === 0 ? 0 : x);
const finite = fc.double({ noNaN: true, noDefaultInfinity: true }).map(noMinusZero);
const anything = fc.double().map(noMinusZero);

/** Numbers that JSON can say: null becomes NaN where a number must stand. */
export const jsonNumbers: Numbers = {
  measured: fc.oneof({ weight: 5, arbitrary: finite }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
  maybe: fc.option(finite),
};

/** All numbers that there are, as Python says them. */
export const pythonNumbers: Numbers = { measured: anything, maybe: fc.option(anything) };

const whole = fc.nat();
const text = fc.string({ maxLength: 12 });
const few = <T>(item: fc.Arbitrary<T>): fc.Arbitrary<T[]> => fc.array(item, { maxLength: 3 });

function dataFacts({ measured, maybe }: Numbers, share: fc.Arbitrary<ShareFact>): fc.Arbitrary<DataFacts> {
  const column = fc.record({ column: text, value: measured });
  return fc.record({
    rows: fc.record({ train: whole, dev: fc.option(whole) }),
    target: fc.record({
      classCounts: fc.option(few(fc.record({ label: text, rows: whole }))),
      unseenClasses: whole,
      mean: maybe,
      deviation: maybe,
      least: maybe,
      most: maybe,
      distinct: fc.option(whole),
      whole: fc.option(fc.boolean()),
      repeatedEnd: fc.option(fc.record({ value: measured, rows: whole, distance: measured })),
      trainedMean: maybe,
      trainedDeviation: maybe,
    }),
    input: fc.option(
      fc.record({
        columns: whole,
        constant: few(text),
        nearlyConstant: whole,
        duplicate: few(fc.record({ column: text, of: text })),
        idLike: few(text),
        missing: few(column),
        scale: fc.option(
          fc.record({
            leastDeviation: measured,
            medianDeviation: measured,
            largestDeviation: measured,
            largestDeviationColumn: text,
            largestMean: measured,
            largestMeanColumn: text,
          }),
        ),
        alone: few(column),
      }),
    ),
    duplicates: fc.option(fc.record({ across: fc.option(share), within: share, contradicting: fc.option(share) })),
    neighbours: fc.option(
      fc.record({
        rows: whole,
        error: share,
        optimalErrorBound: maybe,
        pairs: fc.option(few(fc.record({ a: text, b: text, confused: share, classified: fc.option(share) }))),
      }),
    ),
    labelNoise: fc.option(
      fc.record({
        share: fc.option(share),
        innermost: fc.option(share),
        byNature: maybe,
        classes: few(fc.record({ label: text, looksLike: text, share, contrast: measured })),
        againstDev: fc.option(few(fc.record({ label: text, looksLike: text, share, notMissing: measured }))),
        rows: few(fc.record({ row: whole, label: text, looksLike: text })),
      }),
    ),
    shift: fc.option(fc.record({ auc: measured, low: measured, high: measured, columns: few(column) })),
  });
}

function probes({ measured, maybe }: Numbers, score: fc.Arbitrary<Score>): fc.Arbitrary<Probes> {
  return fc.record({
    learningRate: fc.option(
      fc.record({
        rate: measured,
        steps: whole,
        repeats: whole,
        startLoss: measured,
        points: few(fc.record({ rate: measured, loss: maybe, deviation: maybe })),
        best: measured,
        low: measured,
        high: measured,
      }),
    ),
    reference: fc.option(
      fc.record({ plan: anyPlan, train: score, dev: fc.option(score), bestEpoch: maybe, seconds: measured }),
    ),
    dataSizes: fc.option(few(fc.record({ rows: whole, train: score, dev: score, deviation: maybe, repeats: whole }))),
  });
}

function analysis({ measured }: Numbers, share: fc.Arbitrary<ShareFact>): fc.Arbitrary<ErrorAnalysis> {
  const rows = few(fc.record({ row: whole, truth: text, prediction: text, weight: measured }));
  return fc.record({
    set: fc.constantFrom('train' as const, 'dev' as const),
    rows: whole,
    confusion: fc.option(few(few(whole))),
    slices: few(fc.record({ column: text, value: text, rows: whole, error: share, others: measured })),
    looked: whole,
    mostWrong: rows,
    likelyLabelErrors: rows,
  });
}

function start({ measured, maybe }: Numbers): fc.Arbitrary<RunStart> {
  const activations = fc.record({ mean: measured, deviation: measured, dead: measured, saturated: measured });
  return fc.record({
    loss: maybe,
    expectedLoss: maybe,
    layers: few(
      fc.record({
        layer: text,
        fanIn: whole,
        fanOut: whole,
        mean: measured,
        deviation: measured,
        identical: measured,
        biasMean: measured,
        activations: fc.option(activations),
      }),
    ),
    outputs: fc.option(fc.record({ units: whole, activation: text, loss: text })),
  });
}

function curvePoint({ measured, maybe }: Numbers): fc.Arbitrary<CurvePoint> {
  const activations = fc.record({ mean: measured, deviation: measured, dead: measured, saturated: measured });
  return fc.record({
    epoch: whole,
    step: whole,
    seconds: measured,
    learningRate: maybe,
    trainLoss: maybe,
    trainError: maybe,
    devError: maybe,
    devLoss: maybe,
    layers: fc.option(
      few(
        fc.record({
          layer: text,
          weightNorm: measured,
          gradientNorm: measured,
          updateNorm: measured,
          zeros: whole,
          weights: whole,
          activations: fc.option(activations),
        }),
      ),
    ),
  });
}

/** Any record. */
export function anyRecord(numbers: Numbers): fc.Arbitrary<RunRecord> {
  const { measured, maybe } = numbers;
  const score = fc.record({ value: measured, count: fc.option(whole), standardError: maybe, share: maybe });
  const share = fc.record({ value: measured, low: measured, high: measured, count: whole });
  return fc.record({
    version: fc.constant(1 as const),
    source: text,
    plan: fc.option(anyPlan),
    task: fc.constantFrom('classification' as const, 'regression' as const),
    metric: fc.constantFrom('error' as const, 'log-loss' as const, 'rmse' as const, 'mae' as const),
    classes: fc.option(few(text)),
    rows: fc.record({ train: fc.option(whole), dev: fc.option(whole) }),
    status: fc.constantFrom('finished' as const, 'early-stopped' as const, 'stopped' as const, 'diverged' as const),
    curve: few(curvePoint(numbers)),
    start: fc.option(start(numbers)),
    losses: fc.option(few(fc.record({ step: whole, mean: measured, deviation: maybe }))),
    bestEpoch: maybe,
    train: fc.option(score),
    trainDev: fc.option(score),
    dev: fc.option(score),
    parameters: fc.option(whole),
    nonzero: fc.option(whole),
    seconds: maybe,
    data: fc.option(dataFacts(numbers, share)),
    probes: fc.option(probes(numbers, score)),
    analysis: fc.option(few(analysis(numbers, share))),
  });
}
