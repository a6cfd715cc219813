// A Vitest reporter that writes counts and the reason of every skipped test to a file, for the end of `npm test`.
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { reasonIn } from './test-report.mjs';

/** Own name first, then those of the suites around it. */
function* namesFrom(test) {
  for (let at = test; at.type === 'test' || at.type === 'suite'; at = at.parent) yield at.name;
}

export default class CountsReporter {
  onTestRunEnd(modules, unhandledErrors) {
    const counts = { passed: 0, failed: 0, skips: [] };
    for (const module of modules) {
      // A file that does not load reports no failed tests.
      if (module.state() === 'failed' && module.errors().length > 0) counts.failed += 1;
      for (const test of module.children.allTests()) {
        const { state, note } = test.result();
        if (state === 'passed') counts.passed += 1;
        else if (state === 'failed') counts.failed += 1;
        else counts.skips.push({ name: test.fullName, reason: note ?? reasonIn(namesFrom(test)) });
      }
    }
    counts.failed += unhandledErrors.length;
    const file = process.env.MINRNN_COUNTS;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(counts));
  }
}
