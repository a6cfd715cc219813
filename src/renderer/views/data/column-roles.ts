// Roles of columns as a person chooses them one by one, and as the fields of the task say them. Pure.
import { isNumeric, type ColumnRoles, type TableColumnInfo } from '../../../engine/spec/table.ts';

export const columnRoles = ['target', 'inputs', 'ahead', 'time', 'series', 'none'] as const;
export type ColumnRole = (typeof columnRoles)[number];

export function roleOf(name: string, { targets, inputs, ahead, time, series }: ColumnRoles): ColumnRole {
  if (targets.includes(name)) return 'target';
  if (inputs.includes(name)) return 'inputs';
  if (ahead.includes(name)) return 'ahead';
  return time === name ? 'time' : series === name ? 'series' : 'none';
}

/** The roles a column of this type can have. */
export function possibleRoles(column: TableColumnInfo): readonly ColumnRole[] {
  if (isNumeric(column)) {
    const time = column.type === 'number' ? (['time'] as const) : [];
    return ['target', 'inputs', 'ahead', ...time, 'series', 'none'];
  }
  return column.type === 'time' ? ['time', 'none'] : ['series', 'none'];
}

/** With another role for one column; a second time or series takes the place of the first. */
export function withRole(roles: ColumnRoles, name: string, role: ColumnRole, order: readonly string[]): ColumnRoles {
  const other = (one: string | null): string | null => (one === name ? null : one);
  const list = (of: 'targets' | 'inputs' | 'ahead', is: ColumnRole): readonly string[] => {
    const names = new Set(roles[of]);
    names.delete(name);
    if (role === is) names.add(name);
    return order.filter((one) => names.has(one));
  };
  return {
    targets: list('targets', 'target'),
    inputs: list('inputs', 'inputs'),
    ahead: list('ahead', 'ahead'),
    time: role === 'time' ? name : other(roles.time),
    series: role === 'series' ? name : other(roles.series),
  };
}

export const isRoleField = (name: string): boolean => ['target', 'inputs', 'ahead', 'time', 'series'].includes(name);
