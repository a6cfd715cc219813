// Builds the embedded kernel module out/wasm/kernels.wasm from the AssemblyScript sources of the ops and the cpu device, only when
// one of them changed; `*.shared.ts` files are read by both compilers. `ensureWasm` is called by tests, start and build; run as a script it
// builds and reports what it did.
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { filesUnder, hashOf, isFresh, root, stamp } from './fresh.mjs';

const constants = join(root, 'scripts/wasm-constants.mjs');

const entry = join(root, 'src/engine/device/cpu/wasm/index.as.ts');
const target = join(root, 'out/wasm/kernels.wasm');
const stampFile = join(root, 'out/wasm/kernels.hash');
/** Generated from the records of the ops: kernels made from descriptions, and which kernel has which number. Written for the compiler and for inspection. */
const made = join(root, 'out/kernels/made.as.ts');

// The memory is imported because the arena and its threads own it; 65536 pages are the 4 GiB a 32-bit module can address.
const flags = [
  '-O3',
  '--noAssert',
  '--runtime',
  'stub',
  '--enable',
  'simd',
  '--enable',
  'threads',
  '--importMemory',
  '--sharedMemory',
  '--initialMemory',
  '1',
  '--maximumMemory',
  '65536',
];

const dataSection = 11;

function* sectionIds(bytes) {
  for (let at = 8; at < bytes.length;) {
    const id = bytes[at++];
    let size = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      size += (byte & 127) * 2 ** shift;
      if (byte < 128) break;
    }
    yield id;
    at += size;
  }
}

/** Each thread that starts would copy a data segment into the shared arena again, over live tensors. */
export function hasDataSection(bytes) {
  for (const id of sectionIds(bytes)) if (id === dataSection) return true;
  return false;
}

async function writeMade() {
  const { kernelsInAssemblyScript } = await import('../src/engine/device/cpu/wasm-sources.ts');
  mkdirSync(dirname(made), { recursive: true });
  writeFileSync(made, kernelsInAssemblyScript('../../src/engine'));
}

async function compile(output) {
  await writeMade();
  const { default: asc } = await import('assemblyscript/asc');
  const { error, stdout, stderr } = await asc.main(
    [relative(root, entry), ...flags, '--baseDir', root, '--outFile', relative(root, output)],
    {
      readFile: (name, base) => (existsSync(join(base, name)) ? readFileSync(join(base, name), 'utf8') : null),
      writeFile: (name, contents, base) => {
        mkdirSync(dirname(join(base, name)), { recursive: true });
        writeFileSync(join(base, name), contents);
      },
    },
  );
  if (error)
    throw new Error(`build-wasm: the kernels do not compile\n${stdout.toString()}${stderr.toString()}${error.message}`);
  const { constantsInMemory } = await import('./wasm-constants.mjs');
  const { CONSTANT_WORDS, CONTROL_CONSTANTS } = await import('../src/engine/plan/opcodes.shared.ts');
  writeFileSync(output, constantsInMemory(readFileSync(output), CONTROL_CONSTANTS, CONSTANT_WORDS));
}

/**
 * The kernel module, built if it is stale. Returns its path and whether this call built it; null without the sources (an installed package
 * contains the module).
 */
export async function ensureWasm() {
  if (!existsSync(entry)) return null;
  const sources = filesUnder(join(root, 'src/engine'), (name) =>
    /\.(as|shared)\.ts$|^(cell|kernel|candidate-expr|opcodes|wasm-sources|registry)\.ts$/.test(name),
  );
  // Records refer to kernels by name.
  sources.push(...filesUnder(join(root, 'src/engine/ops'), (name) => name === 'index.ts'));
  sources.push(...filesUnder(join(root, 'src/engine/kernel'), (name) => /(?<!\.test)\.ts$/.test(name)), constants);
  const compilerPackage = join(root, 'node_modules/assemblyscript/package.json');
  // Installed without development packages: it cannot be rebuilt, so an existing module is used as it is.
  if (!existsSync(compilerPackage) && existsSync(target)) return { path: target, built: false };
  const { version } = JSON.parse(readFileSync(compilerPackage, 'utf8'));
  const hash = hashOf(sources, version, ...flags);
  if (isFresh(stampFile, hash, [target])) return { path: target, built: false };
  // A second process may be building as well: each writes its own file and the rename is atomic.
  mkdirSync(dirname(target), { recursive: true });
  // Imported here and not at the top: the launcher loads this file on every Node version, also without sources to build.
  const { dropLeftovers } = await import('../src/engine/device/cpu/leftovers.ts');
  dropLeftovers(dirname(target), ['wasm']);
  const scratch = join(root, `out/wasm/kernels.${process.pid}.wasm`);
  await compile(scratch);
  if (hasDataSection(readFileSync(scratch))) {
    rmSync(scratch);
    throw new Error(
      'build-wasm: the module must have no data section, got one. Remove static arrays and string literals from the *.as.ts files.',
    );
  }
  renameSync(scratch, target);
  stamp(stampFile, hash);
  return { path: target, built: true };
}

if (process.argv[1] === import.meta.filename) {
  try {
    const result = await ensureWasm();
    console.log(
      result === null
        ? 'no kernel sources here'
        : `${result.built ? 'built' : 'fresh'}: ${relative(root, result.path)}`,
    );
  } catch (problem) {
    console.error(problem.message);
    process.exitCode = 1;
  }
}
