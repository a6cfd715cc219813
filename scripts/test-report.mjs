// The summary of the test command: every reason for skipped tests once, and one line with the totals. Knows the test runner only by its
// counts: `{ passed, failed, skips: [{ name, reason }] }`.

/** A run that ended before its tests: one failure, so that it cannot pass unseen. */
export const noCounts = { passed: 0, failed: 1, skips: [] };

/** Why a test was skipped, read from the names around it: `on an adapter (skipped: there is none)`, `skipped: not installed`. */
export function reasonIn(names) {
  for (const name of names) {
    const found = /\(skipped: (.*)\)$/.exec(name) ?? /^skipped: (.*)$/.exec(name) ?? /\(skipped ([^:].*)\)$/.exec(name);
    if (found) return found[1];
  }
  return undefined;
}

export function playwrightCounts({ suites, errors }) {
  const counts = { passed: 0, failed: errors?.length ?? 0, skips: [] };
  for (const suite of suites) {
    for (const { title, test } of testsOf(suite)) {
      const reason = test.annotations.find(({ type }) => type === 'skip')?.description;
      if (test.status === 'skipped') counts.skips.push({ name: `e2e: ${title}`, reason });
      else if (test.status === 'unexpected') counts.failed += 1;
      else counts.passed += 1;
    }
  }
  return counts;
}

function* testsOf(suite) {
  for (const spec of suite.specs ?? []) for (const test of spec.tests) yield { title: spec.title, test };
  for (const inner of suite.suites ?? []) yield* testsOf(inner);
}

/** One line per reason, the most frequent first, with the number of skipped tests and one of them as an example. */
export function skipLines(skips) {
  const byReason = Map.groupBy(skips, ({ reason }) => reason ?? 'no reason is given');
  return [...byReason]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([reason, tests]) => {
      const [first] = tests;
      return `skipped: ${tests.length === 1 ? first.name : `${tests.length} tests, such as ${first.name}`}: ${reason}`;
    });
}

/** All lines of the summary; the last one is `N passed, N failed, N skipped`. */
export function reportLines(results) {
  const sum = (of) => results.reduce((total, result) => total + of(result), 0);
  const skips = results.flatMap((result) => result.skips);
  const [passed, failed] = [sum((result) => result.passed), sum((result) => result.failed)];
  return [...skipLines(skips), `${passed} passed, ${failed} failed, ${skips.length} skipped`];
}
