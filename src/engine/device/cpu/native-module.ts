// The native kernel module of this machine: found in the cache or built, checked in a process of its own, loaded once. Without a compiler,
// or if the check fails, it is reported as missing with a reason, and the program uses WebAssembly.
import { asIs, joined, type Message, say } from '../../core/say.ts';
import { foreignWords, systemWords, wordsOf } from '../../core/system-words.ts';
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { KernelTraits } from '../../plan/lowering.ts';
import {
  buildNative,
  findCompiler,
  instructionSets,
  prebuiltLibrary,
  readNote,
  removeBuilt,
  writeNote,
} from './native-build.ts';
import { nativeSources } from './native-sources.ts';

/** A crew of threads over one arena, created and ended by the addon. */
export type Machine = { readonly machine: never };

/** The addon's exports; addon.c documents each call. */
export interface NativeAddon {
  readonly lanes: number;
  readonly panel: number;
  readonly kc: number;
  readonly mc: number;
  readonly nc: number;
  readonly row: number;
  readonly fixedBytes: number;
  create(
    bytes: Uint8Array,
    scratchAddress: number,
    scratchStride: number,
    threads: number,
    entries: number,
    done: () => void,
  ): Machine;
  start(machine: Machine, from: number, to: number, firstEntry: number, threads: number): number;
  finished(machine: Machine): number;
  wait(machine: Machine, count: number, milliseconds: number): number;
  want(machine: Machine, yes: number): void;
  profile(machine: Machine, first: number, count: number): Float64Array;
  resident(machine: Machine, bytes: number): number;
  end(machine: Machine): void;
}

export interface LoadedNative {
  readonly addon: NativeAddon;
  readonly kernels: KernelTraits;
}

/** `ready` with the instruction set and the library's path, or `missing` with the reason. */
export type NativeState =
  | { readonly state: 'ready'; readonly isa: string; readonly path: string }
  | { readonly state: 'missing'; readonly why: Message };

let asked: Promise<NativeState> | null = null;
let loaded: LoadedNative | null = null;
let assumed: KernelTraits | null = null;

/** Whether native kernels can be used here; builds and checks them at the first call. Never rejects. */
export function nativeModule(): Promise<NativeState> {
  asked ??= findNative().catch((problem: unknown) => ({ state: 'missing', why: systemWords(problem) }));
  return asked;
}

/** Block sizes of the native module for planning: from the loaded module, else as reported by another process. */
export const nativeKernels = (): KernelTraits | null => loaded?.kernels ?? assumed;

/** For a process that plans but must not load native code. */
export function assumeNative(kernels: KernelTraits | null): void {
  assumed = kernels;
}

/** The loaded module, or null before `nativeModule` said that it is ready. */
export const loadedNative = (): LoadedNative | null => loaded;

async function findNative(): Promise<NativeState> {
  if (process.platform === 'win32') return { state: 'missing', why: say`not built on Windows` };
  const sources = nativeSources();
  const compiler = await findCompiler();
  const brought = (isa: string): boolean => existsSync(prebuiltLibrary(sources, isa));
  const sets = instructionSets().filter((isa) => compiler !== null || brought(isa));
  if (compiler === null && sets.length === 0) {
    return { state: 'missing', why: say`no C compiler (CC, cc, gcc or clang) was found` };
  }
  const reasons: Message[] = [];
  for (const isa of sets) {
    // A library compiled on this machine is preferred: a prebuilt one may need another system.
    const built = compiler ? await buildNative(sources, compiler, isa) : { path: prebuiltLibrary(sources, isa) };
    const why = 'why' in built ? built.why : await verdictOf(built.path);
    if ('path' in built && why === null) {
      loaded = loadNative(built.path, isa);
      return { state: 'ready', isa, path: built.path };
    }
    reasons.push(say`${asIs(isa)}: ${foreignWords(why ?? '')}`);
  }
  return {
    state: 'missing',
    why: reasons.length > 0 ? joined(reasons, '; ') : say`no native kernels for ${asIs<string>(process.arch)}`,
  };
}

/** Loads a library. Only one that was checked, or the check itself, may do so: a wrong instruction ends the process. */
export function loadNative(path: string, isa: string): LoadedNative {
  const found: unknown = createRequire(import.meta.url)(path);
  const addon = found as NativeAddon;
  const { panel, lanes, kc, mc, nc, row, fixedBytes } = addon;
  return {
    addon,
    kernels: { module: `native ${isa}`, panel, lanes, rows: 1, kc, mc, nc, row, fixedBytes, layers: true },
  };
}

const checkSource = fileURLToPath(new URL(import.meta.url)).replace('native-module', 'native-check');

const passed = 'passed';

/** Null when the library passed its check, else the reason. The result is stored next to the library. */
async function verdictOf(path: string): Promise<string | null> {
  const note = `${path}.checked`;
  const known = readNote(note);
  if (known !== null) return known === passed ? null : known;
  const { verdict, final } = await check(path);
  if (final) writeNote(note, verdict ?? passed);
  return verdict;
}

/** Signals that mean a library is not made for this machine. */
const ofTheLibrary: readonly unknown[] = ['SIGILL', 'SIGSEGV', 'SIGBUS', 'SIGFPE'];

/** Runs native-check in a child: an illegal instruction then ends the child and nothing else. A child that failed for another reason is no final result. */
async function check(path: string): Promise<{ readonly verdict: string | null; readonly final: boolean }> {
  try {
    await promisify(execFile)(process.execPath, [checkSource, path], { timeout: 60_000 });
    return { verdict: null, final: true };
  } catch (problem) {
    const signal = problem instanceof Error && 'signal' in problem ? problem.signal : null;
    const stderr = problem instanceof Error && 'stderr' in problem ? String(problem.stderr) : '';
    const differs = stderr.split('\n').find((one) => one.includes('native check'));
    const line = differs ?? wordsOf(problem).split('\n')[0];
    // Truncated by a crash of the machine: it is built again next time.
    if (stderr.includes('ERR_DLOPEN_FAILED')) removeBuilt(path);
    const verdict = `the self-check failed${signal ? ` (${String(signal)})` : ''}: ${line}`;
    return { verdict, final: differs !== undefined || ofTheLibrary.includes(signal) };
  }
}
