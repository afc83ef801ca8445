/** What one cell of a text file looks like. `infinite`: a number that float32 cannot hold. */
export type CellClass = 'number' | 'infinite' | 'boolean' | 'date-time' | 'text';

/**
 * Spellings of a missing cell in text files, after spaces at both ends are taken away. The empty cell is missing too.
 * They are pandas' defaults and `?` of the UCI repository, without machine-specific forms.
 */
export const missingSpellings: readonly string[] = [
  '',
  'NA',
  'N/A',
  'n/a',
  'na',
  '<NA>',
  '#N/A',
  '#NA',
  'NaN',
  'nan',
  'NAN',
  '-nan',
  '-NaN',
  'null',
  'NULL',
  'Null',
  'None',
  '?',
];
const missing: ReadonlySet<string> = new Set(missingSpellings);

/** Whether a trimmed cell is one of `missingSpellings`. */
export const isMissingSpelling = (trimmed: string): boolean => missing.has(trimmed);

const number = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const commaNumber = /^[+-]?(\d+,?\d*|,\d+)(e[+-]?\d+)?$/i;
const infinity = /^[+-]?inf(inity)?$/i;
const boolean = /^(true|false)$/i;
const dateTime =
  /^\d{4}([-/])(0?[1-9]|1[0-2])\1(0?[1-9]|[12]\d|3[01])([ T]\d{1,2}:\d\d(:\d\d(\.\d{1,9})?)?( ?(Z|[+-]\d\d(:?\d\d)?))?)?$/;

/**
 * The class of a trimmed cell that is not missing. Numbers: `12`, `-.5`, `1e-3`. Booleans: true and false in any case.
 * Date-times begin with the year: `2024-01-31`, `2024/1/31`, `2024-01-31 12:30`, `2024-01-31T12:30:05.25+02:00`.
 */
export function classifyCell(trimmed: string, decimal: '.' | ',' = '.'): CellClass {
  if ((decimal === ',' ? commaNumber : number).test(trimmed)) {
    return Number.isFinite(Math.fround(Number(trimmed.replace(',', '.')))) ? 'number' : 'infinite';
  }
  if (infinity.test(trimmed)) return 'infinite';
  if (boolean.test(trimmed)) return 'boolean';
  return dateTime.test(trimmed) ? 'date-time' : 'text';
}
