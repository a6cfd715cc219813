// A Vitest reporter that remembers how long each test took, for `npm run test:fast`, and names the tests this run left out for their time.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './fresh.mjs';
import { leftNote } from './nearest.mjs';

const file = join(root, '.cache/test-seconds.json');

/** By test file: { start: seconds before its first test, tests: { name: seconds } }. */
export const readTimes = () => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {});

const seconds = (ms) => Math.ceil(ms / 100) / 10;

export default class TimesReporter {
  onTestRunEnd(modules) {
    const times = readTimes();
    const left = [];
    for (const module of modules) {
      const { collectDuration, environmentSetupDuration } = module.diagnostic();
      const path = relative(root, module.moduleId).replaceAll('\\', '/');
      const tests = { ...times[path]?.tests };
      for (const test of module.children.allTests()) {
        if (test.result().note === leftNote) left.push(`${path}: ${test.name}`);
        else if (test.diagnostic()) tests[test.fullName] = seconds(test.diagnostic().duration);
      }
      times[path] = { start: seconds(collectDuration + environmentSetupDuration), tests };
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(times));
    if (left.length === 0) return;
    console.log(`fast: ${left.length} tests of these files do not fit into the time and were left to npm test:`);
    for (const name of left.slice(0, 8)) console.log(`  ${name}`);
    if (left.length > 8) console.log(`  and ${left.length - 8} more`);
  }
}
