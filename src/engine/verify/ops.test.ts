// Every op of the registry: its gradient against central differences, and every device against the reference.
import { english, type Message } from '../core/say.ts';
import { describe, expect, test } from 'vitest';
import { loadDevice } from '../device/registry.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { OpKind } from '../ops/kinds.ts';
import { opTable, ops } from '../ops/registry.ts';
import { reduceSum } from '../ops/functional.ts';
import type { OpCase } from '../ops/cases.ts';
import { checkOp, type DeviceUnderTest } from './check-op.ts';
import { opCases } from './op-cases.ts';

const kinds = Object.keys(opCases) as (keyof typeof opCases)[];
const casesOf = (kind: keyof typeof opCases): readonly OpCase[] => opCases[kind];

const cpu = await loadDevice('cpu').catch((error: unknown) => String(error));
const wordsOf = (reason: Message | string): string => (typeof reason === 'string' ? reason : english(reason));
const absent = typeof cpu === 'string' ? cpu : await cpu.unavailable();
const targets: DeviceUnderTest[] =
  typeof cpu === 'string' || absent !== null
    ? []
    : [
        { device: cpu, options: { threads: 1, module: 'wasm' } },
        { device: cpu, options: { threads: 3, module: 'wasm', poison: false } },
      ];
const native =
  typeof cpu === 'string' ? [] : (await cpu.capabilities()).modules.filter(({ name }) => name === 'native');
const noNative = native.find(({ state }) => state === 'ready') ? null : (native[0]?.detail ?? 'no cpu device');
const nativeTargets: DeviceUnderTest[] =
  typeof cpu === 'string'
    ? []
    : [
        { device: cpu, options: { threads: 1, module: 'native' } },
        { device: cpu, options: { threads: 3, module: 'native', poison: false } },
      ];

/** The reference itself is checked first, and once. */
const deviceAlone = { reference: false };

describe('reference: outputs are written, gradients equal central differences', () => {
  test.each(kinds)('%s', async (kind) => {
    const { comparisons, failures } = await checkOp<OpKind>(kind, casesOf(kind), []);
    expect(failures).toEqual([]);
    expect(comparisons).toBeGreaterThan(0);
  });
});

describe.skipIf(absent !== null)(
  `cpu = reference, the same bits for 1 and 3 threads${absent === null ? '' : ` (skipped: ${wordsOf(absent)})`}`,
  () => {
    test.each(kinds)('%s', async (kind) => {
      const { failures } = await checkOp<OpKind>(kind, casesOf(kind), targets, deviceAlone);
      expect(failures).toEqual([]);
    });
  },
);

describe.skipIf(noNative !== null)(
  `cpu native = reference, the same bits for 1 and 3 threads${noNative === null ? '' : ` (skipped: ${wordsOf(noNative)})`}`,
  () => {
    test.each(kinds)('%s', async (kind) => {
      const { failures } = await checkOp<OpKind>(kind, casesOf(kind), nativeTargets, deviceAlone);
      expect(failures).toEqual([]);
    });
  },
);

test('every gradient op is reached by a case of its forward op', () => {
  const reached = new Set<string>();
  for (const kind of kinds) {
    const [first] = casesOf(kind).filter(({ inputs }) => inputs.length > 0);
    if (!opTable[kind]?.gradient || !first) continue;
    const program = new ProgramBuilder(opTable);
    program.entry('gradient', (builder) => {
      const inputs = first.inputs.map(({ type }, i) => builder.read(program.variable(`x${i}`, type, 'input')));
      const outputs = builder.apply(kind, inputs, first.attrs);
      const float = inputs.filter(
        (_, i) => first.inputs[i].type.dtype === 'f32' && (first.wanted?.includes(i) ?? true),
      );
      gradients(builder, reduceSum(builder, outputs[first.differentiable?.[0] ?? 0], 'all'), float);
      for (const { op } of builder.nodes) reached.add(op);
    });
  }
  const unreached = Object.keys(ops).filter((kind) => kind.endsWith('Grad') && !reached.has(kind));
  expect(unreached).toEqual([]);
});
