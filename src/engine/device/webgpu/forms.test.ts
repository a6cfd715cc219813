// Kernels have forms that are chosen by what an adapter has. Each form that an available adapter can run is compared with the reference,
// including those that would not be chosen for it: an op that has a form for hardware is found by its kernels and checked without a line here.
// Needs an adapter; SwiftShader will do.
import { english } from '../../core/say.ts';
import { describe, expect, test } from 'vitest';
import type { OpCase } from '../../ops/cases.ts';
import type { OpKind } from '../../ops/kinds.ts';
import { opTable } from '../../ops/registry.ts';
import { checkOp } from '../../verify/check-op.ts';
import { buildCheckProgram } from '../../verify/check-program.ts';
import { opCases } from '../../verify/op-cases.ts';
import type { Device } from '../device.ts';
import { compileGpu, webgpuDevice } from './index.ts';
import type { GpuTraits } from './lowering.ts';
import { gpuElements, gpuFollowed, gpuLowerings, gpuRuns } from './lowerings.ts';
import { planGpu, type GpuLimits } from './plan.ts';
import { gpuSession } from './session.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);

/** Many steps and channels that are no multiple of the lanes; with and without a state at the start. */
const SEQUENCES = /\[(1, 65, 9\]|2, 5, 33\] from a state)/;

/** Products that are done as dots: at most eight rows, the second operand transposed. */
const FEW_ROWS = /^matmul [1-8]x\d+x\d+ TB/;

/** The adapter with these traits simulated. */
const having = (traits: Partial<GpuTraits>): Device => ({
  ...webgpuDevice,
  compile: (program, options) =>
    compileGpu(program, options, (limits) => ({ ...limits, traits: { ...limits.traits, ...traits } })),
});

const hardware = { software: false } as const;

/** Texts of the kernels of a case and its gradient. */
function kernelsOf(kind: OpKind, test: OpCase, limits: GpuLimits, software: boolean): readonly string[] {
  const own = { ops: opTable, lowerings: gpuLowerings, runs: gpuRuns, elements: gpuElements, followed: gpuFollowed };
  const parts = { ...own, limits: { ...limits, traits: { ...limits.traits, software } } };
  const plan = planGpu(buildCheckProgram(kind, [test]).program, parts, { poison: false, profile: false });
  return [...plan.entries.values()].flat().map(({ code }) => code);
}

/**
 * The last of the cases whose kernels are others on hardware, which is the hardest: long, from a state, at odd sizes. Such kernels compile for seconds in
 * software. Of products, which have forms by size, two more.
 */
function differing(kind: keyof typeof opCases, limits: GpuLimits): readonly OpCase[] {
  const all: readonly OpCase[] = opCases[kind];
  const found = all.filter((test) => {
    const soft = new Set(kernelsOf(kind, test, limits, true));
    return kernelsOf(kind, test, limits, false).some((code) => !soft.has(code));
  });
  const places = kind === 'matmul' ? [0, found.length >> 1, found.length - 1] : [found.length - 1];
  return [...new Set(places)].flatMap((at) => found[at] ?? []);
}

async function failuresOf(
  kind: keyof typeof opCases,
  traits: Partial<GpuTraits>,
  some: RegExp | readonly OpCase[] = /./,
): Promise<readonly string[]> {
  const all: readonly OpCase[] = opCases[kind];
  const cases = some instanceof RegExp ? all.filter(({ name }) => some.test(name)) : some;
  const under = { device: having(traits), options: { threads: 1 } };
  const { failures, comparisons } = await checkOp<OpKind>(kind, cases, [under], { reference: false });
  expect(comparisons).toBeGreaterThan(0);
  return failures;
}

const reducing: readonly (readonly [keyof typeof opCases, RegExp])[] = [
  ['softmaxCrossEntropy', /./],
  ['layerNorm', /./],
  ['rmsNorm', /./],
  ['reduceSum', /./],
  ['globalNorm', /./],
  ['matmul', FEW_ROWS],
];
/** Of slstm those with several heads: one head is an LSTM's loop. */
const matrices = [
  ['gru', SEQUENCES],
  ['lstm', SEQUENCES],
  ['elman', SEQUENCES],
  ['slstm', /3 heads of 5\] from/],
] as const;
const done: readonly string[] = [
  ...matrices.map(([kind]) => kind),
  ...reducing.filter(([, some]) => some !== FEW_ROWS).map(([kind]) => kind),
];
const others = (Object.keys(opCases) as (keyof typeof opCases)[]).filter((kind) => !done.includes(kind));

describe.skipIf(missing !== null)(`on an adapter${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  describe.each(matrices)('%s', (kind, some) => {
    test.each([
      ['the matrix in workgroup memory', hardware],
      ['the matrix in registers', { software: false, workgroupBytes: 4096 }],
      ['the matrix in memory', { software: false, workgroupBytes: 1024, maxInvocations: 32 }],
    ])('%s', async (_, traits) => {
      expect(await failuresOf(kind, traits, some)).toEqual([]);
    });
  });

  // Whatever an op does otherwise on hardware, in some of its cases; those above and below have all their forms.
  test.each(others)('%s as hardware computes it', async (kind) => {
    const cases = differing(kind, (await gpuSession()).limits);
    if (cases.length > 0) expect(await failuresOf(kind, hardware, cases)).toEqual([]);
  });

  describe.each(reducing)('%s', (kind, some) => {
    test.each([
      ['sums through workgroup memory', false],
      ['sums through subgroups', true],
    ])('%s', async (_, wanted) => {
      const { subgroups } = (await gpuSession()).limits.traits;
      expect(await failuresOf(kind, { software: false, subgroups: wanted && subgroups }, some)).toEqual([]);
    });
  });
});
