import { countDistinct, numberFacts } from './number-facts.ts';
import { type Column, countMissing, type NumericColumn, type TextColumn } from './table.ts';

/** What a column is. The last five are never used. */
export type Role =
  | 'numeric'
  | 'categorical'
  | 'boolean'
  | 'date-time'
  | 'target'
  | 'constant'
  | 'id-like'
  | 'free-text'
  | 'all-missing';

/** A column's part in the training. */
export interface ColumnRole {
  readonly name: string;
  readonly role: Role;
  /** Whether the network sees it. */
  readonly used: boolean;
  /** In words, with the numbers it rests on. */
  readonly reason: string;
  /** Rows whose cell is missing. */
  readonly missing: number;
}

/** Names of identifiers: id, uuid, key, row_number, customer_id, PassengerId, "Unnamed: 0" (a pandas index). */
const idName =
  /^(id|ids|idx|index|uuid|guid|key|row|nr|no|(row|record|serial)[ _-]?(id|number|num|no|nr|index))$|[ _.-](id|uuid|guid)$|^id[ _.-]|^unnamed: ?\d+$|^column_1$/i;
const camelId = /[a-z](Id|ID)$/;
const timeName = /(year|date|time|month|day|hour|week|age)/i;

const isIdName = (name: string): boolean => idName.test(name) || camelId.test(name);

/** What a column beside the target is used for. */
export function featureRole(column: Column, rows: number): ColumnRole {
  const missing = countMissing(column);
  const answer = (role: Role, reason: string): ColumnRole => {
    const used = role === 'numeric' || role === 'categorical' || role === 'boolean' || role === 'date-time';
    return { name: column.name, role, used, reason, missing };
  };
  if (missing === rows) return answer('all-missing', 'no row has a value');
  if (column.kind === 'text') return answer(...textRole(column, rows - missing, missing));
  let minimum = Number.POSITIVE_INFINITY;
  let maximum = Number.NEGATIVE_INFINITY;
  for (const value of column.values) {
    if (value < minimum) minimum = value;
    if (value > maximum) maximum = value;
  }
  // with missing cells, whether there is a value may still say something
  if (minimum === maximum && missing === 0) return answer('constant', `every row holds ${showValue(column, minimum)}`);
  if (column.kind === 'boolean') return answer('boolean', 'true and false');
  if (column.kind === 'date-time') return answer('date-time', `${isoTime(minimum)} to ${isoTime(maximum)}`);
  const id = idReason(column, missing);
  return id === null ? answer('numeric', `numbers from ${show(minimum)} to ${show(maximum)}`) : answer('id-like', id);
}

const show = (value: number): string => String(Number(value.toPrecision(6)));
const isoTime = (seconds: number): string => {
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime())
    ? `${seconds} s`
    : time
        .toISOString()
        .replace(/T00:00:00\.000Z$/, '')
        .replace(/\.000Z$/, 'Z');
};

function showValue(column: Column, value: number): string {
  if (column.kind === 'boolean') return value === 1 ? 'true' : 'false';
  return column.kind === 'date-time' ? isoTime(value) : show(value);
}

const counting = 'whole numbers that count the rows';

/** The role when no other column is left: numbers that count the rows are then what is to be learned from. */
export function onlyColumnRole(column: ColumnRole): ColumnRole {
  if (column.role !== 'id-like' || !column.reason.startsWith(counting)) return column;
  return { ...column, role: 'numeric', used: true, reason: `${column.reason}, kept since no other column is left` };
}

/**
 * Whole numbers that only number the rows. Fractions are never id-like. Named like an id: nearly all different. Otherwise
 * all different, no cell missing, and either counting by ones or, with 30 rows or more, a shuffled range of at most twice
 * the number of rows. Columns named like times or ages are kept.
 */
function idReason(column: NumericColumn, missing: number): string | null {
  const facts = numberFacts(column);
  if (!facts.integer) return null;
  const { present } = facts;
  if (isIdName(column.name)) {
    const distinct = countDistinct(column);
    if (distinct >= present * 0.95 && present >= 2)
      return `named like an id, ${distinct} different whole numbers in ${present} rows`;
  }
  if (missing > 0 || present < 10 || timeName.test(column.name)) return null;
  const span = facts.maximum - facts.minimum + 1;
  if (facts.monotone && span === present) return `${counting}, from ${show(facts.minimum)} to ${show(facts.maximum)}`;
  if (present < 30 || span > present * 2 || countDistinct(column) < present) return null;
  return `a different whole number in each of ${present} rows, from ${show(facts.minimum)} to ${show(facts.maximum)}`;
}

function textRole(column: TextColumn, present: number, missing: number): [Role, string] {
  const distinct = column.levels.length;
  if (column.overflow > 0) {
    const role = isSpaced(column.levels) ? 'free-text' : 'id-like';
    return [role, `more than ${distinct} different texts in ${present} rows${spelling(column.levels)}`];
  }
  if (distinct === 1 && missing === 0) return ['constant', `every row holds "${column.levels[0] ?? ''}"`];
  const several = `${distinct} different texts in ${present} rows`;
  if (distinct === present && present >= 5 && distinct > 1)
    return [
      isSpaced(column.levels) ? 'free-text' : 'id-like',
      `a different text in each of ${present} rows${spelling(column.levels)}`,
    ];
  if (distinct > 20 && distinct > present * 0.5)
    return [isSpaced(column.levels) ? 'free-text' : 'id-like', `${several}${spelling(column.levels)}`];
  if (distinct > 20 && averageLength(column.levels) > 60) return ['free-text', `${several}, long ones`];
  if (distinct > 1000 && present < distinct * 10)
    return ['free-text', `${several}: too few rows of each to learn from${spelling(column.levels)}`];
  return ['categorical', `${distinct} ${distinct === 1 ? 'level' : 'levels'}: ${exampleLevels(column.levels)}`];
}

const sample = (levels: readonly string[]): readonly string[] => levels.slice(0, 1000);
const averageLength = (levels: readonly string[]): number =>
  sample(levels).reduce((sum, level) => sum + level.length, 0) / Math.max(1, sample(levels).length);

/** Most levels hold a space: words rather than codes. */
const isSpaced = (levels: readonly string[]): boolean =>
  sample(levels).filter((level) => level.includes(' ')).length * 2 > sample(levels).length;

/** Says so when the texts are numbers or dates in a form that is not read. */
function spelling(levels: readonly string[]): string {
  const most = (form: RegExp): boolean =>
    sample(levels).filter((level) => form.test(level)).length > 0.9 * sample(levels).length;
  if (most(/^\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b/)) return '; they look like dates: write them as 2024-01-31';
  if (most(/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i)) return '; nearly all are numbers: mend or empty the others';
  if (most(/^[$€£¥]?\s?-?\d[\d ,.']*\s?(%|[$€£¥]|[a-z]{1,3})?$/))
    return '; they look like numbers: write them without units and separators';
  return '';
}

function exampleLevels(levels: readonly string[]): string {
  const shown = levels.slice(0, 4).map((level) => (level.length > 20 ? `${level.slice(0, 17)}...` : level));
  return shown.join(', ') + (levels.length > 4 ? ', ...' : '');
}
