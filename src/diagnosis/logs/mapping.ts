// In: the names of a log, and what the user says about them. Out: which series is which, and how its values become an
// error. The user's word goes before any convention.

import { FettleError } from '../../base/error.ts';
import { nearestNames } from '../../base/nearest-name.ts';
import { isLearningRate, meaningOf, type Quantity } from './names.ts';

const sets = ['train', 'dev', 'test'] as const;
const kinds = ['error', 'loss', 'rmse', 'mae'] as const;
/** What a series can be; a test series stands in for a dev series where there is none. */
export type Role = `${(typeof sets)[number]}_${(typeof kinds)[number]}` | 'learning_rate';
const roles: readonly Role[] = [
  ...sets.flatMap((set) => kinds.map((kind) => `${set}_${kind}` as const)),
  'learning_rate',
];

const transforms = {
  invert: (x: number): number => 1 - x,
  percent: (x: number): number => x / 100,
  sqrt: (x: number): number => Math.sqrt(x),
} as const;
/** What is done to a value, in order: 1 - x, x / 100, the square root. */
export type Transform = keyof typeof transforms;

/** One series with its role. */
export interface Mapped {
  readonly role: Role;
  readonly name: string;
  readonly transforms: readonly Transform[];
  /** Whether the user said so. */
  readonly given: boolean;
}

/** A value after its transforms, without digits that the arithmetic made up. */
export function transformed(value: number, by: readonly Transform[]): number {
  if (by.length === 0) return value;
  return Number(by.reduce((x, transform) => transforms[transform](x), value).toPrecision(12));
}

/** Reads `train_error=acc:invert`; throws a `usage` error for another form. */
export function parseMapping(text: string): Mapped {
  const equals = text.indexOf('=');
  const role = roles.find((candidate) => candidate === text.slice(0, equals).trim());
  const parts = text.slice(equals + 1).split(':');
  const by: Transform[] = [];
  // A name may hold colons itself, so only what is a transform is taken from the end.
  while (parts.length > 1) {
    const last = parts.at(-1)?.trim() ?? '';
    if (!Object.hasOwn(transforms, last)) break;
    by.unshift(last as Transform);
    parts.pop();
  }
  const name = parts.join(':').trim();
  if (equals === -1 || role === undefined || name === '') {
    throw new FettleError(
      'usage',
      `Expected a mapping such as train_error=acc:invert, received "${text}". Left of = stands one of ` +
        `${roles.join(', ')}; after the log's own name may follow :invert (1 - x), :percent (x / 100) or :sqrt.`,
    );
  }
  return { role, name, transforms: by, given: true };
}

const BY_QUANTITY: { readonly [K in Quantity]: { readonly kind: (typeof kinds)[number]; readonly by: Transform[] } } = {
  accuracy: { kind: 'error', by: ['invert'] },
  error: { kind: 'error', by: [] },
  loss: { kind: 'loss', by: [] },
  rmse: { kind: 'rmse', by: [] },
  mse: { kind: 'rmse', by: ['sqrt'] },
  mae: { kind: 'mae', by: [] },
};

interface Candidate extends Mapped {
  readonly rank: number;
}

function candidateOf(name: string, values: readonly number[]): Candidate | null {
  if (isLearningRate(name)) return { role: 'learning_rate', name, transforms: [], given: false, rank: 0 };
  const meaning = meaningOf(name);
  if (meaning === null) return null;
  const { kind, by } = BY_QUANTITY[meaning.quantity];
  const finite = values.filter(Number.isFinite);
  const most = finite.reduce((a, b) => Math.max(a, b), 0);
  const least = finite.reduce((a, b) => Math.min(a, b), 0);
  // An accuracy of 93.1 is per cent; one of 1,000 is none at all, and is left to the user.
  if (kind === 'error' && (least < 0 || most > 100)) return null;
  const percent: readonly Transform[] = kind === 'error' && most > 1 ? ['percent'] : [];
  const derived = meaning.quantity === 'mse' ? 1 : 0;
  return {
    role: `${meaning.set}_${kind}`,
    name,
    transforms: [...percent, ...by],
    given: false,
    rank: (meaning.ofBatch ? 2 : 0) + derived,
  };
}

/**
 * The role of each series: the user's first, then by convention, values of whole epochs before those of batches.
 * Throws a `usage` error for a name that the log does not have.
 */
export function mapSeries(values: ReadonlyMap<string, readonly number[]>, given: readonly Mapped[]): readonly Mapped[] {
  const names = [...values.keys()];
  for (const { name } of given) {
    if (values.has(name)) continue;
    const [near] = nearestNames(name, names);
    throw new FettleError(
      'usage',
      `The log has nothing named "${name}".${near === undefined ? '' : ` Did you mean "${near}"?`} Its names: ` +
        `${names.slice(0, 20).join(', ')}${names.length > 20 ? ', ...' : ''}.`,
    );
  }
  const found = names
    .filter((name) => !given.some((mapped) => mapped.name === name))
    .map((name) => candidateOf(name, values.get(name) ?? []))
    .filter((candidate) => candidate !== null)
    .sort((a, b) => a.rank - b.rank);
  const taken = new Map<Role, Mapped>(given.map((mapped) => [mapped.role, mapped]));
  for (const { rank: _, ...mapped } of found) if (!taken.has(mapped.role)) taken.set(mapped.role, mapped);
  return roles.flatMap((role) => taken.get(role) ?? []);
}

/** `train error = 1 - accuracy`. */
export function mappingText({ role, name, transforms: by }: Mapped): string {
  const value = by.reduce(
    (text, transform) => ({ invert: `1 - ${text}`, percent: `${text} / 100`, sqrt: `sqrt(${text})` })[transform],
    name,
  );
  return `${role.replace('_', ' ')} = ${value}`;
}
