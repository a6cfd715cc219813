// The list of mutants stays valid: each one still changes exactly one place in the sources, and its tests exist.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { chosen, mutate, problemsOf } from './mutants/check.mjs';
import { mutants } from './mutants/index.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const read = (path: string): string | null =>
  existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : null;

describe('the list of mutants', () => {
  it('applies to the sources, each at one place', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(57);
    expect(problemsOf(mutants, read)).toEqual([]);
  });

  it('reports problems as sentences', () => {
    const right = { name: 'a', file: 'a.ts', find: 'x < 1', replace: 'x <= 1', tests: ['a.test.ts'] };
    const files: Record<string, string> = { 'a.ts': 'if (x < 1) y();', 'a.test.ts': '' };
    const of = (...list: unknown[]): readonly unknown[] => problemsOf(list, (path: string) => files[path] ?? null);
    expect(of(right)).toEqual([]);
    expect(of(right, right)).toEqual(['a: another one has this name']);
    expect(of({ ...right, find: 'x < 2' })).toEqual(['a: its line must be in the file once, got 0 times']);
    expect(of({ ...right, replace: 'x < 1' })).toEqual(['a: it changes nothing']);
    expect(of({ ...right, file: 'b.ts', tests: [] })).toEqual(['a: no test is named', 'a: there is no b.ts']);
  });

  it('takes the new line as it is, and finds mutants by a part of their names', () => {
    expect(mutate('a = 1;', { find: '1', replace: '$& + $1' })).toEqual({ ok: true, text: 'a = $& + $1;' });
    expect(chosen([{ name: 'decay' }, { name: 'clip' }], ['dec'])).toEqual([{ name: 'decay' }]);
  });
});
