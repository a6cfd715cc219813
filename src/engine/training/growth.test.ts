// Measured memory growth of a run, on every device available: within five per cent of the plan, or two pages, and never just a copy of the
// plan.
import { english, type Message } from '../core/say.ts';
import { beforeAll, describe, expect, it } from 'vitest';
import { sizeOf } from '../core/tensor.ts';
import { planCpu, compileNative, cpuDevice, nativeModule } from '../device/cpu/index.ts';
import { instantiate, kernelModule } from '../device/cpu/kernel-module.ts';
import { Crew } from '../device/cpu/crew.ts';
import { CpuExecutable, prepareMemory, STALL_LIMIT } from '../device/cpu/executable.ts';
import { loadedNative } from '../device/cpu/native-module.ts';
import { loadDevice, type DeviceKind } from '../device/registry.ts';
import { memoryCheck } from '../spec/memory-check.ts';
import type { MemoryGrowth, RunFacts } from '../spec/metrics.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { wasmKernels } from '../plan/lowering.ts';
import { smallSpec } from '../verify/small-run.ts';
import { prepareRun } from './prepare.ts';
import { buildProgram } from './program.ts';
import { setUpRun } from './setup.ts';

const page = 2 ** 16;
const native = await nativeModule();

interface Place {
  readonly name: string;
  readonly kind: DeviceKind;
  readonly module?: string;
  readonly counted: MemoryGrowth['counted'];
}

const places: readonly Place[] = [
  { name: 'cpu, native', kind: 'cpu', module: 'native', counted: 'resident' },
  { name: 'cpu, wasm', kind: 'cpu', module: 'wasm', counted: 'allocated' },
  { name: 'webgpu', kind: 'webgpu', counted: 'allocated' },
  { name: 'tensorflow', kind: 'tensorflow', counted: 'allocated' },
  { name: 'reference', kind: 'reference', counted: 'allocated' },
];

const models = ['minGru', 'gru', 'lstm', 'minLstm'] as const;
const sizes = [
  { d: 8, layers: 1, length: 12, batch: 4 },
  { d: 48, layers: 2, length: 40, batch: 16 },
  { d: 32, layers: 3, length: 96, batch: 24 },
];

type Size = (typeof sizes)[number];

function specOf(model: (typeof models)[number], { d, layers, length, batch }: Size, place: Place): RunSpec {
  const spec = smallSpec({
    model,
    fields: { d, layers },
    taskFields: { length, memorise: 2, vocabulary: 6, evalSequences: 10 },
    training: { batch, evaluateEvery: 1 },
    budget: { unit: 'steps', amount: 2 },
    threads: 2,
  });
  return { ...spec, device: { kind: place.kind, threads: 2, ...(place.module && { module: place.module }) } };
}

/** Plan and growth of a run that has trained and been evaluated. */
async function measure(spec: RunSpec, kind: DeviceKind): Promise<Pick<RunFacts, 'memory' | 'growth'>> {
  const device = await loadDevice(kind);
  const listener = { metrics: () => undefined, checkpoint: () => undefined };
  const prepared = await prepareRun({ spec, data: null, device, listener, resume: null });
  if (!prepared.ok) throw new Error(english(prepared.error.message));
  const run = prepared.value;
  expect(run.growth()).toBeNull();
  await run.slice({ seconds: 600, steps: null }, () => false);
  const growth = run.growth();
  await run.dispose();
  return growth === null ? { memory: run.facts.memory } : { memory: run.facts.memory, growth };
}

describe.each(places)('on $name', (place) => {
  let absent: Message | null = null;
  beforeAll(async () => {
    absent = await (await loadDevice(place.kind)).unavailable();
    if (place.module === 'native' && 'why' in native) absent = native.why;
  });

  it.for(models)('%s grows by what was planned', async (model, context) => {
    if (absent !== null) return context.skip(english(absent));
    // Most machines emulate graphics hardware in software, so the largest case runs on the cpu only.
    for (const size of place.kind === 'cpu' ? sizes : sizes.slice(0, 2)) {
      const facts = await measure(specOf(model, size, place), place.kind);
      expect(facts.growth?.counted).toBe(place.counted);
      expect(memoryCheck(facts)).toMatchObject({ off: false });
    }
  });
});

describe('the count is not the plan', () => {
  const programOf = () => {
    const setup = setUpRun(specOf('gru', sizes[2], places[0]), null);
    if (!setup.ok) throw new Error(english(setup.error.message));
    return buildProgram(setup.value);
  };

  const without = 'why' in native ? ` (skipped: ${english(native.why)})` : '';
  it.skipIf(without !== '')(`on native kernels pages count once something was written to them${without}`, async () => {
    const loaded = loadedNative();
    if (loaded === null) throw new Error('the native module is expected');
    const program = programOf();
    const executable = compileNative(program, { threads: 2 }, loaded);
    const plan = executable.plannedBytes().total;
    const before = executable.grown();
    expect(before.bytes).toBeLessThan(plan / 2);
    for (const { name, type } of program.variables) executable.write(name, new Float32Array(sizeOf(type.shape)));
    for (const { name } of program.entries) executable.run(name);
    await executable.settled();
    const after = executable.grown();
    expect(after.bytes).toBeGreaterThan(before.bytes);
    expect(after.bytes).toBeLessThanOrEqual(plan);
    await executable.dispose();
  });

  it('on WebAssembly a memory that is larger than its plan is counted as it is', async () => {
    if ((await cpuDevice.unavailable()) !== null) throw new Error('the wasm kernels are expected');
    const plan = planCpu(programOf(), { threads: 1, module: 'wasm' }, wasmKernels);
    const pages = plan.report.total / page + 16;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    prepareMemory(memory, plan, STALL_LIMIT);
    const module = await kernelModule();
    const crew = await Crew.start(module, memory, 0);
    const device = { kind: 'cpu', title: 'test', module: 'wasm', threads: 1, precision: 'f32' } as const;
    const executable = new CpuExecutable({ device, plan, memory, kernels: instantiate(module, memory), crew });
    expect(executable.grown()).toEqual({ bytes: plan.report.total + 16 * page, counted: 'allocated' });
    expect(executable.plannedBytes().total).toBe(plan.report.total);
    await executable.dispose();
  });
});
