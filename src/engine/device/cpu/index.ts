// The cpu device: plans a program, gives it one shared memory of exactly the planned size, and runs its op table on n threads.
import { availableParallelism } from 'node:os';
import { AppFailure } from '../../core/result.ts';
import { asIs, type Message, say, verbatim } from '../../core/say.ts';
import type { Program } from '../../graph/graph.ts';
import { wasmKernels, type KernelTraits } from '../../plan/lowering.ts';
import { opcodes } from '../../ops/opcodes.ts';
import { ofEachOp, opTable } from '../../ops/registry.ts';
import { PAGE_BYTES, planProgram, type Plan } from '../../plan/plan.ts';
import type { CompileOptions, Device, DeviceDescription, Executable, ModuleReport } from '../device.ts';
import { Crew } from './crew.ts';
import { CpuExecutable, prepareMemory, STALL_LIMIT } from './executable.ts';
import { instantiate, kernelModule, kernelModulePath } from './kernel-module.ts';
import { cpuLowerings } from './lowerings.ts';
import { layerDefs, layerLowerings, withLayers } from './lstm-layer.ts';
import { NativeExecutable } from './native-executable.ts';
import { assumeNative, loadedNative, nativeModule, type LoadedNative, nativeKernels } from './native-module.ts';

/** A 32-bit module addresses 4 GiB. */
const MOST_BYTES = 2 ** 32;
const MOST_THREADS = 64;

const sampleRules = ofEachOp(({ split }) => split);
/** Ops of all plans of this device: the shared ones and its own. */
const ops = { ...opTable, ...layerDefs };
const lowerings = { ...cpuLowerings, ...layerLowerings };

export { nativeModule, type NativeState } from './native-module.ts';

export const cpuDevice: Device = {
  kind: 'cpu',
  async unavailable() {
    if (kernelModulePath() !== null || (await nativeModule()).state === 'ready') return null;
    return say`the kernel module kernels.wasm is not built (npm run build:wasm)`;
  },
  async capabilities() {
    return {
      missing: await cpuDevice.unavailable(),
      software: null,
      modules: await kernelModules(),
      storages: ['f32'],
    };
  },
  assume({ modules }) {
    assumeNative(modules.find(({ name, state }) => name === 'native' && state === 'ready')?.kernels ?? null);
  },
  plan: (program, options) => planCpu(program, options).report,
  async compile(program, options) {
    const native = options.module === 'wasm' ? null : await chosenNative(options);
    return native ? compileNative(program, options, native) : compileCpu(program, options);
  },
};

async function kernelModules(): Promise<readonly ModuleReport[]> {
  const native = await nativeModule();
  const detail = native.state === 'ready' ? verbatim(native.isa) : native.why;
  const isBuilt = kernelModulePath() !== null;
  return [
    { name: 'native', state: native.state, detail, kernels: loadedNative()?.kernels ?? null },
    {
      name: 'wasm',
      state: isBuilt ? 'ready' : 'missing',
      detail: isBuilt ? verbatim('simd128') : say`not built (npm run build:wasm)`,
      kernels: wasmKernels,
    },
  ];
}

/** The native module if it is requested and works; null = WebAssembly. */
async function chosenNative(options: CompileOptions): Promise<LoadedNative | null> {
  const state = await nativeModule();
  if (state.state === 'ready' || options.module !== 'native') return loadedNative();
  throw new AppFailure({
    code: 'unsupported',
    message: say`cpu: native kernels are required, got none: ${state.why}`,
    cure: say`Use the module auto or wasm.`,
  });
}

/**
 * Plans without allocating: the same numbers that `compile` will use with the same module (by default the one this process has loaded).
 * `auto` chooses slab by the rules in plan/README.md.
 */
export function planCpu(program: Program, options: CompileOptions, kernels = kernelsFor(options)): Plan {
  const threads = threadsOf(options.threads);
  const planned = { threads, poison: options.poison ?? false, kernels, opcodes };
  const whole = kernels.layers ? withLayers(program, ops) : program;
  const opByOp = (): Plan => planProgram(whole, ops, lowerings, planned);
  if (options.schedule === 'op-by-op') return opByOp();
  const slab = { rules: sampleRules, onlyWorthwhile: options.schedule !== 'slab' };
  const plan = planProgram(program, ops, lowerings, { ...planned, slab });
  const schedules = [...plan.entries.values()].map(({ schedule }) => schedule);
  if (schedules.some(({ kind }) => kind === 'slab')) return plan;
  if (options.schedule !== 'slab') return whole === program ? plan : withSchedules(opByOp(), plan);
  const reasons = schedules.flatMap((schedule) => (schedule.kind === 'op-by-op' ? [schedule.refused] : []));
  const message = say`cpu: the schedule slab needs an entry that can be done in parts of the batch, got none: ${asIs(reasons.join('; '))}`;
  throw new AppFailure({ code: 'unsupported', message, cure: say`Use the schedule auto or op-by-op.` });
}

/** The plan, with the reasons why an entry is not run in slabs. */
function withSchedules(plan: Plan, { entries }: Plan): Plan {
  const told = [...plan.entries].map(
    ([name, entry]) => [name, { ...entry, schedule: entries.get(name)?.schedule ?? entry.schedule }] as const,
  );
  return { ...plan, entries: new Map(told) };
}

const kernelsFor = ({ module }: CompileOptions): KernelTraits =>
  (module === 'wasm' ? null : nativeKernels()) ?? wasmKernels;

/** Compiles for a native module that is loaded already. */
export function compileNative(program: Program, options: CompileOptions, native: LoadedNative): NativeExecutable {
  const plan = planCpu(program, options, native.kernels);
  return new NativeExecutable(describe(native.kernels.module, plan.threads), plan, allocate(plan), native.addon);
}

/** As `cpuDevice.compile` on WebAssembly; tests set how many naps of 20 ms to wait for a missing thread. */
export async function compileCpu(
  program: Program,
  options: CompileOptions,
  stallLimit = STALL_LIMIT,
): Promise<Executable & { readonly crew: Crew }> {
  const plan = planCpu(program, options, wasmKernels);
  const module = await kernelModule();
  const memory = allocate(plan);
  prepareMemory(memory, plan, stallLimit);
  const kernels = instantiate(module, memory);
  const crew = await Crew.start(module, memory, plan.threads - 1);
  const executable = new CpuExecutable({
    device: describe(wasmKernels.module, plan.threads),
    plan,
    memory,
    kernels,
    crew,
  });
  return Object.assign(executable, { crew });
}

function threadsOf(wanted: number): number {
  const threads = wanted === 0 ? availableParallelism() : wanted;
  if (!Number.isInteger(threads) || threads < 1)
    throw new Error(`cpu: threads must be a whole number from 0 to ${MOST_THREADS}, got ${wanted}`);
  return Math.min(threads, MOST_THREADS);
}

function allocate(plan: Plan): WebAssembly.Memory {
  const { total } = plan.report;
  const pages = total / PAGE_BYTES;
  if (total > MOST_BYTES) throw tooLarge(total, say`one model may take 4 GiB on this device`);
  try {
    return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
  } catch {
    throw tooLarge(total, say`the system refused it`);
  }
}

function tooLarge(bytes: number, why: Message): AppFailure {
  return new AppFailure({
    code: 'out-of-memory',
    message: say`cpu: the plan needs ${asIs((bytes / 2 ** 20).toFixed(0))} MiB, ${why}`,
    cure: say`Use a smaller batch, a shorter sequence or a smaller model.`,
  });
}

function describe(module: string, threads: number): DeviceDescription {
  const title = `CPU · ${module} · ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
  return { kind: 'cpu', title, module, threads, precision: 'f32' };
}
