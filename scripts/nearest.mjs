// Which tests know a changed file, nearest first: the import graph of the sources, read from their text, walked backwards. Knows no test
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

/** Test files with their distance from what changed: 0 = changed itself or stands beside it, 1 = imports it, and so on. */
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

/** The nearest of them that fit into `seconds` by the times they took last (where unknown: one second, ten for a test of the whole program); the first always does. */
export function fitting(tests, secondsOf, seconds) {
  let spent = 0;
  return tests.filter(({ path }, i) => {
    spent += secondsOf[path] ?? (path.startsWith('tests/') ? 10 : 1);
    return i === 0 || spent <= seconds;
  });
}
