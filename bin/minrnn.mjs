#!/usr/bin/env node
// Starts the command line on a Node that can run it. Plain JavaScript for Node 20.19 and newer: where the running Node is older
// than the program needs, the packaged one takes over with the same terminal, signals and exit code.
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join, sep } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setFlagsFromString } from 'node:v8';
import { handOver } from './hand-over.mjs';
import { findPackagedNode } from './packaged-node.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const [major, minor] = process.versions.node.split('.').map(Number);
/** From here on node:sqlite and type stripping need no flag. */
const able = major > 22 || (major === 22 && minor >= 18);
/** What the program is tested with; anything older hands over to the packaged Node if there is one. */
const tested = major >= 24;

/** Node refuses TypeScript below node_modules, so an installed package brings out/ and a checkout runs src/ as it is. */
const inCheckout = existsSync(join(root, 'src/cli/main.ts')) && !root.includes(`${sep}node_modules${sep}`);

async function buildWhatIsStale() {
  if (!inCheckout) return;
  const { ensureWasm } = await import('../scripts/build-wasm.mjs');
  await ensureWasm();
  if (process.argv[2] !== 'serve') return;
  const { ensureRenderer } = await import('../scripts/build-renderer.mjs');
  await ensureRenderer();
}

/** Without this cache a short command spends half its time stripping types and compiling, in every process. If the cache cannot be written, it still does. */
function keepCompiled() {
  process.env.NODE_COMPILE_CACHE ??= join(root, '.cache/compiled');
  module.enableCompileCache(process.env.NODE_COMPILE_CACHE);
}

async function run() {
  const entry = join(root, inCheckout ? 'src/cli/main.ts' : 'out/cli/main.js');
  if (!existsSync(entry)) {
    console.error(`minrnn: ${entry} is not there. In a checkout run "npm ci"; in an installed copy install it again.`);
    process.exit(1);
  }
  // The reason is in src/session/node-flags.ts, which this Node cannot import before type stripping is on.
  if (tested) setFlagsFromString('--wasm-wrapper-tiering-budget=2147483647');
  if (inCheckout) keepCompiled();
  await buildWhatIsStale();
  const { main } = await import(pathToFileURL(entry).href);
  process.exitCode = await main(process.argv.slice(2));
  // All output is written by now; a handle left open must not keep the process alive.
  setTimeout(() => process.exit(), 2000).unref();
}

const packaged = tested || process.env.MINRNN_HANDED_OVER ? null : findPackagedNode([root, dirname(dirname(root))]);
if (packaged !== null) {
  handOver(packaged, [...process.execArgv, fileURLToPath(import.meta.url), ...process.argv.slice(2)]);
} else if (able) await run();
else {
  console.error(
    `minrnn: Node 22.18 or newer is required, got ${process.versions.node}, and no packaged Node is installed for ` +
      `${process.platform}-${process.arch}. Run "npm ci" without --omit=optional, or install Node 24 from nodejs.org.`,
  );
  process.exit(1);
}
