// Mutation testing: changes one line in a copy of the sources, runs the tests that should fail, and reports `killed` if they do, `survived`
// if they do not. Run before a release: npm run mutants, or npm run mutants -- NAME … for those whose names contain a word.
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { spawn, spawnSync } from 'node:child_process';
import { ensureRenderer } from './build-renderer.mjs';
import { ensureWasm } from './build-wasm.mjs';
import { root } from './fresh.mjs';
import { chosen, mutate } from './mutants/check.mjs';
import { mutants } from './mutants/index.mjs';

/** A mutant may hang; that counts as noticed. */
const mostSeconds = 600;

/** A copy of the working tree with shared packages and its own builds. */
function copyTree(number) {
  const folder = mkdtempSync(join(tmpdir(), `minrnn-mutants-${number}-`));
  const listed = spawnSync('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: root, encoding: 'utf8' });
  for (const path of listed.stdout.split('\0').filter((one) => one !== '' && existsSync(join(root, one)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    cpSync(join(root, path), join(folder, path));
  }
  for (const built of ['out', '.git']) {
    if (existsSync(join(root, built))) cpSync(join(root, built), join(folder, built), { recursive: true });
  }
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'), 'dir');
  return folder;
}

/** Runs test files in a folder; `passed`, `failed` or `hung`, and what was printed. A run without tests is neither. */
function runTests(folder, { tests, only }) {
  return new Promise((resolve) => {
    const args = ['node_modules/vitest/vitest.mjs', 'run', '--bail=1', '--maxWorkers=1', ...tests];
    if (only !== undefined) args.push('-t', only);
    const child = spawn(process.execPath, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    let output = '';
    let hung = false;
    const limit = setTimeout(() => {
      hung = true;
      process.kill(-child.pid, 'SIGKILL');
    }, mostSeconds * 1000);
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.on('close', (code) => {
      clearTimeout(limit);
      if (hung) return resolve({ outcome: 'hung', output });
      const ran = /Tests .*(passed|failed)|Failed Suites/.test(output);
      if (!ran) return resolve({ outcome: 'no tests', output });
      return resolve({ outcome: code === 0 ? 'passed' : 'failed', output });
    });
  });
}

const words = { failed: 'killed', hung: 'killed (it hung)', passed: 'survived', 'no tests': 'its tests did not run' };

/** Tries one mutant in a folder and restores the file. */
async function tryMutant(mutant, folder) {
  const path = join(folder, mutant.file);
  const before = readFileSync(path, 'utf8');
  const changed = mutate(before, mutant);
  if (!changed.ok) return `does not apply: ${changed.why}`;
  try {
    writeFileSync(path, changed.text);
    const { outcome } = await runTests(folder, mutant);
    return words[outcome];
  } finally {
    writeFileSync(path, before);
  }
}

/** The tests must pass without a mutant, or a kill means nothing. Each set of tests is tried once. */
async function needPassing(all, folder) {
  const choices = new Map(all.map(({ tests, only }) => [JSON.stringify([tests, only]), { tests, only }]));
  for (const choice of choices.values()) {
    const { outcome, output } = await runTests(folder, choice);
    if (outcome === 'passed') continue;
    throw new Error(`mutants: ${choice.tests.join(', ')} must pass without a mutant, got ${outcome}:\n${output}`);
  }
}

async function main() {
  const { values, positionals } = parseArgs({
    options: { jobs: { type: 'string' }, 'skip-first': { type: 'boolean' }, list: { type: 'boolean' } },
    allowPositionals: true,
  });
  const all = chosen(mutants, positionals);
  if (values.list) return all.forEach(({ name, why }) => console.log(`${name}: ${why}`));
  await ensureWasm();
  await ensureRenderer();
  const jobs = Number(values.jobs ?? Math.min(2, availableParallelism()));
  const folders = Array.from({ length: jobs }, (_, i) => copyTree(i));
  try {
    if (!values['skip-first']) await needPassing(all, folders[0]);
    const outcomes = await tryAll(all, folders);
    const alive = outcomes.filter(({ said }) => !said.startsWith('killed'));
    console.log(`${outcomes.length} mutants, ${outcomes.length - alive.length} killed, ${alive.length} not`);
    process.exitCode = alive.length === 0 ? 0 : 1;
  } finally {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  }
}

async function tryAll(all, folders) {
  const waiting = [...all];
  const outcomes = [];
  const work = async (folder) => {
    for (let mutant = waiting.shift(); mutant !== undefined; mutant = waiting.shift()) {
      const started = Date.now();
      const said = await tryMutant(mutant, folder);
      outcomes.push({ mutant, said });
      const seconds = Math.round((Date.now() - started) / 1000);
      console.log(`${said}: ${mutant.name} (${seconds} s)${said.startsWith('killed') ? '' : `: ${mutant.why}`}`);
    }
  };
  await Promise.all(folders.map(work));
  return outcomes;
}

await main();
