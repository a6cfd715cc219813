// `npm run census`: measures the effort of changing the program and records it in bench/results/census.md: lines of an op by language, files to
// touch for something new, and the files and names that a learning rate, a loss and a token pass, now and before.
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { filesNaming, folderLines, languages, linesOf, opLines } from './census/count.mjs';
import { faultsOf, filesOf, namesOf, sourcesAt } from './census/walk.mjs';
import { ways } from './census/walks.mjs';
import { filesUnder, root } from './fresh.mjs';
import { made, makeable } from './new/made.mjs';

const result = join(root, 'bench/results/census.md');
/** The last commit before the engine was made to grow: what the ways through the program are compared with. */
const first = '80641fd3498894c110a575817ce5632c07b4d0a2';

function readSources() {
  const paths = filesUnder(join(root, 'src')).map((path) => relative(root, path).replaceAll('\\', '/'));
  return Object.fromEntries(paths.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

const row = (cells) => `| ${cells.join(' | ')} |`;
const table = (head, rows) =>
  [row(head), row(head.map((_, i) => (i === 0 ? '---' : '--:'))), ...rows.map(row)].join('\n');
const sumOf = (counts) => languages.reduce((sum, language) => sum + counts[language], 0);

function linesTable(ops) {
  const rows = [...ops]
    .sort()
    .map(([op, counts]) => [op, ...languages.map((language) => counts[language]), sumOf(counts)]);
  const total = rows[0].slice(1).map((_, i) => rows.reduce((sum, cells) => sum + cells[i + 1], 0));
  return table(['op', ...languages, 'all'], [...rows, ['**all**', ...total]]);
}

function touchTable(sources, ops) {
  const rows = [...ops.keys()]
    .filter((op) => op !== 'common')
    .sort()
    .map((op) => {
      const own = Object.keys(sources).filter((path) => path.startsWith(`src/engine/ops/${op}/`)).length;
      const outside = filesNaming(sources, op);
      return [op, own, outside.length, outside.map((path) => path.replace('src/engine/', '')).join(', ')];
    });
  return table(['op', 'own files', 'others', 'which (below src/engine)'], rows);
}

const sharedFolders = ['kernel', 'device/cpu/wasm', 'device/cpu/native', 'device/webgpu', 'device/tensorflow'];

/** Code that all ops share, and kernels generated from the descriptions. */
async function sharedTable(sources) {
  const { madeInAssemblyScript, madeInC } = await import('../src/engine/kernel/emit/modules.ts');
  const { madeMaps, madeRows, madeScans } = await import('../src/engine/ops/opcodes.ts');
  const made = madeMaps.length + madeRows.length + madeScans.length;
  return table(
    ['of', 'lines'],
    [
      ...sharedFolders.map((folder) => [`\`${folder}\``, folderLines(sources, `src/engine/${folder}`)]),
      [`made: ${made} kernels in AssemblyScript`, linesOf(madeInAssemblyScript('.'))],
      [`made: the same in C`, linesOf(madeInC())],
    ],
  );
}

/** What `npm run new` makes: complete and working, as scripts/new.test.ts shows. */
const newTable = () =>
  table(
    ['what', 'files new', 'changed'],
    makeable.map((what) => [what, made(what, 'my-own').files.length, 1]),
  );

/** A way that the sources do not have is an error: the list must be mended, not the count. */
function needWays(sources, when) {
  const faults = ways.flatMap((way) => faultsOf(way[when], sources).map((fault) => `${way.what}, ${when}: ${fault}`));
  if (faults.length > 0)
    throw new Error(`census: the ways of walks.mjs must be in the sources, got\n${faults.join('\n')}`);
}

function waysTable() {
  const rows = ways.map(({ what, before, now }) => [
    what,
    ...[filesOf, namesOf].flatMap((of) => [of(before).length, of(now).length]),
  ]);
  return table(['of', 'files before', 'files now', 'names before', 'names now'], rows);
}

const waysText = () =>
  ways
    .map(({ what, from, to, before, now }) => {
      const list = (stops) => stops.map(({ file, name }) => `${file} (${name})`).join(', ');
      return `**${what}**, ${from}: ${to}.\n\nBefore: ${list(before)}.\n\nNow: ${list(now)}.`;
    })
    .join('\n\n');

async function report(sources) {
  const ops = opLines(sources);
  needWays(sources, 'now');
  needWays(sourcesAt(first, root), 'before');
  const git = (...args) => execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim();
  const changed = git('status', '--porcelain', 'src') === '' ? '' : ', with changes that are not committed';
  return [
    '# Census of the engine\n',
    `Commit ${git('rev-parse', '--short=12', 'HEAD')}${changed}. Written by \`npm run census\`; blank lines, comments and tests are not counted.\n`,
    '## Lines of each op by language\n',
    '`shared` is what all devices use: shape rule, gradient, planning of the CPU; `description` is a cell from\nwhich the kernels of all devices are made. `common` are files beside the folders.\n',
    `${linesTable(ops)}\n`,
    '## Lines that ops share, and lines made from descriptions\n',
    `${await sharedTable(sources)}\n`,
    '## Files that name an op outside its folder\n',
    `${touchTable(sources, ops)}\n`,
    '## Files to touch for something new\n',
    `${newTable()}\n`,
    '## Files and names on the way of one value\n',
    `What a value passes between a person and a kernel, file by file (\`scripts/census/walks.mjs\`); before = commit ${first.slice(0, 12)}. Each stop is\nverified: the name is in the code of the file, and the file knows the one before.\n`,
    `${waysTable()}\n`,
    `${waysText()}\n`,
  ].join('\n');
}

writeFileSync(result, await report(readSources()));
console.log(`census: ${relative(root, result)}`);
for (const what of makeable) console.log(`  a new ${what}: ${made(what, 'my-own').files.length} files new, 1 changed`);
