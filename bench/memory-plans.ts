// Planned memory of training steps: minimal against classic cells at the same width, fused against the paper's way, the text
// step by both schedules, growth with the batch. Nothing is run; a test and a bench compare the numbers with their targets.
import type { BuildOptions } from '../src/engine/graph/builder.ts';
import { cpuDevice, planCpu } from '../src/engine/device/cpu/index.ts';
import { planWebgpu } from '../src/engine/device/webgpu/index.ts';
import { unwrap } from '../src/engine/core/result.ts';
import type { Program } from '../src/engine/graph/graph.ts';
import type { ModelKind } from '../src/engine/models/registry.ts';
import { wasmKernels, type KernelTraits } from '../src/engine/plan/lowering.ts';
import type { MemoryReport } from '../src/engine/spec/metrics.ts';
import { smallSpec, smallText } from '../src/engine/verify/small-run.ts';
import { buildProgram } from '../src/engine/training/program.ts';
import { setUpRun } from '../src/engine/training/setup.ts';
import { textShape, textStep } from './programs.ts';

/** One way of planning a program. */
export interface Planner {
  readonly name: string;
  readonly schedule: 'op-by-op' | 'slab';
  readonly plan: (program: Program) => MemoryReport;
}

/** Threads of the cpu plans. */
export const threads = 2;

function cpuPlanner(name: string, schedule: Planner['schedule'], kernels: KernelTraits): Planner {
  return { name, schedule, plan: (program) => planCpu(program, { threads, schedule }, kernels).report };
}

/** Both schedules of each kernel module that can be planned here, and the GPU. Native block sizes are known only where the native module works. */
export async function planners(): Promise<readonly Planner[]> {
  const native = (await cpuDevice.capabilities()).modules.find(({ name }) => name === 'native')?.kernels ?? null;
  const modules = [...(native ? [['native', native] as const] : []), ['wasm', wasmKernels] as const];
  const cpu = modules.flatMap(([name, kernels]) =>
    (['op-by-op', 'slab'] as const).map((schedule) => cpuPlanner(`cpu ${name}`, schedule, kernels)),
  );
  return [...cpu, { name: 'webgpu', schedule: 'op-by-op', plan: (program) => planWebgpu(program, {}).report }];
}

export interface LayerShape {
  readonly batch: number;
  readonly length: number;
  readonly width: number;
  readonly layers: number;
}

/** The text step's size, then sizes of the paper's figure 1 (batch 64; its widths are not published). */
export const layerShapes: readonly LayerShape[] = [
  { batch: 32, length: 128, width: 128, layers: 1 },
  { batch: 32, length: 128, width: 128, layers: 2 },
  { batch: 64, length: 512, width: 64, layers: 1 },
  { batch: 64, length: 512, width: 256, layers: 1 },
  { batch: 64, length: 4096, width: 32, layers: 1 },
];

/** A loop makes one node per step and operation, so planning a long one takes minutes. */
export const LONGEST_LOOP = 512;

/**
 * The training program of recurrent layers between embedding and head, as a run of the lab has it: no conv, no MLP, no norm. `asWritten`: with the first
 * layer computed at every position, not on the table of the embedding.
 */
export function layerProgram(
  model: ModelKind,
  implementation: string,
  shape: LayerShape,
  options: BuildOptions = {},
): Program {
  const { batch, length, width, layers } = shape;
  const plain = { norm: 'none', residual: false, project: 'when-needed', finalNorm: false };
  const spec = smallSpec({
    model,
    implementation,
    task: 'char-text-v1',
    taskFields: { length, evalSequences: batch },
    fields: { ...plain, layers, d: width, expansion: 1 },
    training: { batch },
  });
  const text = smallText.repeat(Math.ceil((8 * length) / 1000));
  return buildProgram(unwrap(setUpRun(spec, text)), options);
}

/** Planned bytes of the text step with `batch` samples, and the bytes of its inputs. */
export function textMemory(
  planner: Planner,
  batch: number,
): { readonly report: MemoryReport; readonly inputs: number } {
  return { report: planner.plan(textStep(batch)), inputs: 2 * batch * textShape.T * 4 };
}

/** The limits of the project. */
export const targets = {
  /** Bytes of the text step. */
  textByOp: 23e6,
  textSlab: 8e6,
  /** A minimal cell over the classic one of the same width, both fused. */
  minimalOverClassic: 1,
} as const;
