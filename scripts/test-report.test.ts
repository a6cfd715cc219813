// The summary of the test command: no reason appears twice, every skipped test is counted, and a program can read the last line.
import { describe, expect, it } from 'vitest';
import { noCounts, playwrightCounts, reasonIn, reportLines } from './test-report.mjs';

const none = 'no adapter was found: the loader (libvulkan.so.1) is missing';

describe('the end of the test command', () => {
  it('says each reason once, with how many tests it concerns', () => {
    const skips = Array.from({ length: 133 }, (_, i) => ({ name: `webgpu > test ${i}`, reason: none }));
    const lines = reportLines([
      { passed: 1000, failed: 0, skips },
      { passed: 30, failed: 2, skips: [{ name: 'e2e: screens', reason: undefined }] },
    ]);
    expect(lines).toEqual([
      `skipped: 133 tests, such as webgpu > test 0: ${none}`,
      'skipped: e2e: screens: no reason is given',
      '1030 passed, 2 failed, 134 skipped',
    ]);
  });

  it('reads the reason from the name of a test or of a suite around it', () => {
    expect(reasonIn(['is right', `on an adapter (skipped: ${none})`])).toBe(none);
    expect(reasonIn(['add = reference', 'skipped: not installed', 'TensorFlow.js on node'])).toBe('not installed');
    expect(reasonIn(['has known floors (skipped without the file)'])).toBe('without the file');
    expect(reasonIn(['gives what it gave', 'a suite'])).toBeUndefined();
  });

  it('takes a run that ended before its tests for a failure', () => {
    expect(reportLines([noCounts])).toEqual(['0 passed, 1 failed, 0 skipped']);
  });

  it('counts tests in a browser, those of inner suites and errors outside of tests', () => {
    const test = (status: string, annotations: object[] = []) => ({ tests: [{ status, annotations }], title: status });
    const skipped = test('skipped', [{ type: 'skip', description: 'only on Linux' }]);
    const inner = { specs: [test('unexpected'), skipped], suites: [] };
    const suites = [{ specs: [test('expected'), test('flaky')], suites: [inner] }];
    expect(playwrightCounts({ suites, errors: [{}] })).toEqual({
      passed: 2,
      failed: 2,
      skips: [{ name: 'e2e: skipped', reason: 'only on Linux' }],
    });
  });
});
