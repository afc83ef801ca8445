import { plural } from '../../base/format.ts';
import { isLinear } from '../../plan/defaults.ts';
import { networkName } from '../../plan/network-name.ts';
import type { Step } from '../../recipe/journal.ts';
import type { Metric } from '../../record/record.ts';
import { type Html, html } from '../html.ts';
import type { Stop } from '../verdict-path.ts';
import { gainText, metricNames, scoreText, shortScoreText, verdictText } from '../wording.ts';

function stepRow(step: Step, metric: Metric): Html {
  const judged = step.accepted
    ? html`<span class="accepted">✓ accepted</span>`
    : html`<span class="rejected">✗ rejected</span>`;
  return html`<tr><th scope="row">${step.action}</th><td>${step.change}</td><td class="n">${shortScoreText(step.before, metric)}</td><td class="n">${shortScoreText(step.after, metric)}</td><td class="n">${gainText(step.gain, metric)}</td><td class="judged">${judged} ${step.why}</td></tr>
`;
}

function stopRow(stop: Stop, metric: Metric): Html {
  if (stop.kind === 'step') return stepRow(stop.step, metric);
  if (stop.kind === 'verdict') {
    const { train, dev } = stop.evaluation;
    return html`<tr class="verdict"><th scope="row" colspan="6"><span class="stay">Verdict: ${verdictText(stop.ids)} (train ${scoreText(train, metric)}, dev ${scoreText(dev, metric)})</span></th></tr>
`;
  }
  const row = (name: string, { train, dev }: { train: typeof stop.linear.train; dev: typeof stop.linear.dev }) =>
    html`<tr><th scope="row">baseline</th><td>${name}</td><td></td><td class="n">${shortScoreText(dev, metric)}</td><td></td><td>train ${shortScoreText(train, metric)}</td></tr>
`;
  const { network } = stop.evaluation.plan;
  return html`${row('no hidden layers', stop.linear)}${!isLinear(network) && row(networkName(network), stop.evaluation)}`;
}

/** The path as a table: one row per verdict and per action, in the order in which they came. */
export function pathSection(stops: readonly Stop[], metric: Metric): Html {
  const steps = stops.filter((stop) => stop.kind === 'step');
  const confidence = steps[0]?.step.gain.confidence;
  const limits = confidence === undefined ? '' : ` with its ${Math.round(confidence * 100)} % interval`;
  const caption = `${metricNames[metric]} on the dev rows, before and after each action, and the change${limits}: negative is better`;
  return html`<section aria-labelledby="path"><h2 id="path">Verdict path</h2>
<p>${plural(steps.length, 'action')} tried. An action is accepted only if the held-out error falls by more than its noise; what was rejected is listed with its measured effect.</p>
<div class="scroll" tabindex="0" role="region" aria-label="${caption}"><table><caption><span class="stay">${caption}</span></caption>
<thead><tr><th scope="col">Action</th><th scope="col">Change</th><th scope="col" class="n">Before</th><th scope="col" class="n">After</th><th scope="col" class="n">Difference</th><th scope="col">Judged</th></tr></thead>
<tbody>
${stops.map((stop) => stopRow(stop, metric))}</tbody></table></div></section>
`;
}
