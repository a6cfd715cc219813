// Programs with activations stored in 16 bits: their bytes, and that every kernel of every model is valid WGSL. Needs no adapter: Dawn's
// null backend supports all features, checks code and computes nothing.
import { create } from 'webgpu';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { unwrap } from '../../core/result.ts';
import { f32 } from '../../core/tensor.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import type { Program } from '../../graph/graph.ts';
import { everywhere } from '../../models/model.ts';
import { models, type ModelKind } from '../../models/registry.ts';
import { add, assign, exp, logCumulativeSumExp, matmul, reshape, sub, unary } from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { smallSpec, type SmallRun } from '../../verify/small-run.ts';
import { buildProgram } from '../../training/program.ts';
import { setUpRun } from '../../training/setup.ts';
import { halfValues } from './half-values.ts';
import { gpuLowerings, gpuRuns } from './lowerings.ts';
import { planGpu, type GpuLimits, type GpuPlan } from './plan.ts';

interface Kernels {
  readonly software?: boolean;
  readonly subgroups?: boolean;
  readonly poison?: boolean;
}

const limits = ({ software = false, subgroups = false }: Kernels): GpuLimits => ({
  traits: { maxInvocations: 256, workgroupBytes: 16384, subgroups, software, maxGroups: 65535 },
  maxBufferBytes: 2 ** 28,
  maxBindingBytes: 2 ** 27,
  maxBindings: 16,
  alignment: 256,
  halves: true,
});

function planOf(program: Program, halfFrom: number, kernels: Kernels = {}): GpuPlan {
  const parts = { ops: opTable, lowerings: gpuLowerings, runs: gpuRuns, limits: limits(kernels) };
  return planGpu(program, parts, { poison: kernels.poison ?? false, profile: false, halfFrom });
}

const alphabet = 'abcdefghijklmnopqrstuvwxyz ';
const text = Array.from({ length: 20_000 }, (_, i) => alphabet[(i * i + 7 * i) % alphabet.length]).join('');
/** With every position of the first layer computed, so that all activations of a network are there. */
const programOf = (run: SmallRun): Program => buildProgram(unwrap(setUpRun(smallSpec(run), text)), { asWritten: true });

const textStep = (length: number, model: ModelKind = 'minGru'): Program =>
  programOf({
    model,
    task: 'char-text-v1',
    taskFields: { length },
    fields: { layers: 2, d: 128, expansion: 1 },
    training: { batch: 32 },
  });

describe('bytes', () => {
  test.each([128, 512])('a text step of length %i keeps its activations in fewer bytes; all else stays', (length) => {
    const program = textStep(length);
    const [full, half] = [planOf(program, Infinity).report, planOf(program, 4096).report];
    expect(half.activations).toBeLessThan(0.72 * full.activations);
    for (const line of ['weights', 'gradients', 'optimiser', 'workspace'] as const) expect(half[line]).toBe(full[line]);
    expect(half.total - half.activations).toBe(full.total - full.activations);
  });

  test('without values of that size the plan is the plan in float32', () => {
    const program = textStep(128);
    expect(planOf(program, 2 ** 30)).toEqual(planOf(program, Infinity));
  });
});

test('variables, derivatives, logarithms and their differences, and scores of a loss stay float32; views follow', () => {
  const builder = new ProgramBuilder(opTable);
  const x = builder.variable('x', f32(2, 8, 8), 'input');
  const w = builder.variable('w', f32(8, 8), 'input');
  const names = builder.entry('run', (b) => {
    const product = matmul(b, b.read(x), b.read(w));
    const logarithm = unary(b, 'softplus', product);
    const difference = sub(b, logarithm, b.read(x));
    const sum = logCumulativeSumExp(b, difference).y;
    const result = exp(b, add(b, sum, difference));
    const view = reshape(b, result, [16, 8]);
    const flat = reshape(b, b.read(x), [16, 8]);
    assign(b, b.read(builder.variable('y', f32(16, 8), 'output')), add(b, view, flat));
    return { product, logarithm, difference, sum, result, view, flat };
  });
  const [graph] = builder.finish().entries;
  const half = graph ? halfValues(graph, opTable, 1) : new Set();
  const kept = Object.entries(names).filter(([, id]) => half.has(id));
  expect(kept.map(([name]) => name)).toEqual(['product', 'result', 'view']);
  expect(graph ? halfValues(graph, opTable, 129).size : 1).toBe(0);
});

describe('every kernel is valid WGSL', () => {
  const gpu = create(['backend=null']);
  let device: GPUDevice;
  beforeAll(async () => {
    const adapter = await gpu.requestAdapter();
    if (!adapter) throw new Error('the null backend must have an adapter');
    device = await adapter.requestDevice({ requiredFeatures: ['shader-f16', 'subgroups'] });
  });
  afterAll(() => device.destroy());

  const valid = new Set<string>();
  async function refusalsOf(plan: GpuPlan): Promise<readonly string[]> {
    const codes = new Map([...plan.entries.values()].flat().map(({ code, op, label }) => [code, `${op} (${label})`]));
    const found: string[] = [];
    for (const [code, who] of codes) {
      if (valid.has(code)) continue;
      device.pushErrorScope('validation');
      device.createShaderModule({ code });
      const refused = await device.popErrorScope();
      if (refused) found.push(`${who}: ${refused.message}\n${code}`);
      else valid.add(code);
    }
    expect([...codes.keys()].some((code) => code.startsWith('enable f16;'))).toBe(true);
    return found;
  }

  const everything = { layers: 2, d: 8, conv: true, mlp: true, learnedStart: true, dropout: 0.1 };
  const forms = (Object.keys(models) as ModelKind[]).flatMap((model) =>
    everywhere(models[model].implementations).map(({ id }) => [model, id] as const),
  );
  test.each(forms)('%s %s', async (model, implementation) => {
    // The step form has the same kernels at every step.
    const length = implementation === 'loop' ? 3 : 16;
    const program = programOf({
      model,
      implementation,
      task: 'char-text-v1',
      taskFields: { length },
      fields: everything,
    });
    const all: readonly Kernels[] = [{ software: true, poison: true }, { software: true }, {}, { subgroups: true }];
    for (const kernels of all) expect(await refusalsOf(planOf(program, 1, kernels))).toEqual([]);
  });

  test.each([7, 8])('a network of width %d that reads from both ends', async (d) => {
    const fields = { ...everything, d, expansion: 1, bidirectional: true };
    const plan = planOf(programOf({ model: 'minGru', task: 'listops-v1', fields }), 1);
    const code = [...plan.entries.values()].flat().find(({ op }) => op === 'reverse')?.code ?? '';
    expect(code).toMatch(/^enable f16;/);
    expect(await refusalsOf(plan)).toEqual([]);
  });
});
