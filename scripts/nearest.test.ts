// The nearest tests of a change: ordered by the number of imports in between, as many as fit.
import { describe, expect, it } from 'vitest';
import { fitting, testsNear } from './nearest.mjs';

const sources = {
  'src/a.ts': 'export const a = 1;',
  'src/a.test.ts': "import { a } from './a.ts';",
  'src/deep/b.ts': "import { a } from '../a.ts';",
  'src/deep/b.test.ts': "const { b } = await import('./b.ts');",
  'src/page.vue': "import { a } from './a.ts';",
  'tests/page.test.ts': "import Page from '../src/page.vue';",
  'tests/worker.test.ts': "new Worker(new URL('../src/deep/b.ts', import.meta.url));",
  'tests/other.test.ts': "import { c } from './c.ts';",
};

describe('tests near a change', () => {
  it('are found through imports, pages and workers, nearest first', () => {
    expect(testsNear(sources, ['src/a.ts']).map(({ path, steps }) => `${steps} ${path}`)).toEqual([
      '0 src/a.test.ts',
      '2 src/deep/b.test.ts',
      '2 tests/page.test.ts',
      '2 tests/worker.test.ts',
    ]);
    expect(testsNear(sources, ['tests/other.test.ts'])).toEqual([{ path: 'tests/other.test.ts', steps: 0 }]);
    expect(testsNear(sources, ['README.md'])).toEqual([]);
  });

  it('are left to the whole run if they do not fit, except the nearest', () => {
    const tests = testsNear(sources, ['src/a.ts']);
    const times = {
      'src/a.test.ts': { start: 28, tests: { short: 2, long: 60 } },
      'tests/page.test.ts': { start: 1, tests: { short: 3 } },
    };
    const fits = (seconds: number): number => {
      const chosen: unknown[] = fitting(tests, times, seconds);
      return chosen.length;
    };
    expect(fits(10)).toBe(1);
    expect(fits(29)).toBe(1);
    expect(fits(32)).toBe(2);
    expect(fits(35)).toBe(3);
    expect(fits(100)).toBe(4);
  });
});
