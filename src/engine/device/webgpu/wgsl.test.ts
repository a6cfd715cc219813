// Every kernel of every model is valid WGSL also for adapters that this machine may lack: with subgroups, with 16-bit storage, on the forms
// for hardware. Dawn's null backend checks the code and its pipelines with the limits of the standard, and runs nothing.
import { afterAll, beforeAll, expect, test } from 'vitest';
import { unwrap } from '../../core/result.ts';
import { models, type ModelKind } from '../../models/registry.ts';
import { opTable } from '../../ops/registry.ts';
import { smallSpec, smallText } from '../../verify/small-run.ts';
import { buildProgram } from '../../training/program.ts';
import { setUpRun } from '../../training/setup.ts';
import { gpuElements, gpuFollowed, gpuLowerings, gpuRuns } from './lowerings.ts';
import { planGpu, type GpuLimits, type PlannedDispatch } from './plan.ts';

const limits: GpuLimits = {
  traits: { maxInvocations: 256, workgroupBytes: 16384, subgroups: true, software: false, maxGroups: 65535 },
  maxBufferBytes: 2 ** 28,
  maxBindingBytes: 2 ** 27,
  maxBindings: 8,
  alignment: 256,
  halves: true,
};
const made = { ops: opTable, lowerings: gpuLowerings, runs: gpuRuns, elements: gpuElements, followed: gpuFollowed };

/** An optional dependency. */
const dawn: { create(options: string[]): GPU } | null = await import('webgpu').catch(() => null);

// Objects made from a garbage-collected entry point are destroyed with it.
let gpu: GPU | undefined;
let device: GPUDevice;

beforeAll(async () => {
  gpu = dawn?.create(['backend=null']);
  if (!gpu) return;
  const adapter = await gpu.requestAdapter();
  if (!adapter) throw new Error('the null backend has no adapter');
  device = await adapter.requestDevice({ requiredFeatures: ['subgroups', 'shader-f16'] });
});

afterAll(() => (gpu ? device.destroy() : undefined));

const checked = new Set<string>();

/** What is wrong with a kernel, or null. */
async function problemOf({ code, op, label, ranges }: PlannedDispatch): Promise<string | null> {
  if (checked.has(code)) return null;
  checked.add(code);
  device.pushErrorScope('validation');
  const module = device.createShaderModule({ code });
  const entries = ranges.map((_, binding) => ({ binding, visibility: 4, buffer: { type: 'storage' as const } }));
  const layout = device.createPipelineLayout({ bindGroupLayouts: [device.createBindGroupLayout({ entries })] });
  device.createComputePipeline({ layout, compute: { module, entryPoint: 'main' } });
  const refused = await device.popErrorScope();
  return refused && `${op} (${label}): ${refused.message}`;
}

test.skipIf(dawn === null).each(Object.keys(models) as ModelKind[])('%s', async (model) => {
  const problems: string[] = [];
  for (const d of [48, 64, 200]) {
    const spec = smallSpec({
      model,
      task: 'char-text-v1',
      taskFields: { length: 64 },
      fields: { layers: 2, d, dropout: 0.1, mlp: true, conv: true },
      training: { batch: 16 },
    });
    const program = buildProgram(unwrap(setUpRun(spec, smallText)));
    for (const halfFrom of [Infinity, 1024]) {
      const { entries } = planGpu(program, { ...made, limits }, { poison: false, profile: false, halfFrom });
      for (const dispatch of [...entries.values()].flat()) {
        const problem = await problemOf(dispatch);
        if (problem !== null) problems.push(problem);
      }
    }
  }
  expect(problems).toEqual([]);
});
