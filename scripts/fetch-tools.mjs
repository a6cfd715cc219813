// Fetches tools/ (the packager, and the ONNX runtime of one test) when they are needed: they take a quarter of a gigabyte, and starting the
// lab or training never needs them. `npm run tools` fetches them by hand.
import { join } from 'node:path';
import { hashOf, isFresh, root, stamp } from './fresh.mjs';
import { run } from './run.mjs';

const folder = join(root, 'tools');
const lock = join(folder, 'package-lock.json');
const stampFile = join(folder, 'node_modules/.fetched');

/** Test files that need them. */
export const users = ['scripts/package.test.ts', 'src/lab/exporting/onnx/onnx.test.ts', 'tests/tokens.test.ts'];

/** Whether a run of these test files (parts of paths; none = all) meets one that needs the tools. */
export const needsTools = (paths) =>
  paths.length === 0 || users.some((user) => paths.some((path) => user.includes(path)));

/** The npm that started this process, else the one on the path. */
function npm(args, options) {
  const own = process.env.npm_execpath;
  if (own) return run(process.execPath, [own, ...args], options);
  return run(process.platform === 'win32' ? 'npm.cmd' : 'npm', args, options);
}

/** Null when they are installed, else the reason why not. */
export async function fetchTools() {
  const hash = hashOf([lock]);
  if (isFresh(stampFile, hash, [])) return null;
  console.log('Fetching the tools for packages and ONNX once (220 MB on disk) …');
  const { code, output } = await npm(['ci', '--prefix', folder], { seconds: 600, capture: true });
  if (code !== 0) {
    const line = output.split('\n').find((text) => /error/i.test(text)) ?? 'no answer in ten minutes';
    return `the tools could not be fetched (${line.trim().slice(0, 160)})`;
  }
  stamp(stampFile, hash);
  return null;
}

if (process.argv[1] === import.meta.filename) {
  const reason = await fetchTools();
  console.log(reason ?? 'tools: fetched');
  process.exitCode = reason === null ? 0 : 1;
}
