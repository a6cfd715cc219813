// The webgpu device: plans a program for the adapter at hand, makes its buffers and pipelines, and replays its entries.
import type { Program } from '../../graph/graph.ts';
import { opTable } from '../../ops/registry.ts';
import type { CompileOptions, Device, DeviceDescription } from '../device.ts';
import { findAdapter, limitsOf } from './adapter.ts';
import { GpuExecutable } from './executable.ts';
import { gpuLowerings, gpuRuns } from './lowerings.ts';
import { planGpu, type GpuLimits, type GpuPlan } from './plan.ts';
import { record } from './recorded.ts';
import { gpuSession, type GpuSession } from './session.ts';

/** What every WebGPU adapter has, for plans made before an adapter was looked at. */
const COMMON_LIMITS: GpuLimits = {
  traits: { maxInvocations: 256, workgroupBytes: 16384, subgroups: false, software: false, maxGroups: 65535 },
  maxBufferBytes: 2 ** 28,
  maxBindingBytes: 2 ** 27,
  maxBindings: 16,
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
  async software() {
    const found = await findAdapter();
    return 'missing' in found ? null : found.software;
  },
  compile: (program, options) => compileGpu(program, options),
};

/** Plans without a device: the numbers of the adapter once one was found in this process, else those that every adapter has. */
export function planWebgpu(program: Program, options: Pick<CompileOptions, 'poison' | 'profile'>): GpuPlan {
  return plan(program, options, seen ?? COMMON_LIMITS);
}

/** As `webgpuDevice.compile`, with what only this device has. */
export async function compileGpu(program: Program, options: CompileOptions): Promise<GpuExecutable> {
  const session = await gpuSession();
  seen = session.limits;
  const planned = plan(program, { ...options, profile: options.profile === true && session.profiles }, session.limits);
  const recorded = await record(session, planned);
  return new GpuExecutable({ device: describe(session), session, plan: planned, recorded });
}

function plan(
  program: Program,
  { poison, profile }: Pick<CompileOptions, 'poison' | 'profile'>,
  limits: GpuLimits,
): GpuPlan {
  const parts = { ops: opTable, lowerings: gpuLowerings, runs: gpuRuns, limits };
  return planGpu(program, parts, { poison: poison ?? false, profile: profile ?? false });
}

function describe({ name, software }: GpuSession): DeviceDescription {
  const title = software === null ? `WebGPU · ${name}` : `WebGPU · ${software} (software)`;
  const module = software === null ? `wgsl ${name}` : `wgsl ${software.toLowerCase()} software`;
  return { kind: 'webgpu', title, module, threads: 1, precision: 'f32' };
}
