// Compiles the native module with the machine's C compiler, once for each combination of source, compiler and instruction set. A failed
// build is remembered with its reason. Must not load what it builds.
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { dropLeftovers } from './leftovers.ts';
import { nativeFolder, type NativeSources } from './native-sources.ts';

const execute = promisify(execFile);

/** Names of instruction sets, best first, and the compiler's flags for them. */
const flagsOf: Readonly<Record<string, readonly string[]>> = {
  avx512: ['-march=x86-64-v4', '-mprefer-vector-width=512'],
  avx2: ['-march=x86-64-v3'],
  sse: ['-march=x86-64-v2'],
  neon: [],
};

const needs: Readonly<Record<string, readonly string[]>> = {
  avx512: ['avx512f', 'avx512bw', 'avx512cd', 'avx512dq', 'avx512vl'],
  avx2: ['avx2', 'fma', 'bmi2'],
};

/** Instruction sets to try here, best first. MINRNN_NATIVE_ISA names the only one. */
export function instructionSets(): readonly string[] {
  const forced = process.env['MINRNN_NATIVE_ISA'];
  if (forced) {
    if (!(forced in flagsOf)) throw new Error(`MINRNN_NATIVE_ISA: ${Object.keys(flagsOf).join(', ')}, got ${forced}`);
    return [forced];
  }
  if (process.arch === 'arm64') return ['neon'];
  if (process.arch !== 'x64') return [];
  const info = '/proc/cpuinfo';
  if (!existsSync(info)) return ['avx2', 'sse'];
  const flags = new Set(/^flags\s*:(.*)$/m.exec(readFileSync(info, 'utf8'))?.[1]?.trim().split(' '));
  return ['avx512', 'avx2', 'sse'].filter((isa) => (needs[isa] ?? []).every((flag) => flags.has(flag)));
}

export interface Compiler {
  readonly command: string;
  readonly version: string;
}

/** The C compiler: CC, else cc, gcc, clang. Null when none answers. */
export async function findCompiler(): Promise<Compiler | null> {
  const own = process.env['CC'];
  for (const command of own ? [own] : ['cc', 'gcc', 'clang']) {
    try {
      const { stdout } = await execute(command, ['--version']);
      return { command, version: stdout };
    } catch {
      continue;
    }
  }
  return null;
}

/** Where libraries are kept: a folder that several labs share, the lab's own, a checkout's out/, or the user's cache. */
export function nativeCache(): string {
  const shared = process.env['MINRNN_NATIVE_CACHE'];
  if (shared) return shared;
  const own = process.env['MINRNN_HOME'];
  if (own) return join(own, 'native');
  const checkout = fileURLToPath(new URL('../../../../', import.meta.url));
  if (existsSync(join(checkout, 'src', 'engine')) && existsSync(join(checkout, '.git')))
    return join(checkout, 'out', 'native');
  return join(process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache'), 'minrnn-lab', 'native');
}

/** Folder of the Node-API headers. */
function headersFolder(): string {
  const headers: unknown = createRequire(import.meta.url)('node-api-headers');
  if (headers && typeof headers === 'object' && 'include_dir' in headers && typeof headers.include_dir === 'string') {
    return headers.include_dir;
  }
  throw new Error('native: the package node-api-headers is required, got something else');
}

// A multiply and an add are fused only where a kernel says so, so that the same sum has the same bits wherever it is inlined.
const commonFlags = [
  '-std=gnu11',
  '-O3',
  '-ffp-contract=off',
  '-fno-math-errno',
  '-fno-trapping-math',
  '-fPIC',
  '-shared',
];
const warnings = ['-Wall', '-Wextra', '-Wno-unused-function', '-Wno-psabi', '-Wno-unknown-pragmas'];
const systemFlags = process.platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : [];

function writeHeaders(folder: string, { headers }: NativeSources): void {
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of Object.entries(headers)) writeFileSync(join(folder, name), text);
}

async function compile(sources: NativeSources, compiler: Compiler, isa: string, target: string): Promise<void> {
  const folder = `${target}.${process.pid}.parts`;
  writeHeaders(folder, sources);
  const output = join(folder, 'kernels.node');
  const flags = [...commonFlags, ...warnings, ...systemFlags, ...(flagsOf[isa] ?? []), '-pthread'];
  const paths = ['-iquote', folder, '-iquote', nativeFolder, '-I', headersFolder(), join(nativeFolder, 'module.c')];
  try {
    // Its messages decide what is remembered, so they must not depend on the locale.
    const env = { ...process.env, LC_ALL: 'C' };
    await execute(compiler.command, [...flags, ...paths, '-o', output, '-lm'], { timeout: 120_000, env });
    renameSync(output, target);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

const complaintOf = (problem: unknown): string => {
  if (!(problem instanceof Error)) return String(problem);
  return `${'stderr' in problem ? String(problem.stderr) : ''}\n${problem.message}`;
};

/** The first line of a compiler's complaint that names an error. */
function firstError(problem: unknown): string {
  const text = complaintOf(problem);
  const line = text.split('\n').find((one) => /error/i.test(one)) ?? text.trim().split('\n')[0];
  return (line ?? '').slice(0, 300);
}

export type Built = { readonly path: string } | { readonly why: string };

/** Path of the library for one instruction set, built when it is not in the cache; or why there is none. */
export async function buildNative(sources: NativeSources, compiler: Compiler, isa: string): Promise<Built> {
  const key = createHash('sha256')
    .update(`${sources.hash}\n${compiler.version}\n${isa}\n${process.platform}`)
    .digest('hex');
  const base = join(nativeCache(), `${isa}-${key.slice(0, 24)}`);
  const path = `${base}.node`;
  const failure = `${base}.failed`;
  if (existsSync(path)) return { path };
  const known = readNote(failure);
  if (known !== null) return { why: known };
  try {
    mkdirSync(nativeCache(), { recursive: true });
    dropLeftovers(nativeCache(), ['parts', 'part']);
    await compile(sources, compiler, isa, path);
    return { path };
  } catch (problem) {
    const why = `the build with ${compiler.command} failed: ${firstError(problem)}`;
    if (isFinal(problem)) writeNote(failure, why);
    return { why };
  }
}

/** Path of the prebuilt library of an installed copy with its C sources in `folder`. A library built from other sources is not found. */
export function prebuiltLibrary(sources: NativeSources, isa: string, folder = nativeFolder): string {
  const name = `${process.platform}-${process.arch}-${isa}-${sources.hash.slice(0, 24)}.node`;
  return join(folder, 'prebuilt', name);
}

/** Instruction sets that an installer ships libraries for: the user's processor may have any of them. */
export const broughtSets = (): readonly string[] => (process.arch === 'arm64' ? ['neon'] : ['avx512', 'avx2', 'sse']);

/** Builds libraries where `prebuiltLibrary` finds them. Rejects where one cannot be built. */
export async function buildPrebuilt(
  sources: NativeSources,
  compiler: Compiler,
  sets: readonly string[],
  folder = nativeFolder,
): Promise<void> {
  mkdirSync(join(folder, 'prebuilt'), { recursive: true });
  for (const isa of sets) await compile(sources, compiler, isa, prebuiltLibrary(sources, isa, folder));
}

// Compiler errors about the sources or options: another try would end the same way.
const ofTheSource = /:\d+:\d+: error: /;
const ofTheOptions = /unrecognized|unsupported|unknown|bad value|invalid/i;
const optionNamed = /(option|argument|value)[^\n]*-[mfWO]|-[mfWO][^\n]*(option|argument|value)/i;
// Problems of disk, memory, permissions or a missing package: they may be gone at the next try.
const ofTheMachine =
  /No space left|quota exceeded|Read-only file|Permission denied|Input\/output error|No such file|cannot find|Killed|terminated|memory|internal compiler error/i;

/** Only an error of the compiler itself is final. A time limit, a signal, a full or read-only disk, a missing header or library is not. */
function isFinal(problem: unknown): boolean {
  if (!(problem instanceof Error) || !('code' in problem) || typeof problem.code !== 'number') return false;
  const words = 'stderr' in problem ? String(problem.stderr) : '';
  if (ofTheMachine.test(words)) return false;
  return ofTheSource.test(words) || words.split('\n').some((line) => ofTheOptions.test(line) && optionNamed.test(line));
}

const noteEnd = '\n';

/** The note at `path`; null if missing or incomplete. */
export function readNote(path: string): string | null {
  if (!existsSync(path)) return null;
  const text = readFileSync(path, 'utf8');
  return text.endsWith(noteEnd) ? text.slice(0, -noteEnd.length) : null;
}

/** Writes a note next to a library. If that fails, the check is repeated next time. */
export function writeNote(path: string, text: string): void {
  const part = `${path}.${process.pid}.part`;
  try {
    writeFileSync(part, text + noteEnd);
    renameSync(part, path);
  } catch {
    rmSync(part, { force: true });
  }
}

/** Removes a library from the cache; a prebuilt one stays. */
export function removeBuilt(path: string): void {
  if (path.startsWith(nativeCache())) rmSync(path, { force: true });
}
