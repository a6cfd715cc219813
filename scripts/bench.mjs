// `npm run bench -- name …`: runs bench/<name>.bench.ts, all of them without a name. The checks of the cpu device run first, and a failure
// stops the benchmark. `--no-gate` skips them for work in progress and says so in the output. What stands behind a further `--` goes to the
// benches: `npm run bench -- zoo -- --models lru`.
import { basename, join } from 'node:path';
import { parseArgs } from 'node:util';
import { ensureWasm } from './build-wasm.mjs';
import { filesUnder, root } from './fresh.mjs';
import { run } from './run.mjs';

const args = process.argv.slice(2);
const cut = args.includes('--') ? args.indexOf('--') : args.length;
const handedOn = args.slice(cut + 1);
const { values, positionals } = parseArgs({
  args: args.slice(0, cut),
  options: { 'no-gate': { type: 'boolean' } },
  allowPositionals: true,
});
const suffix = '.bench.ts';
const files = filesUnder(join(root, 'bench'), (name) => name.endsWith(suffix));
const nameOf = (file) => basename(file, suffix);
const chosen = positionals.length === 0 ? files : files.filter((file) => positionals.includes(nameOf(file)));
const unknown = positionals.filter((name) => !files.some((file) => nameOf(file) === name));

async function gate() {
  if (values['no-gate']) {
    console.log('bench: not verified, numbers of work in progress');
    return true;
  }
  const { code, output } = await run(process.execPath, [join(root, 'bin/minrnn.mjs'), 'verify', '--device', 'cpu'], {
    capture: true,
  });
  if (code !== 0) console.error(`${output}\nbench: verify failed, so there are no numbers`);
  return code === 0;
}

async function runAll() {
  let worst = 0;
  for (const file of chosen) {
    console.log(`\n${nameOf(file)}`);
    const { code } = await run(process.execPath, [file, ...handedOn]);
    worst = Math.max(worst, code);
  }
  return worst;
}

if (unknown.length > 0) {
  console.error(`bench: known benches are ${files.map(nameOf).join(', ')}, got ${unknown.join(', ')}`);
  process.exitCode = 2;
} else {
  await ensureWasm();
  process.exitCode = (await gate()) ? await runAll() : 1;
}
