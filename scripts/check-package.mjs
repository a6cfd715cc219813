// Checks a built package: the fuses in its Electron binary, the content of the archive, and that only the intended files are next to it.
// node scripts/check-package.mjs FOLDER (a dist/*-unpacked folder or the one with the .app)
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const sentinel = 'dL7pKGdnNz796PbbjQWNKmHXBZaB9tsX';
/** Of the fuse wire, in its order, and what a package must say. */
const wanted = {
  runAsNode: '0',
  enableCookieEncryption: '1',
  enableNodeOptionsEnvironmentVariable: '0',
  enableNodeCliInspectArguments: '0',
  enableEmbeddedAsarIntegrityValidation: '1',
  onlyLoadAppFromAsar: '1',
  loadBrowserProcessSpecificV8Snapshot: null,
  grantFileProtocolExtraPrivileges: '0',
};

/** The states of the fuses in a binary: '0' off, '1' on, 'r' not in this Electron. Null without a wire. */
export function fuseWire(binary) {
  const at = binary.indexOf(sentinel);
  if (at < 0) return null;
  const from = at + sentinel.length;
  return binary.subarray(from + 2, from + 2 + binary[from + 1]).toString('latin1');
}

function fuseProblems(binary) {
  const wire = fuseWire(binary);
  if (wire === null) return ['the Electron binary must have a fuse wire, got none'];
  return Object.entries(wanted).flatMap(([name, state], i) =>
    state === null || wire[i] === state ? [] : [`fuse ${name} must be ${state}, got ${wire[i] ?? 'none'}`],
  );
}

/** The list of files at the start of an archive: two lengths of Chromium's pickles, then JSON and its length. */
function headerOf(archive) {
  const bytes = readFileSync(archive);
  return JSON.parse(bytes.toString('utf8', 16, 16 + bytes.readUInt32LE(12)));
}

/** Paths in the archive, each with whether the file is kept next to the archive. */
function* entriesOf({ files }, folder = '') {
  for (const [name, entry] of Object.entries(files)) {
    if (entry.files) yield* entriesOf(entry, `${folder}${name}/`);
    else yield { path: `${folder}${name}`, outside: entry.unpacked === true };
  }
}

// Electron reads these from the archive; a plain Node needs copies outside it.
const inside = /^(package\.json|LICENSE|out\/(main|preload|renderer)\/.*)$/;

function archiveProblems(resources) {
  const archive = join(resources, 'app.asar');
  if (!existsSync(archive)) return [`${archive} must be there`];
  const entries = [...entriesOf(headerOf(archive))];
  const misplaced = entries.filter(({ path, outside }) => outside === inside.test(path));
  const missing = ['package.json', 'out/renderer/index.html', 'out/lab/main.js', 'bin/minrnn.mjs'].filter(
    (path) => !existsSync(join(`${archive}.unpacked`, path)),
  );
  return [
    ...misplaced.map(({ path, outside }) => `${path} must lie ${outside ? 'in' : 'beside'} the archive`),
    ...missing.map((path) => `${path} must lie beside the archive for the plain Node, got none`),
  ];
}

/** The largest file that has a fuse wire: the program on Linux and Windows, the framework on macOS. */
function binaryIn(folder) {
  const files = readdirSync(folder, { recursive: true }).map((name) => join(folder, name));
  const large = files
    .filter((path) => !path.includes('app.asar') && statSync(path).isFile())
    .toSorted((a, b) => statSync(b).size - statSync(a).size);
  for (const path of large.slice(0, 5)) {
    const bytes = readFileSync(path);
    if (bytes.includes(sentinel)) return bytes;
  }
  return Buffer.alloc(0);
}

const resourcesIn = (folder) =>
  readdirSync(folder, { recursive: true })
    .map((name) => join(folder, name))
    .find((path) => /[\\/]resources$/i.test(path) && existsSync(join(path, 'app.asar')));

/** Sentences about what is wrong with the package in `folder`; empty = nothing. */
export function checkPackage(folder) {
  const resources = resourcesIn(folder);
  if (resources === undefined) return [`${folder} must hold resources/app.asar, got none`];
  return [...fuseProblems(binaryIn(folder)), ...archiveProblems(resources)];
}

if (process.argv[1] === import.meta.filename) {
  const problems = checkPackage(process.argv[2] ?? 'dist');
  for (const problem of problems) console.error(`package: ${problem}`);
  if (problems.length === 0) console.log('package: fuses and archive are as they should be');
  process.exitCode = problems.length === 0 ? 0 : 1;
}
