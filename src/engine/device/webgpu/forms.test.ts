// Kernels have forms that are chosen by what an adapter has. Each form that an available adapter can run is compared with the reference,
// including those that would not be chosen for it. Needs an adapter; SwiftShader will do.
import { english } from '../../core/say.ts';
import { describe, expect, test } from 'vitest';
import type { OpKind } from '../../ops/kinds.ts';
import type { OpCase } from '../../ops/cases.ts';
import { checkOp } from '../../verify/check-op.ts';
import { opCases } from '../../verify/op-cases.ts';
import type { Device } from '../device.ts';
import { compileGpu, webgpuDevice } from './index.ts';
import type { GpuTraits } from './lowering.ts';
import { gpuSession } from './session.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);

/** One step, many steps, channels that are no multiple of the lanes; each with and without an initial state. */
const SEQUENCES = /\[(1, 1, 1|1, 65, 9|2, 5, 33)\]/;

/** Products that are done as dots: at most eight rows, the second operand transposed. */
const FEW_ROWS = /^matmul [1-8]x\d+x\d+ TB/;

/** The adapter with these traits simulated. */
const having = (traits: Partial<GpuTraits>): Device => ({
  ...webgpuDevice,
  compile: (program, options) =>
    compileGpu(program, options, (limits) => ({ ...limits, traits: { ...limits.traits, ...traits } })),
});

async function failuresOf(
  kind: keyof typeof opCases,
  traits: Partial<GpuTraits>,
  some = /./,
): Promise<readonly string[]> {
  const cases = (opCases[kind] as readonly OpCase[]).filter(({ name }) => some.test(name));
  const { failures, comparisons } = await checkOp<OpKind>(kind, cases, [
    { device: having(traits), options: { threads: 1 } },
  ]);
  expect(comparisons).toBeGreaterThan(0);
  return failures;
}

describe.skipIf(missing !== null)(`on an adapter${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  /** Of slstm those with several heads: one head is an LSTM's loop. */
  const recurrent = [
    ['gru', SEQUENCES],
    ['lstm', SEQUENCES],
    ['elman', SEQUENCES],
    ['slstm', /3 heads of 5\] from/],
  ] as const;
  describe.each(recurrent)('%s', (kind, some) => {
    test.each([
      ['the matrix in workgroup memory', { software: false }],
      ['the matrix in registers', { software: false, workgroupBytes: 4096 }],
      ['the matrix in memory', { software: false, workgroupBytes: 1024, maxInvocations: 32 }],
    ])('%s', async (_, traits) => {
      expect(await failuresOf(kind, traits, some)).toEqual([]);
    });
  });

  test.each(['linearScan', 'minGru', 'qrnn', 'hgrn', 'complexScan'] as const)('%s in chunks of time', async (kind) => {
    expect(await failuresOf(kind, { software: false }, SEQUENCES)).toEqual([]);
  });

  const reducing: readonly (readonly [keyof typeof opCases, RegExp])[] = [
    ['softmaxCrossEntropy', /./],
    ['layerNorm', /./],
    ['rmsNorm', /./],
    ['reduceSum', /./],
    ['globalNorm', /./],
    ['matmul', FEW_ROWS],
  ];
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
