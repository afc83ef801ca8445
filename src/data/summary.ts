import { describeImages, formatCount } from '../base/format.ts';
import type { ColumnRole, Roles } from './roles.ts';

const limit = 40;

/**
 * What was inferred about a table, as lines for a terminal: task, target, classes, used and unused columns with reasons,
 * notes. At most 40 used columns are listed one by one; unused ones are always listed.
 */
export function describeRoles(roles: Roles): string[] {
  const target = `target     ${roles.target} (${roles.targetReason})`;
  const task = `task       ${roles.task} (${roles.taskReason})`;
  const classes = roles.classes === null ? [] : [`classes    ${describeClasses(roles.classes, roles.classRows ?? [])}`];
  const used = roles.columns.filter((column) => column.used);
  const unused = roles.columns.filter((column) => !column.used && column.role !== 'target');
  const rows = `rows       ${formatCount(roles.rows - roles.rowsWithoutTarget)}${roles.rowsWithoutTarget > 0 ? ` with a target, of ${formatCount(roles.rows)}` : ''}`;
  const more = used.length > limit ? [`  ... and ${used.length - limit} more`] : [];
  return [
    rows,
    target,
    task,
    ...classes,
    ...(roles.images === null ? [] : [`images     ${describeImages(roles.images)}`]),
    ...(used.length === 0
      ? []
      : [`used       ${used.length} ${used.length === 1 ? 'column' : 'columns'}: ${countRoles(used)}`]),
    ...columnLines(used.slice(0, limit)),
    ...more,
    ...(unused.length > 0 ? [`left out   ${unused.length} ${unused.length === 1 ? 'column' : 'columns'}`] : []),
    ...columnLines(unused),
    ...roles.notes.map((note) => `note       ${note}`),
  ];
}

function describeClasses(classes: readonly string[], rows: readonly number[]): string {
  const shown = classes.slice(0, 10).map((name, i) => `${name} (${formatCount(rows[i] ?? 0)})`);
  return `${classes.length}: ${shown.join(', ')}${classes.length > 10 ? ', ...' : ''}`;
}

function countRoles(columns: readonly ColumnRole[]): string {
  const counts = new Map<string, number>();
  for (const { role } of columns) counts.set(role, (counts.get(role) ?? 0) + 1);
  return [...counts].map(([role, count]) => `${count} ${role}`).join(', ');
}

function columnLines(columns: readonly ColumnRole[]): string[] {
  const width = Math.min(30, Math.max(0, ...columns.map(({ name }) => name.length)));
  return columns.map(({ name, role, reason, missing }) => {
    const gaps = missing > 0 && role !== 'all-missing' ? `, ${formatCount(missing)} missing` : '';
    return `  ${name.padEnd(width)}  ${role.padEnd(11)}  ${reason}${gaps}`;
  });
}
