// The webgpu device: plans a program for the available adapter, makes its buffers and pipelines, and replays its entries.
import { AppFailure } from '../../core/result.ts';
import { asIs, say } from '../../core/say.ts';
import type { Program } from '../../graph/graph.ts';
import { opTable } from '../../ops/registry.ts';
import type { CompileOptions, Device, DeviceDescription } from '../device.ts';
import { findAdapter, limitsOf } from './adapter.ts';
import { GpuExecutable } from './executable.ts';
import { LEAST_HALF } from './half-values.ts';
import { gpuElements, gpuFollowed, gpuLowerings, gpuRuns } from './lowerings.ts';
import { planGpu, type GpuLimits, type GpuPlan } from './plan.ts';
import { record } from './recorded.ts';
import { gpuSession, type GpuSession } from './session.ts';
import { calmly } from './waiting.ts';

/** What every WebGPU adapter has, for plans made before an adapter is known. */
const COMMON_LIMITS: GpuLimits = {
  traits: { maxInvocations: 256, workgroupBytes: 16384, subgroups: false, software: false, maxGroups: 65535 },
  maxBufferBytes: 2 ** 28,
  maxBindingBytes: 2 ** 27,
  maxBindings: 8,
  alignment: 256,
};

let seen: GpuLimits | null = null;

export const webgpuDevice: Device = {
  kind: 'webgpu',
  async unavailable() {
    const found = await findAdapter();
    if ('missing' in found) return found.missing;
    seen = limitsOf(found);
    return null;
  },
  async capabilities() {
    const found = await findAdapter();
    if ('missing' in found) return { missing: found.missing, software: null, modules: [], storages: ['f32'] };
    const storages = limitsOf(found).halves === true ? (['f32', 'f16'] as const) : (['f32'] as const);
    return { missing: null, software: found.software, modules: [], storages };
  },
  plan: (program, options) => planWebgpu(program, options).report,
  compile: (program, options) => compileGpu(program, options),
};

type PlanChoices = Pick<CompileOptions, 'poison' | 'profile' | 'storage' | 'storageFrom'>;

/** Plans without a device: with the limits of the adapter if one was found in this process, else with the guaranteed limits. */
export function planWebgpu(program: Program, options: PlanChoices): GpuPlan {
  return plan(program, options, seen ?? COMMON_LIMITS);
}

/** As `webgpuDevice.compile`, with options of this device only; `within` restricts the traits the plan may use. */
export async function compileGpu(
  program: Program,
  options: CompileOptions,
  within: (limits: GpuLimits) => GpuLimits = (limits) => limits,
): Promise<GpuExecutable> {
  const session = await gpuSession();
  seen = session.limits;
  const profile = options.profile === true && session.profiles;
  if (options.storage === 'f16' && session.limits.halves !== true) throw noHalves(session.name);
  const planned = plan(program, { ...options, profile }, within(session.limits));
  const recorded = await calmly(() => record(session, planned));
  return new GpuExecutable({ device: describe(session, options), session, plan: planned, recorded });
}

const noHalves = (name: string): AppFailure =>
  new AppFailure({
    code: 'unsupported',
    message: say`webgpu: storage f16 needs an adapter with shader-f16, ${asIs(name)} has none`,
    field: 'device.storage',
    cure: say`Choose storage f32, or a machine whose GPU has shader-f16.`,
  });

function plan(program: Program, { poison, profile, storage, storageFrom }: PlanChoices, limits: GpuLimits): GpuPlan {
  const own = { lowerings: gpuLowerings, runs: gpuRuns, elements: gpuElements, followed: gpuFollowed };
  const parts = { ops: opTable, ...own, limits };
  const halfFrom = storage === 'f16' ? (storageFrom ?? LEAST_HALF) : Infinity;
  return planGpu(program, parts, { poison: poison ?? false, profile: profile ?? false, halfFrom });
}

function describe({ name, software }: GpuSession, { storage }: CompileOptions): DeviceDescription {
  const title = software === null ? `WebGPU · ${name}` : `WebGPU · ${software} (software)`;
  const made = software === null ? `wgsl ${name}` : `wgsl ${software.toLowerCase()} software`;
  const module = storage === 'f16' ? `${made}, f16 storage` : made;
  return { kind: 'webgpu', title, module, threads: 1, precision: 'f32' };
}
