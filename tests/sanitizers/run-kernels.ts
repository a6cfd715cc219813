// Runs every op's cases (time 1, 2, 63, 64, 65, batch 1, widths that no vector divides) on native kernels that were built with sanitizers,
// with all bytes outside the variables poisoned, then every model: node run-kernels.ts LIBRARY POISON [bite]. Preload the sanitizers.
// Reports differences; a sanitizer ends the process itself. With "bite" the variables are poisoned as well, which must end the process.
import { createRequire } from 'node:module';
import { sizeOf } from '../../src/engine/core/tensor.ts';
import { planCpu } from '../../src/engine/device/cpu/index.ts';
import { NativeExecutable } from '../../src/engine/device/cpu/native-executable.ts';
import { loadNative } from '../../src/engine/device/cpu/native-module.ts';
import type { Device } from '../../src/engine/device/device.ts';
import { models } from '../../src/engine/models/registry.ts';
import type { OpKind } from '../../src/engine/ops/kinds.ts';
import { PAGE_BYTES, type Plan } from '../../src/engine/plan/plan.ts';
import type { OpCase } from '../../src/engine/ops/cases.ts';
import { checkModel } from '../../src/engine/verify/check-model.ts';
import { checkOp, type DeviceUnderTest } from '../../src/engine/verify/check-op.ts';
import { failures } from '../../src/engine/verify/compare.ts';
import { opCases } from '../../src/engine/verify/op-cases.ts';

const [library = '', poisonAddon = '', bite] = process.argv.slice(2);
const { poison } = createRequire(import.meta.url)(poisonAddon) as {
  readonly poison: (bytes: Uint8Array, from: number, to: number) => void;
};
const native = loadNative(library, 'sanitized');

/** Unused bytes of the arena: the first line, the ends of variables, and the rest of the last page. */
function* gapsOf(plan: Plan): Generator<readonly [from: number, to: number], void, undefined> {
  yield [0, 64];
  for (const { address, type } of plan.variables.values()) {
    const end = address + 4 * sizeOf(type.shape);
    yield [bite === undefined ? end : address, Math.ceil(end / 64) * 64];
  }
  yield [plan.scratchAddress + plan.scratchStride * plan.threads, plan.report.total];
}

const device: Device = {
  kind: 'cpu',
  unavailable: () => Promise.resolve(null),
  capabilities: () => Promise.resolve({ missing: null, software: null, modules: [], storages: ['f32'] }),
  plan: (program, options) => planCpu(program, options, native.kernels).report,
  compile: (program, options) => {
    const plan = planCpu(program, options, native.kernels);
    const pages = plan.report.total / PAGE_BYTES;
    const memory = new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    const bytes = new Uint8Array(memory.buffer);
    poison(bytes, 0, 0);
    for (const [from, to] of gapsOf(plan)) if (to > from) poison(bytes, from, to);
    const description = {
      kind: 'cpu',
      title: 'sanitized',
      module: 'sanitized',
      threads: plan.threads,
      precision: 'f32',
    } as const;
    return Promise.resolve(new NativeExecutable(description, plan, memory, native.addon));
  },
};

const devices: readonly DeviceUnderTest[] = [1, 3].map((threads) => ({ device, options: { threads, poison: true } }));
let checks = 0;
const differences: string[] = [];
for (const kind of Object.keys(opCases) as (keyof typeof opCases)[]) {
  const cases: readonly OpCase[] = opCases[kind];
  process.stderr.write(`${kind}\n`);
  const { comparisons, failures: failed } = await checkOp<OpKind>(kind, cases, devices, { reference: false });
  checks += comparisons;
  differences.push(...failed);
}
const twoThreads: readonly DeviceUnderTest[] = [{ device, options: { threads: 2, poison: true } }];
for (const model of Object.values(models)) {
  process.stderr.write(`${model.title}\n`);
  for (const { comparisons } of await checkModel(model, twoThreads)) {
    checks += comparisons.length;
    differences.push(...failures(comparisons));
  }
}
process.stdout.write(JSON.stringify({ checks, differences }));
process.exit(0);
