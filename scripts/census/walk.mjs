// Counts and verifies ways through the program (walks.mjs) over sources given as { path: text }; reads those of an earlier commit from git.
import { execFileSync } from 'node:child_process';
import { posix } from 'node:path';

/** Sources below `src` as they were at a commit. */
export function sourcesAt(commit, cwd) {
  const git = (args, input) => execFileSync('git', args, { cwd, input, maxBuffer: 2 ** 28 });
  const paths = git(['ls-tree', '-r', '--name-only', commit, 'src'])
    .toString()
    .split('\n')
    .filter((path) => /\.(ts|vue)$/.test(path));
  const all = git(['cat-file', '--batch'], paths.map((path) => `${commit}:${path}`).join('\n'));
  let at = 0;
  const entries = paths.map((path) => {
    const line = all.indexOf('\n', at);
    const size = Number(all.subarray(at, line).toString().split(' ')[2]);
    at = line + size + 2;
    return [path, all.subarray(line + 1, line + 1 + size).toString()];
  });
  return Object.fromEntries(entries);
}

/** Without comments. */
const codeOf = (text) =>
  text
    .replace(/\/\*[\s\S]*?\*\/|<!--[\s\S]*?-->/g, '')
    .split('\n')
    .filter((line) => !line.trim().startsWith('//'))
    .join('\n');

const named = (text, name) => new RegExp(`(?<![\\w/-])${name}(?![\\w/-])`).test(codeOf(text));

function imports(path, text) {
  const relative = [...text.matchAll(/(?:from|import\()\s*'(\.[^']+)'/g)].map(([, to]) => to);
  return relative.map((to) => posix.join(posix.dirname(path), to));
}

/** What is wrong with a way: files that are not there, names that are not in them, steps between files that know nothing of each other. */
export function faultsOf(stops, sources) {
  const faults = [];
  stops.forEach(({ file, name, begins }, i) => {
    const path = `src/${file}`;
    const text = sources[path];
    if (text === undefined) return faults.push(`${file}: it must be there`);
    if (!named(text, name)) faults.push(`${file}: its code must contain ${name}`);
    if (begins) return;
    const before = `src/${stops[i - 1].file}`;
    const known = sources[before] ?? '';
    const joined = imports(path, text).includes(before) || imports(before, known).includes(path);
    if (!joined && !named(known, name) && !named(text, stops[i - 1].name))
      faults.push(`${stops[i - 1].file} -> ${file}: one must import the other, or both contain the name`);
  });
  return faults;
}

export const filesOf = (stops) => [...new Set(stops.map(({ file }) => file))];
export const namesOf = (stops) => [...new Set(stops.map(({ name }) => name))];
