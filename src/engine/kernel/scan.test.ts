// The template: the derived backward of any recurrence is its gradient, and the emitted code equals the reviewed snapshots.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { complexScan } from '../ops/complex-scan/cell.ts';
import { hgrn } from '../ops/hgrn/cell.ts';
import { madeScans } from '../ops/opcodes.ts';
import { qrnn } from '../ops/qrnn/cell.ts';
import { minGruKernels } from '../ops/min-gru/cell.ts';
import { minLstmKernels } from '../ops/min-lstm/cell.ts';
import type { GpuDispatch, GpuOperand } from '../plan/gpu/lowering.ts';
import { isPresent } from './cell.ts';
import { scanInAssemblyScript, scanInC } from './emit/scan-text.ts';
import { scanWebgpu } from './emit/wgsl.ts';
import { evaluate } from './evaluate.ts';
import * as x from './expr.ts';
import { linearStep } from './linear.ts';
import { backwardKernel, forwardKernel, inputOperands, outputOperands, type ScanKernel } from './scan.ts';

type Sequences = Readonly<Record<string, readonly number[]>>;

/** Evaluates a kernel for one sample and one channel: values of named parts over time, and numbers. */
function runKernel(kernel: ScanKernel, time: number, sequences: Sequences, numbers: Readonly<Record<string, number>>) {
  const { carried, earlier, outputs, totals } = kernel;
  const results: Record<string, number[]> = {};
  let state = carried.names.map((name) => numbers[`start ${name}`] ?? 0);
  for (let i = 0; i < time; i++) {
    const t = kernel.reverse ? time - 1 - i : i;
    const at: Record<string, number> = { ...numbers };
    for (const [name, values] of Object.entries(sequences)) at[name] = values[t] ?? 0;
    for (const name of earlier?.parts ?? [])
      at[name] = t > 0 ? sequences[name][t - 1] : (numbers[`start ${name}`] ?? 0);
    carried.names.forEach((name, k) => (at[name] = state[k] ?? 0));
    const put = (name: string, value: number): void => {
      const values = (results[name] ??= []);
      values[t] = value;
    };
    for (const { name, parts } of outputs) evaluate(parts, at).forEach((value, k) => put(`${name}.${k}`, value));
    for (const { name, of } of totals) put(name, evaluate([of], at)[0]);
    state = evaluate(carried.next, at);
  }
  return { results, state };
}

/** A cell with two carried numbers that mix, a channel number and a read-out, from random coefficients. */
const recurrence = ([p, q, r]: readonly number[]) => ({
  sequence: 'u',
  parts: ['u', 'v'] as const,
  channels: ['w'] as const,
  state: 's',
  states: ['k', 'l'] as const,
  step: ({ u, v, w, k, l }: Record<'u' | 'v' | 'w' | 'k' | 'l', x.Expr>) => ({
    k: x.fma(x.mul(p, x.sigmoid(u)), k, x.mul(x.tanh(l), w)),
    l: x.fma(x.mul(q, x.tanh(k)), l, x.mul(r, v)),
  }),
  read: {
    sequence: 'y',
    parts: ['y'] as const,
    of: ({ v, k, l, w }: Record<'u' | 'v' | 'w' | 'k' | 'l', x.Expr>) => ({ y: x.mul(x.sigmoid(v), x.fma(k, w, l)) }),
  },
});

const general = (cell: ReturnType<typeof recurrence>) => cell as unknown as Parameters<typeof forwardKernel>[1];

const within = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const drawn = fc.integer({ min: 1, max: 5 }).chain((time) =>
  fc.record({
    time: fc.constant(time),
    coefficients: fc.tuple(within, within, within),
    u: fc.array(within, { minLength: time, maxLength: time }),
    v: fc.array(within, { minLength: time, maxLength: time }),
    numbers: fc.record({ w: within, 'start k_before': within, 'start l_before': within }),
    seeds: fc.array(within, { minLength: 3 * time, maxLength: 3 * time }),
  }),
);

test('the backward of a recurrence is its gradient: two numbers carried, a read-out, a channel number, starts', () => {
  fc.assert(
    fc.property(drawn, ({ time, coefficients, u, v, numbers, seeds }) => {
      const cell = general(recurrence(coefficients));
      const [forward, backward] = [forwardKernel('cell', cell), backwardKernel('cellGrad', cell)];
      const weights = { y: seeds.slice(0, time), k: seeds.slice(time, 2 * time), l: seeds.slice(2 * time) };
      const lossOf = (u: readonly number[], v: readonly number[], given: Record<string, number>): number => {
        const { results } = runKernel(forward, time, { u, v }, given);
        const parts = [
          [results['y.0'], weights.y],
          [results['s.0'], weights.k],
          [results['s.1'], weights.l],
        ];
        return parts.reduce((sum, [values, w]) => sum + values.reduce((all, one, t) => all + one * w[t], 0), 0);
      };
      const { results: states } = runKernel(forward, time, { u, v }, numbers);
      const [k, l] = [states['s.0'], states['s.1']];
      const kept = { u, v, k, l, k_before: k, l_before: l, d_y: weights.y, d_k: weights.k, d_l: weights.l };
      const { results, state } = runKernel(backward, time, kept, numbers);
      const numeric = (change: (by: number) => number): number => {
        const h = 1e-3;
        return (8 * (change(h) - change(-h)) - (change(2 * h) - change(-2 * h))) / (12 * h);
      };
      const moved = (values: readonly number[], t: number, by: number) =>
        values.map((one, i) => one + (i === t ? by : 0));
      const close = (derived: number, wanted: number): void =>
        expect(Math.abs(derived - wanted)).toBeLessThan(1e-6 * Math.max(1, Math.abs(wanted)));
      for (let t = 0; t < time; t++) {
        close(
          results['d_u.0'][t],
          numeric((by) => lossOf(moved(u, t, by), v, numbers)),
        );
        close(
          results['d_u.1'][t],
          numeric((by) => lossOf(u, moved(v, t, by), numbers)),
        );
      }
      const number = (name: keyof typeof numbers) =>
        numeric((by) => lossOf(u, v, { ...numbers, [name]: numbers[name] + by }));
      close(
        results['d_w'].reduce((sum, one) => sum + one, 0),
        number('w'),
      );
      close(state[0], number('start k_before'));
      close(state[1], number('start l_before'));
    }),
    { numRuns: 60 },
  );
});

test('a backward of one’s own takes the place of the derived one', () => {
  const cell = {
    ...general(recurrence([1, 1, 1])),
    backward: (derived: Record<string, x.Expr>) => ({ ...derived, u: x.constant(7) }),
  };
  expect(backwardKernel('cellGrad', cell).outputs[0].parts[0]).toEqual(x.constant(7));
});

describe('cells', () => {
  test('a step that is linear in what it carries is found to be', () => {
    const linear = madeScans.filter((kernel) => linearStep(kernel) !== null).map(({ name }) => name);
    const known = [
      ...minGruKernels.map(({ name }) => name),
      ...minLstmKernels.map(({ name }) => name),
      'qrnn',
      'qrnnGrad',
      ...['hgrn', 'hgrnComplex', 'complexScan', 'fixedScan', 'fixedComplexScan', 'linearScan'],
      ...['hgrnGrad', 'hgrnComplexGrad', 'complexScanGrad', 'fixedScanGrad', 'fixedComplexScanGrad', 'linearScanGrad'],
      ...['gilr', 'gilrElu', 'gilrGrad', 'gilrEluGrad', 'rgLru', 'rgLruGrad', 'cumulativeSum', 'cumulativeSumBack'],
      // Their forward steps are not: a peephole reads the state, a running mean divides by its weights.
      ...['sruGrad', 'stabiliserGrad', 'wkvGrad'],
    ];
    expect(linear.toSorted()).toEqual(known.toSorted());
    const square = general(recurrence([1, 1, 1]));
    const nonlinear = { ...square, states: ['k'], step: ({ k }: Record<string, x.Expr>) => ({ k: x.mul(k, k) }) };
    expect(linearStep(forwardKernel('cell', { ...nonlinear, read: undefined }))).toBeNull();
  });

  test('the backward reads what it needs and nothing else', () => {
    expect(inputOperands(hgrn.backward).map(({ name }) => name)).toEqual(['u', 'h', 'd_h', 'bound', 'h0']);
    expect(hgrn.backward.sequences.map(({ name }) => name)).toEqual(['u', 'd_h']);
  });
});

/** The WGSL of a kernel on an adapter, for [2, 64, 8]. */
function wgslOf(kernel: ScanKernel, software: boolean): string {
  const place = (value: number, { extent, parts }: { extent: string; parts: number }): GpuOperand => {
    const shape = extent === 'step' ? [2, 64, 8 * parts] : extent === 'sample' ? [2, 8 * parts] : [8];
    const bytes = 4 * shape.reduce((all, one) => all * one);
    return { value, offset: 0, bytes, type: { shape, dtype: 'f32' } };
  };
  const attrs = { initial: true };
  const inputs = inputOperands(kernel).filter(isPresent(attrs));
  const found: GpuDispatch[] = [];
  const missing = (): never => {
    throw new Error('a scan asks for dispatches alone');
  };
  scanWebgpu(() => kernel)(
    {
      inputs: inputs.map((one, i) => place(i, one)),
      outputs: outputOperands(kernel).map((one, i) => place(inputs.length + i, one)),
      epilogues: [],
      stored: true,
      traits: { maxInvocations: 256, workgroupBytes: 16384, subgroups: false, software, maxGroups: 65535 },
      dispatch: (one) => found.push(one),
      dispatchRegions: missing,
      workspace: missing,
      partialSums: missing,
    },
    attrs,
  );
  const code = found.map((one) => one.code).join('\n');
  return code.slice(code.indexOf('@compute'));
}

describe('what is emitted', () => {
  test.each(['hgrn', 'hgrnGrad', 'complexScan', 'linearScanGrad'])('%s', async (name) => {
    const kernel = madeScans.find((one) => one.name === name);
    if (!kernel) throw new Error(`no kernel ${name}`);
    await expect(scanInC(kernel)).toMatchFileSnapshot(`snapshots/${name}.c.txt`);
    await expect(scanInAssemblyScript(kernel)).toMatchFileSnapshot(`snapshots/${name}.as.txt`);
    await expect(wgslOf(kernel, true)).toMatchFileSnapshot(`snapshots/${name}.wgsl.txt`);
  });

  test('a linear step is cut into chunks of time on a GPU', async () => {
    await expect(wgslOf(qrnn.forward, false)).toMatchFileSnapshot('snapshots/qrnn-chunks.wgsl.txt');
    await expect(wgslOf(complexScan.backward, false)).toMatchFileSnapshot('snapshots/complexScanGrad-chunks.wgsl.txt');
    await expect(wgslOf(hgrn.backward, false)).toMatchFileSnapshot('snapshots/hgrnGrad-chunks.wgsl.txt');
  });
});
