// A Vitest reporter that remembers how long each test file took, for scripts/test-fast.mjs.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './fresh.mjs';

const file = join(root, '.cache/test-times.json');

export default class TimesReporter {
  onTestRunEnd(modules) {
    const times = existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : {};
    for (const module of modules) {
      const { duration, collectDuration, environmentSetupDuration } = module.diagnostic();
      const path = relative(root, module.moduleId).replaceAll('\\', '/');
      times[path] = Math.ceil((duration + collectDuration + environmentSetupDuration) / 100) / 10;
    }
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify(times));
  }
}
