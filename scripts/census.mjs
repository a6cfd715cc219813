// Lines of each op in each language, comments and blank lines included: node scripts/census.mjs [--json]. Ops in the language of kernels show how many
// lines of code are made from them. Shared files count once, at the end.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesUnder, root } from './fresh.mjs';

const ops = join(root, 'src/engine/ops');

const linesOf = (path) => readFileSync(path, 'utf8').trimEnd().split('\n').length;

/** The columns, and which files of an op belong to each. */
const languages = {
  rules: /^(index|words|scalar-functions|cpu|kinds)\.ts$/,
  description: /^cell\.ts$/,
  reference: /^reference\.ts$/,
  AssemblyScript: /\.as\.ts$/,
  C: /\.c$/,
  WGSL: /^webgpu.*\.ts$/,
  'TensorFlow.js': /^tfjs.*\.ts$/,
};

const languageOf = (name) => Object.keys(languages).find((one) => languages[one].test(name));

function countFolder(folder) {
  const counts = {};
  for (const name of readdirSync(folder)) {
    const language = languageOf(name);
    if (language !== undefined) counts[language] = (counts[language] ?? 0) + linesOf(join(folder, name));
  }
  return counts;
}

/** Lines of what is made from descriptions; needs a Node that reads TypeScript. */
async function emitted() {
  const { madeInAssemblyScript, madeInC, madeKernels } = await import('../src/engine/kernel/emit/modules.ts');
  const count = (text) => text.trim().split('\n').length;
  return { kernels: madeKernels.size, AssemblyScript: count(madeInAssemblyScript('.')), C: count(madeInC()) };
}

const sharedFolders = {
  kernel: 'src/engine/kernel',
  'ops, not of one op': 'src/engine/ops',
  'device/cpu/wasm': 'src/engine/device/cpu/wasm',
  'device/cpu/native': 'src/engine/device/cpu/native',
  'device/webgpu': 'src/engine/device/webgpu',
  'device/tensorflow': 'src/engine/device/tensorflow',
};

/** Lines of the code of a folder, tests aside; of `ops` only what belongs to no single op. */
function countShared(folder) {
  const isCode = (name) => /\.(ts|c|h)$/.test(name) && !name.endsWith('.test.ts');
  const flat = folder === 'src/engine/ops';
  const files = filesUnder(join(root, folder), isCode).filter((path) => !flat || join(path, '..') === ops);
  return files.reduce((sum, path) => sum + linesOf(path), 0);
}

const rows = readdirSync(ops, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => ({ op: name, ...countFolder(join(ops, name)) }));
const columns = Object.keys(languages);
const total = {
  op: 'all',
  ...Object.fromEntries(columns.map((one) => [one, rows.reduce((sum, row) => sum + (row[one] ?? 0), 0)])),
};
const shared = Object.entries(sharedFolders).map(([name, folder]) => ({ name, lines: countShared(folder) }));

if (process.argv.includes('--json')) {
  console.log(JSON.stringify({ rows, total, shared, emitted: await emitted() }));
} else {
  const cells = (row) => columns.map((one) => String(row[one] ?? '').padStart(Math.max(6, one.length)));
  console.log(['op'.padEnd(24), ...columns.map((one) => one.padStart(6))].join(' '));
  for (const row of [...rows, total]) console.log([row.op.padEnd(24), ...cells(row)].join(' '));
  console.log('\nshared');
  for (const { name, lines } of shared) console.log(`${name.padEnd(24)} ${String(lines).padStart(6)}`);
  const made = await emitted();
  console.log(
    `\nmade from descriptions: ${made.kernels} kernels, ${made.AssemblyScript} lines AssemblyScript, ${made.C} lines C`,
  );
}
