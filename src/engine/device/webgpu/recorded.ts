// The device side of a plan: its buffers, and each entry as a recorded list of pipelines and bind groups. Made once; a run only replays.
// Must not depend on what the dispatches compute.
import { itemAt } from '../../core/item.ts';
import { AppFailure } from '../../core/result.ts';
import { say } from '../../core/say.ts';
import { foreignWords } from '../../core/system-words.ts';
import type { GpuLimits, GpuPlan, GpuRange, PlannedDispatch } from './plan.ts';
import type { GpuSession } from './session.ts';

// GPUBufferUsage of the standard; Dawn in Node has no globals for it.
const MAP_READ = 0x1;
const COPY_SRC = 0x4;
const COPY_DST = 0x8;
const STORAGE = 0x80;
const QUERY_RESOLVE = 0x200;

export interface RecordedDispatch {
  readonly pipeline: GPUComputePipeline;
  readonly group: GPUBindGroup;
  readonly groups: readonly [number, number, number];
}

/** Time stamps of one pass a dispatch: two queries each. */
export interface Clock {
  readonly queries: GPUQuerySet;
  readonly resolved: GPUBuffer;
  readonly staging: GPUBuffer;
}

export interface Recorded {
  readonly buffers: readonly GPUBuffer[];
  readonly staging: GPUBuffer;
  /** Small outputs of the last runs, as the host will read them. */
  readonly ring: GPUBuffer | null;
  readonly clock: Clock | null;
  readonly entries: ReadonlyMap<string, readonly RecordedDispatch[]>;
  /** Sum of the sizes of all buffers made. */
  readonly bytes: number;
}

export async function record(session: GpuSession, plan: GpuPlan): Promise<Recorded> {
  const { device } = session;
  device.pushErrorScope('out-of-memory');
  device.pushErrorScope('validation');
  const made: GPUBuffer[] = [];
  const buffer = (label: string, size: number, usage: number): GPUBuffer => {
    const one = device.createBuffer({ label, size, usage });
    made.push(one);
    return one;
  };
  const buffers = plan.buffers.map((size, i) => buffer(`memory ${i}`, size, STORAGE | COPY_SRC | COPY_DST));
  const staging = buffer('staging', plan.staging, MAP_READ | COPY_DST);
  const ring = plan.ring === 0 ? null : buffer('ring', plan.ring, MAP_READ | COPY_DST);
  const clock = plan.times === 0 ? null : clockOf(device, plan.times / 2, buffer);
  const [invalid, refused] = await Promise.all([device.popErrorScope(), device.popErrorScope()]);
  const problem = refused ?? invalid;
  if (problem) {
    for (const one of made) one.destroy();
    throw tooLarge(plan, session.limits, problem.message);
  }
  const bytes = made.reduce((sum, one) => sum + one.size, 0);
  const entries = await recordEntries(session, plan, buffers);
  return { buffers, staging, ring, clock, entries, bytes };
}

export function destroyRecorded({ buffers, staging, ring, clock }: Recorded): void {
  for (const one of buffers) one.destroy();
  staging.destroy();
  ring?.destroy();
  clock?.queries.destroy();
  clock?.resolved.destroy();
  clock?.staging.destroy();
}

function clockOf(
  device: GPUDevice,
  bytes: number,
  buffer: (label: string, size: number, usage: number) => GPUBuffer,
): Clock {
  const queries = device.createQuerySet({ label: 'times', type: 'timestamp', count: bytes / 8 });
  const resolved = buffer('times', bytes, QUERY_RESOLVE | COPY_SRC);
  return { queries, resolved, staging: buffer('times staging', bytes, MAP_READ | COPY_DST) };
}

/** WebGPU does not report free memory; only the largest buffer and failed allocations are known. */
function tooLarge({ report, buffers }: GpuPlan, { maxBufferBytes }: GpuLimits, message: string): AppFailure {
  const mebibytes = (bytes: number): number => Number((bytes / 2 ** 20).toFixed(1));
  return new AppFailure({
    code: 'out-of-memory',
    message: say`webgpu: the plan needs ${mebibytes(report.total)} MiB of GPU memory (${mebibytes(Math.max(...buffers))} MiB in one piece), which was refused; the adapter gives at most ${mebibytes(maxBufferBytes)} MiB in one buffer. It says: ${foreignWords(message)}`,
    cure: say`Use a smaller batch, a shorter sequence or a smaller model, or end other programs on the GPU.`,
  });
}

async function recordEntries(
  session: GpuSession,
  plan: GpuPlan,
  buffers: readonly GPUBuffer[],
): Promise<ReadonlyMap<string, readonly RecordedDispatch[]>> {
  const { device } = session;
  const groups = new Map<string, GPUBindGroup>();
  device.pushErrorScope('validation');
  const groupOf = (dispatch: PlannedDispatch): GPUBindGroup => {
    const key = dispatch.ranges.map(({ buffer, offset, bytes }) => `${buffer}:${offset}:${bytes}`).join();
    const known = groups.get(key);
    if (known) return known;
    const { group: layout } = session.layout(dispatch.ranges.length);
    const entries = dispatch.ranges.map((range, binding) => ({ binding, resource: resourceOf(range, buffers) }));
    const made = device.createBindGroup({ label: `${dispatch.op} (${dispatch.label})`, layout, entries });
    groups.set(key, made);
    return made;
  };
  const waiting = [...plan.entries].map(async ([name, dispatches]) => {
    const made = dispatches.map((dispatch) => ({ ...dispatch, group: groupOf(dispatch) }));
    const recorded = await Promise.all(
      made.map(async ({ code, ranges, op, label, group, groups: counts }) => {
        return { pipeline: await session.pipeline(code, ranges.length, `${op} (${label})`), group, groups: counts };
      }),
    );
    return [name, recorded] as const;
  });
  const refused = await device.popErrorScope();
  const results = await Promise.allSettled(waiting);
  if (refused) throw new Error(`webgpu: a dispatch was refused: ${refused.message}`);
  const entries = results.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  return new Map(entries);
}

function resourceOf({ buffer, offset, bytes }: GpuRange, buffers: readonly GPUBuffer[]): GPUBufferBinding {
  return { buffer: itemAt(buffers, buffer), offset, size: bytes };
}

/** Replays recorded dispatches in one pass. */
export function encodePass(pass: GPUComputePassEncoder, dispatches: readonly RecordedDispatch[]): void {
  let pipeline: GPUComputePipeline | null = null;
  let group: GPUBindGroup | null = null;
  for (const dispatch of dispatches) {
    if (dispatch.pipeline !== pipeline) pass.setPipeline((pipeline = dispatch.pipeline));
    if (dispatch.group !== group) pass.setBindGroup(0, (group = dispatch.group));
    const [x, y, z] = dispatch.groups;
    if (y === 1 && z === 1) pass.dispatchWorkgroups(x);
    else pass.dispatchWorkgroups(x, y, z);
  }
  pass.end();
}
