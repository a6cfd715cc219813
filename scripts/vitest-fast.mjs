// Set-up of each test file in `npm run test:fast`: a test that took long last time, or that no longer fits before the time is up, is
// skipped with a note, so that the run can list it. The end of the time comes from the parent process.
import { beforeEach } from 'vitest';
import { leftNote, longSeconds } from './nearest.mjs';
import { readTimes } from './vitest-times.mjs';

const until = Number(process.env.MINRNN_TEST_FAST_UNTIL);
const times = readTimes();

if (until > 0)
  beforeEach(({ task, skip }) => {
    const path = task.file.name.replaceAll('\\', '/');
    const names = [];
    for (let at = task; at && at !== at.file; at = at.suite) names.unshift(at.name);
    const took = times[path]?.tests[names.join(' > ')] ?? 0;
    if (took > longSeconds || Date.now() + took * 1000 > until) skip(leftNote);
  });
