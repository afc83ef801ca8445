import { formatEpoch, formatSignificant } from '../../base/format.ts';
import type { Evaluation } from '../../recipe/journal.ts';
import type { CurvePoint, Metric } from '../../record/record.ts';
import { lineChart } from '../figures/line-chart.ts';
import { type Html, html, table } from '../html.ts';
import { isInTargetUnit, metricNames, valueText } from '../wording.ts';

const lines = (curve: readonly CurvePoint[], train: 'trainError' | 'trainLoss', dev: 'devError' | 'devLoss') =>
  [
    { label: 'train', kind: 'a' as const, points: curve.map((point) => ({ x: point.epoch, y: point[train] })) },
    { label: 'dev', kind: 'b' as const, points: curve.map((point) => ({ x: point.epoch, y: point[dev] })) },
  ].filter(({ points }) => points.some(({ y }) => y !== null));

/** Whether a logarithmic axis shows more: all numbers above 0, and far apart. */
function isWide(shown: ReturnType<typeof lines>): boolean {
  const ys = shown.flatMap(({ points }) => points.flatMap(({ y }) => (y !== null && Number.isFinite(y) ? [y] : [])));
  return ys.length > 0 && Math.min(...ys) > 0 && Math.max(...ys) > 20 * Math.min(...ys);
}

/** At most 40 rows, evenly spaced, the last included. */
function thinned(curve: readonly CurvePoint[]): readonly CurvePoint[] {
  const step = Math.ceil(curve.length / 40);
  return curve.filter((_, i) => (curve.length - 1 - i) % step === 0);
}

function curveTable(curve: readonly CurvePoint[], metric: Metric): Html {
  const loss = (value: number | null): string => (value === null ? '' : formatSignificant(value));
  const error = (value: number | null): string => (value === null ? '' : valueText(value, metric));
  const rows = thinned(curve).map((point) => [
    formatEpoch(point.epoch),
    error(point.trainError),
    error(point.devError),
    loss(point.trainLoss),
    loss(point.devLoss),
  ]);
  const head = ['Epoch', `Train ${metricNames[metric]}`, `Dev ${metricNames[metric]}`, 'Train loss', 'Dev loss'];
  return html`<details><summary>The curves as a table</summary>${table('The curves', head, rows, [1, 2, 3, 4])}</details>`;
}

/** Curves of one plan: error and loss on train and dev rows, with the kept epoch marked. */
export function curvesSection(evaluation: Evaluation, metric: Metric): Html {
  const { curve } = evaluation;
  if (curve.length === 0) return html``;
  const name = metricNames[metric];
  // Points inside an epoch choose no weights.
  const first = curve.filter(({ epoch, devError }) => devError !== null && Number.isInteger(epoch));
  const least = Math.min(...first.map(({ devError }) => devError ?? Number.POSITIVE_INFINITY));
  const best = first.findLast(({ devError }) => devError === least);
  const mark = best === undefined ? null : { x: best.epoch, label: `kept: epoch ${best.epoch}` };
  const isError = metric === 'error';
  const errors = lineChart({
    title: `${name} on train and dev rows over ${formatEpoch(curve.at(-1)?.epoch ?? 0)} epochs${mark === null ? '' : `, ${mark.label}`}`,
    xLabel: 'epoch',
    yLabel: isError ? `${name}, %` : name,
    yScale: 'linear',
    factor: isError ? 100 : 1,
    lines: lines(curve, 'trainError', 'devError'),
    mark,
  });
  // A regression's dev loss is in the target's unit, its train loss on the standardized target: not one axis.
  const lossLines = lines(curve, 'trainLoss', 'devLoss').slice(0, isInTargetUnit(metric) ? 1 : 2);
  const losses = lineChart({
    title: `loss over ${formatEpoch(curve.at(-1)?.epoch ?? 0)} epochs`,
    xLabel: 'epoch',
    yLabel: 'loss',
    yScale: isWide(lossLines) ? 'log' : 'linear',
    lines: lossLines,
    mark,
  });
  const units = evaluation.units > 1 ? `, on the first of ${evaluation.units} splits` : '';
  return html`<section aria-labelledby="curves"><h2 id="curves">Curves</h2>
<p class="soft">The chosen plan${units}. Weights always go back to the best epoch.</p>
<figure>${errors}<figcaption>Errors in evaluation mode. A train error that still falls at the end asks for longer training; a dev error that rises while the train error falls asks for regularization.</figcaption></figure>
<figure>${losses}<figcaption>Losses. The train loss is the mean over the batches of an epoch, with dropout and moving weights, so it may lie above the dev loss.</figcaption></figure>
${curveTable(curve, metric)}</section>
`;
}
