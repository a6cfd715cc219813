// Which tests know a changed file, nearest first: the import graph of the sources, read from their text, walked backwards. Independent of the test
// runner and no git.

const imported = /(?:from|import)\s*\(?\s*['"](\.{1,2}\/[^'"]+)['"]|new URL\(\s*['"](\.{1,2}\/[^'"]+)['"]/g;

function resolve(from, path) {
  const parts = from.split('/').slice(0, -1);
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '.') parts.push(part);
  }
  return parts.join('/');
}

/** By file, who imports it. `sources` is { path: text }. */
export function importersOf(sources) {
  const importers = new Map();
  for (const [path, text] of Object.entries(sources)) {
    for (const [, named, located] of text.matchAll(imported)) {
      const target = resolve(path, named ?? located);
      if (!importers.has(target)) importers.set(target, new Set());
      importers.get(target).add(path);
    }
  }
  return importers;
}

export const isTest = (path) => /\.test\.ts$/.test(path);

/** Test files with their distance from what changed: 0 = changed itself or is next to it, 1 = imports it, and so on. */
export function testsNear(sources, changed) {
  const importers = importersOf(sources);
  const distance = new Map();
  let edge = changed.flatMap((path) => [path, path.replace(/(\.as|\.shared)?\.\w+$/, '.test.ts')]);
  for (let steps = 0; edge.length > 0; steps++) {
    const next = [];
    for (const path of edge) {
      if (distance.has(path)) continue;
      distance.set(path, steps);
      next.push(...(importers.get(path) ?? []));
    }
    edge = next;
  }
  return [...distance]
    .filter(([path]) => isTest(path) && sources[path] !== undefined)
    .map(([path, steps]) => ({ path, steps }))
    .sort((a, b) => a.steps - b.steps || a.path.localeCompare(b.path));
}

/** The note a test is skipped with when it takes too long or would not finish in time; `npm test` runs it. */
export const longSeconds = 3;
export const leftNote = 'left to npm test: it does not fit into the time';

/** Expected seconds of one file from its last run, without its long tests. Unknown: one second, or ten for tests of the whole program. */
function secondsOf(path, known) {
  if (!known) return path.startsWith('tests/') ? 10 : 1;
  const short = Object.values(known.tests).filter((seconds) => seconds <= longSeconds);
  return known.start + short.reduce((sum, seconds) => sum + seconds, 0);
}

/** The nearest test files that fit into `seconds`; the first is always included, since each of its tests is checked again before it runs. */
export function fitting(tests, times, seconds) {
  let spent = 0;
  return tests.filter(({ path }, i) => {
    const more = secondsOf(path, times[path]);
    if (i > 0 && spent + more > seconds) return false;
    spent += more;
    return true;
  });
}
