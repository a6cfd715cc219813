// The template of kernels on rows: the derived backward is the gradient, hand-written gradients agree with it, and the emitted code equals
// the reviewed snapshots.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sizeOf } from '../core/tensor.ts';
import { madeRows } from '../ops/opcodes.ts';
import { accuracyKernel } from '../ops/accuracy/kernel.ts';
import { crossEntropyGradRows, crossEntropyRows } from '../ops/softmax-cross-entropy/kernel.ts';
import { layerNormGradRows, layerNormKernel } from '../ops/layer-norm/kernel.ts';
import { rmsNormGradRows, rmsNormKernel } from '../ops/rms-norm/kernel.ts';
import type { GpuDispatch, GpuOperand } from '../plan/gpu/lowering.ts';
import { rowsInAssemblyScript, rowsInC } from './emit/rows-text.ts';
import { rowsWebgpu } from './emit/rows-wgsl.ts';
import { evaluate } from './evaluate.ts';
import * as x from './expr.ts';
import {
  backwardRows,
  defineRows,
  outputsOf,
  passesOf,
  rowInputs,
  valueOfTerm,
  withoutKept,
  type RowKernel,
} from './rows.ts';

/** Values by name: of a row or column one an element, of numbers one. */
type Values = Readonly<Record<string, readonly number[] | number>>;

/** Evaluates a kernel on one row. Sums over rows are those of this row. */
function runRow(kernel: RowKernel, values: Values, length: number): Record<string, number[]> {
  const known: Record<string, number> = { width: length };
  for (const [name, value] of Object.entries(values)) if (typeof value === 'number') known[name] = value;
  const at = (j: number): Record<string, number> => {
    const here: Record<string, number> = { ...known, column: j };
    for (const [name, value] of Object.entries(values)) if (typeof value !== 'number') here[name] = value[j];
    return here;
  };
  const along = (of: x.Expr): number[] => Array.from({ length }, (_, j) => evaluate([of], at(j))[0]);
  for (const { name, of, at: index } of kernel.picks) {
    const row = values[of];
    known[name] = typeof row === 'number' ? row : row[Math.min(Math.max(known[index], 0), length - 1)];
  }
  for (const { name, reduce, of } of kernel.folds) {
    const terms = along(valueOfTerm(of));
    known[name] = reduce === 'sum' ? terms.reduce((a, b) => a + b, 0) : Math.max(...terms);
  }
  const made: Record<string, number[]> = {};
  for (const [name, value] of Object.entries(kernel.results)) made[name] = along(value);
  for (const [name, value] of Object.entries(kernel.values)) made[name] = evaluate([value], known);
  for (const [name, term] of Object.entries(kernel.totals)) made[name] = along(valueOfTerm(term));
  for (const [name, value] of Object.entries(kernel.sums)) made[name] = evaluate([value], known);
  return made;
}

const [a, w] = [x.input('a'), x.input('w')];
const shifted = x.exp(x.sub(a, x.input('top')));

/** Softmax with a weight a column: a largest number, a sum that needs it, and results that need both. */
const softmax = defineRows({
  name: 'softmax',
  inputs: rowInputs({ a: 'row', w: 'column' }),
  folds: [
    { name: 'top', reduce: 'max', of: [a] },
    { name: 'sum', reduce: 'sum', of: [shifted] },
  ],
  results: { y: x.mul(w, x.div(shifted, x.input('sum'))) },
});

const within = fc.double({ min: -1.5, max: 1.5, noNaN: true });
const row = (length: number): fc.Arbitrary<number[]> => fc.array(within, { minLength: length, maxLength: length });

/** Rows whose largest number exceeds the others by more than the step of the finite difference. */
const hasOneTop = (values: readonly number[]): boolean => {
  const [first = 0, second = -9] = values.toSorted((p, q) => q - p);
  return first - second > 0.02;
};

describe('the backward of a kernel on rows is its gradient', () => {
  const kernels = [softmax, rmsNormKernel, layerNormKernel];
  test.each(kernels.map((kernel) => [kernel.name, kernel] as const))('%s', (_name, forward) => {
    const backward = backwardRows('grad', forward);
    const names = forward.inputs.map(({ name }) => name);
    const drawn = fc.integer({ min: 2, max: 5 }).chain((length) =>
      fc.record({
        length: fc.constant(length),
        inputs: fc.tuple(...names.map(() => row(length))),
        d: row(length),
      }),
    );
    fc.assert(
      fc.property(drawn, ({ length, inputs, d }) => {
        fc.pre(hasOneTop(inputs[0]));
        const rows = Object.fromEntries(names.map((name, i) => [name, inputs[i]]));
        const derived = runRow(backward, { eps: 0.1, ...rows, d_y: d }, length);
        for (const name of names) {
          for (let j = 0; j < length; j++) {
            const loss = (by: number): number => {
              const moved = rows[name].map((one, i) => one + (i === j ? by : 0));
              return runRow(forward, { eps: 0.1, ...rows, [name]: moved }, length)['y'].reduce(
                (s, one, i) => s + one * d[i],
                0,
              );
            };
            const h = 1e-3;
            const numeric = (8 * (loss(h) - loss(-h)) - (loss(2 * h) - loss(-2 * h))) / (12 * h);
            expect(Math.abs(derived[`d_${name}`][j] - numeric)).toBeLessThan(1e-6 * Math.max(1, Math.abs(numeric)));
          }
        }
      }),
      { numRuns: 60 },
    );
  });

  test.each([
    ['rmsNorm', rmsNormKernel, (n: number) => rmsNormGradRows({ eps: 0.1 }, n).kernel],
    ['layerNorm', layerNormKernel, (n: number) => layerNormGradRows({ eps: 0.1 }, n).kernel],
  ] as const)('what %s gives by hand is what is derived', (_name, forward, given) => {
    const names = forward.inputs.map(({ name }) => name);
    for (const length of [1, 2, 7]) {
      const draw = (seed: number) => Array.from({ length }, (_, j) => Math.sin(3 * seed + 1.7 * j + 1));
      const values = { eps: 0.1, ...Object.fromEntries(names.map((name, i) => [name, draw(i)])) };
      const { mean = [0], rstd = [0] } = runRow(forward, values, length);
      const byHand = runRow(given(length), { ...values, mean: mean[0], rstd: rstd[0], dy: draw(9) }, length);
      const derived = runRow(backwardRows('grad', forward), { ...values, d_y: draw(9) }, length);
      for (const name of names)
        byHand[`d${name}`].forEach((one, j) => expect(Math.abs(one - derived[`d_${name}`][j])).toBeLessThan(1e-12));
    }
  });
});

describe('kernels with an index', () => {
  test('a target is hit where it is the first of the largest', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 3 }), { minLength: 1, maxLength: 6 }), fc.nat(5), (logits, at) => {
        const targets = Math.min(at, logits.length - 1);
        const found = runRow(accuracyKernel, { logits, targets }, logits.length);
        expect(found['hits']).toEqual([Number(logits.indexOf(Math.max(...logits)) === targets)]);
        expect(runRow(accuracyKernel, { logits, targets: -1 }, logits.length)).toEqual({ hits: [0], valid: [0] });
      }),
    );
  });

  test('the gradient of the loss is its slope', () => {
    const attrs = { labelSmoothing: 0.1, reduction: 'sum' } as const;
    const [{ kernel }, backward] = [crossEntropyRows(attrs, 3), crossEntropyGradRows(attrs, 3)];
    const known = { targets: 1, smoothing: 0.1, mean: 0, count: 1, dloss: 1, lse: 0 };
    const logits = [0.3, -1.2, 2.1];
    const slopes = runRow(withoutKept(backward.kernel), { ...known, logits }, 3)['dlogits'];
    for (const [j, slope] of slopes.entries()) {
      const loss = (by: number) => runRow(kernel, { ...known, logits: logits.with(j, logits[j] + by) }, 3)['total'][0];
      expect(Math.abs(slope - (loss(1e-5) - loss(-1e-5)) / 2e-5)).toBeLessThan(1e-9);
    }
  });
});

test('folds that do not need each other share a pass over the row', () => {
  const passes = (kernel: RowKernel) => passesOf(kernel).map((folds) => folds.map(({ name }) => name));
  expect(passes(layerNormGradRows({ eps: 1 }, 8).kernel)).toEqual([['sum', 'along']]);
  expect(passes(layerNormKernel)).toEqual([['sum'], ['squares']]);
});

/** The WGSL of a kernel for [8, 48] on a GPU. */
function wgslOf(kernel: RowKernel): string {
  const found: GpuDispatch[] = [];
  const shapes = { row: [8, 48], column: [48], number: [8], index: [8], single: [] } as const;
  const place = (value: number, extent: keyof typeof shapes): GpuOperand => {
    const shape = shapes[extent];
    const dtype = extent === 'index' ? 'i32' : 'f32';
    return { value, offset: 0, bytes: 4 * sizeOf(shape), type: { shape, dtype } };
  };
  const made = outputsOf(kernel).map((name) => {
    if (name in kernel.results) return 'row';
    if (name in kernel.values) return 'number';
    return name in kernel.totals ? 'column' : 'single';
  });
  const missing = (): never => {
    throw new Error('a kernel on rows asks for dispatches, workspace and partial sums alone');
  };
  rowsWebgpu(() => ({ kernel, values: { eps: 1e-5, mean: 1, smoothing: 0 } }))(
    {
      inputs: kernel.inputs.map(({ extent }, i) => place(i, extent)),
      outputs: made.map((extent, i) => place(10 + i, extent)),
      epilogues: [],
      stored: true,
      traits: { maxInvocations: 256, workgroupBytes: 16384, subgroups: false, software: false, maxGroups: 65535 },
      dispatch: (one) => found.push(one),
      dispatchRegions: missing,
      workspace: (bytes) => ({ value: null, offset: 0, bytes }),
      partialSums: ({ value }) => ({ place: { value: 90 + (value ?? 0), offset: 0, bytes: 512 }, stride: 48 }),
    },
    {},
  );
  return found.map(({ code }) => code.slice(code.indexOf('@compute'))).join('\n');
}

describe('what is emitted', () => {
  test.each(['rmsNorm', 'layerNormGrad', 'crossEntropy', 'crossEntropyGrad', 'squaredError'])('%s', async (name) => {
    const kernel = madeRows.find((one) => one.name === name);
    if (!kernel) throw new Error(`no kernel ${name}`);
    await expect(rowsInC(kernel)).toMatchFileSnapshot(`snapshots/${name}.c.txt`);
    await expect(rowsInAssemblyScript(kernel)).toMatchFileSnapshot(`snapshots/${name}.as.txt`);
    await expect(wgslOf(kernel)).toMatchFileSnapshot(`snapshots/${name}.wgsl.txt`);
  });

  test('a largest number', async () => {
    await expect(rowsInC(softmax)).toMatchFileSnapshot('snapshots/softmax.c.txt');
    await expect(wgslOf(softmax)).toMatchFileSnapshot('snapshots/softmax.wgsl.txt');
  });

  test('the same value stands once', () => {
    expect(rowsInC(layerNormKernel).match(/sqrtf/g)).toHaveLength(1);
  });
});
