// What a person chooses on the screen of data: roles keep one column in one role, and a course is drawn without bridging gaps.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { roleFields, rolesOf, type ColumnRoles, type TableSize } from '../../../engine/spec/table.ts';
import { columnRoles, possibleRoles, roleOf, withRole } from './column-roles.ts';
import { coursePath } from './course-path.ts';

const size: TableSize = {
  rows: 100,
  columns: [
    { name: 'when', type: 'time', missing: 0 },
    { name: 'a', type: 'number', missing: 0 },
    { name: 'b, c', type: 'number', missing: 0 },
    { name: 'off', type: 'flag', missing: 0 },
    { name: 'place', type: 'text', missing: 0, texts: 4 },
  ],
};
const names = size.columns.map(({ name }) => name);

describe('roles of columns', () => {
  it('are one for each column, whatever is chosen in whatever order, and the fields of the task say the same', () => {
    const start: ColumnRoles = { targets: ['a'], inputs: [], ahead: [], time: 'when', series: null };
    const choice = fc.tuple(fc.constantFrom(...size.columns), fc.nat(5)).map(([column, at]) => {
      const possible = possibleRoles(column);
      return [column.name, possible[at % possible.length]] as const;
    });
    fc.assert(
      fc.property(fc.array(choice, { maxLength: 12 }), (choices) => {
        let roles = start;
        for (const [name, role] of choices) {
          roles = withRole(roles, name, role, names);
          expect(roleOf(name, roles)).toBe(role);
        }
        const { targets, inputs, ahead, time, series } = roles;
        const used = [...targets, ...inputs, ...ahead, ...[time, series].filter((one) => one !== null)];
        expect(new Set(used).size).toBe(used.length);
        if (targets.length > 0) expect(rolesOf(size, roleFields(roles))).toEqual({ roles });
      }),
    );
  });

  it('that a column can have follow from its type, and can be said', () => {
    for (const column of size.columns) for (const role of possibleRoles(column)) expect(columnRoles).toContain(role);
    expect(possibleRoles({ name: 'x', type: 'text', missing: 0 })).toEqual(['series', 'none']);
  });
});

describe('the course of a column', () => {
  it('is an area for each run of stretches without a gap', () => {
    const course = [[0, 10], [5, 5], null, [10, 10]] as const;
    expect(coursePath({ course, low: 0, high: 10 })).toBe(
      'M12.50 0.00L37.50 50.00L37.50 50.00L12.50 100.00ZM87.50 0.00L87.50 0.00Z',
    );
    expect(coursePath({ course: [null], low: null, high: null })).toBe('');
    expect(coursePath({ course: [[3, 3]], low: 3, high: 3 })).toContain('50.00');
  });
});
