// In: what a model file says about itself, and what a tuning measured. Out: a model card: plain data, and the same in words.
// The form follows Mitchell et al., "Model Cards for Model Reporting", 2019, cut to what was measured.

import { FettleError } from '../base/error.ts';
import { formatBytes, formatCount, formatPercent, plural } from '../base/format.ts';
import { networkName } from '../plan/network-name.ts';
import type { NetworkPlan } from '../plan/plan.ts';
import { imageFacts, imageLimits } from './card-image.ts';
import { nodeSnippet, pythonSnippet } from './card-snippets.ts';
import { markdownTable } from './card-table.ts';
import type { ModelColumn } from './columns.ts';
import { shapeText } from './image-input.ts';
import type { ModelMetadata } from './metadata.ts';

/** What the file does not know about the model. */
export interface CardFacts {
  /** The name of the data, such as its file's. */
  readonly data: string;
  readonly rows: { readonly train: number; readonly test: number | null };
  /** Measured errors in words, such as `test error`: `12.1 % [10.2, 14.3]`. */
  readonly errors?: Readonly<Record<string, string>>;
  /** Bytes of the model's file. */
  readonly bytes?: number;
}

/** A model card. */
export interface ModelCard {
  readonly title: string;
  /** What it is, what it predicts from what. */
  readonly summary: string;
  readonly facts: Readonly<Record<string, string>>;
  /** What its input takes, by name; null for tables. */
  readonly image: Readonly<Record<string, string>> | null;
  /** Its inputs; none for images. */
  readonly columns: readonly ModelColumn[];
  readonly classes: readonly string[] | null;
  /** Where its predictions must not be trusted, one sentence each. */
  readonly limits: readonly string[];
  readonly python: string;
  readonly node: string;
}

/** The card of a model. */
export function modelCard(metadata: ModelMetadata, facts: CardFacts): ModelCard {
  const { task, target, classes, columns, image, plan, networks, parameters } = metadata;
  const rows = image === null ? 'rows' : 'images';
  const source = image === null ? plural(columns.length, 'column') : `images of ${shapeText(image)},`;
  const what = classes === null ? `the number "${target}"` : `"${target}", one of ${classes.length} classes,`;
  return {
    title: `Model of ${target}`,
    summary: `Predicts ${what} from ${source} of ${facts.data} (${task}).`,
    facts: {
      data: facts.data,
      [`training ${rows}`]: formatCount(facts.rows.train),
      ...(facts.rows.test === null ? {} : { [`test ${rows}`]: formatCount(facts.rows.test) }),
      ...facts.errors,
      network: `${plural(networks, 'network')}, ${networkText(plan.network)}`,
      parameters: formatCount(parameters),
      ...(facts.bytes === undefined ? {} : { size: formatBytes(facts.bytes) }),
      seed: String(plan.seed),
      plan: metadata.planHash,
      fettle: metadata.versions.fettle ?? 'unknown',
    },
    image: image === null ? null : imageFacts(image),
    columns,
    classes,
    limits: limitsOf(metadata),
    python: pythonSnippet(metadata),
    node: nodeSnippet(metadata),
  };
}

/** A network in the card's words. */
function networkText(network: NetworkPlan): string {
  const { hidden, activation } = network;
  if (network.kind === 'cnn') return `${networkName(network)} (${activation})`;
  const { count } = network.members;
  const widths =
    hidden.length === 0 ? 'no hidden layers' : `hidden layers of ${hidden.join(', ')} units (${activation})`;
  return count > 1 ? `${widths}, ${count} members side by side` : widths;
}

function limitsOf(metadata: ModelMetadata): readonly string[] {
  const { image, classes } = metadata;
  const { target } = metadata.preprocessing;
  const limits = [...(image === null ? columnLimits(metadata) : imageLimits(image, metadata))];
  if (target.kind === 'number') {
    limits.push(
      `Trained on values of "${target.name}" from ${target.low} to ${target.high}; predictions are not cut to that range.`,
    );
  }
  if (classes !== null) limits.push("Probabilities are the network's own; they were not calibrated afterwards.");
  if (image === null) limits.push('Numbers are read as float32: digits beyond the seventh do not count.');
  return limits;
}

function columnLimits({ columns }: ModelMetadata): readonly string[] {
  const limits = ['Rows unlike the training rows get predictions that were never measured.'];
  if (columns.some(({ range }) => range !== null && range.low !== null)) {
    limits.push('Outside the trained range of a column (see the table) the model extrapolates.');
  }
  if (columns.some(({ kind }) => kind === 'categorical')) {
    limits.push('A text that was not in the training rows counts as missing.');
  }
  if (columns.some(({ kind }) => kind === 'date-time')) limits.push('Times without a zone are UTC.');
  return limits;
}

/** The card as Markdown. */
export function printModelCard(card: ModelCard): string {
  if (card.columns.length === 0 && card.image === null)
    throw new FettleError('internal', 'A model card expected at least one column or images, but got none.');
  const { title, summary, facts, image, classes, limits, python, node } = card;
  const parts = [
    `# ${title}`,
    summary,
    markdownTable(['fact', 'value'], Object.entries(facts)),
    ...(image === null ? columnParts(card) : ['## Input', markdownTable(['input', 'value'], Object.entries(image))]),
    ...(classes === null ? [] : ['## Classes', classes.map((name) => `- ${name}`).join('\n')]),
    '## Limits',
    limits.map((limit) => `- ${limit}`).join('\n'),
    '## In Python',
    `\`\`\`python\n${python}\`\`\``,
    '## In Node',
    `\`\`\`js\n${node}\`\`\``,
  ];
  return `${parts.join('\n\n')}\n`;
}

function columnParts({ columns }: ModelCard): readonly string[] {
  const header = ['column', 'kind', 'input', 'missing cell', 'in the training rows'];
  return ['## Columns', markdownTable(header, columns.map(columnCells))];
}

function columnCells(column: ModelColumn): readonly string[] {
  const { name, kind, type, missing } = column;
  return [name, kind, `${type} [N, 1]`, missing === '' ? 'empty text' : missing, trainedRange(column)];
}

/** What a column held in the training rows, in words. */
export function trainedRange({ kind, range, levels, levelCount }: ModelColumn): string {
  const share = range === null ? 0 : range.missingShare;
  const missing = share > 0 ? `; ${formatPercent(share)} missing` : '';
  if (levels !== null && levelCount !== null) {
    const shown = levels.slice(0, 6).join(', ') + (levelCount > 6 ? ', ...' : '');
    return `${plural(levelCount, 'level')}: ${shown}${missing}`;
  }
  if (kind === 'boolean') return `true and false${missing}`;
  if (range === null || range.low === null || range.high === null) return `unknown${missing}`;
  const show = (x: number): string =>
    kind === 'date-time' ? new Date(x * 1000).toISOString().replace(/\.000Z$/, 'Z') : String(Number(x.toPrecision(7)));
  return `${show(range.low)} to ${show(range.high)}${missing}`;
}
