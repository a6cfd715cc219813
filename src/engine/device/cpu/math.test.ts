import { english } from '../../core/say.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import type { UnaryFn } from '../../ops/kinds.ts';
import { unary } from '../../ops/functional.ts';
import * as ops from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { scalarFunctions } from '../../ops/unary/scalar-functions.ts';
import type { Executable } from '../device.ts';
import { cpuDevice, nativeModule } from './index.ts';

/** Largest error in units of the last place that each function may have on its range, where the result is a normal float. */
const ranges: readonly { fn: UnaryFn; from: number; to: number; ulp: number }[] = [
  { fn: 'exp', from: -87, to: 88.7, ulp: 3 },
  { fn: 'log', from: 1e-30, to: 100, ulp: 2 },
  { fn: 'log', from: 0.5, to: 2, ulp: 2 },
  { fn: 'sigmoid', from: -87, to: 20, ulp: 4 },
  { fn: 'tanh', from: -9, to: 9, ulp: 3 },
  { fn: 'tanh', from: -1e-3, to: 1e-3, ulp: 2 },
  { fn: 'softplus', from: -80, to: 20, ulp: 5 },
  { fn: 'geluErf', from: -5, to: 6, ulp: 8 },
  { fn: 'elu', from: -10, to: 5, ulp: 4 },
  { fn: 'erf', from: -4, to: 4, ulp: 4 },
  { fn: 'expm1', from: -20, to: 20, ulp: 4 },
  { fn: 'expm1', from: -1e-3, to: 1e-3, ulp: 2 },
  { fn: 'log1p', from: -0.99, to: 50, ulp: 4 },
  { fn: 'log1p', from: -1e-3, to: 1e-3, ulp: 2 },
  { fn: 'log1p', from: -0.25, to: 0.5, ulp: 2 },
  { fn: 'log1p', from: 50, to: 3e38, ulp: 2 },
  { fn: 'sin', from: -1, to: 1, ulp: 2 },
  { fn: 'cos', from: -1.5, to: 1.5, ulp: 2 },
];

const count = 40_001;
const names = [...new Set(ranges.map(({ fn }) => fn))];
const single = new Float32Array(1);
const bits = new Int32Array(single.buffer);

/** Distance from `got` to `want` in spacings of floats at `want`. */
function ulps(got: number, want: number): number {
  single[0] = Math.abs(want);
  bits[0] += 1;
  return Math.abs(got - want) / (single[0] - Math.fround(Math.abs(want)));
}

const native = await nativeModule();
const modules = ['wasm', ...(native.state === 'ready' ? (['native'] as const) : [])] as const;
if ('why' in native) test.skip(`native functions (skipped: ${english(native.why)})`);

describe.each(modules)('functions of one number, module %s', (module) => {
  let executable: Executable;

  beforeAll(async () => {
    const program = new ProgramBuilder(opTable);
    const x = program.variable('x', f32(count), 'input');
    const y = program.variable('y', f32(count), 'output');
    for (const fn of names) program.entry(fn, (b) => ops.assign(b, b.read(y), unary(b, fn, b.read(x))));
    executable = await cpuDevice.compile(program.finish(), { threads: 1, module });
  });

  afterAll(() => executable.dispose());

  const apply = async (fn: UnaryFn, x: Float32Array): Promise<Float32Array> => {
    const padded = new Float32Array(count);
    padded.set(x);
    executable.write('x', padded);
    executable.run(fn);
    const y = new Float32Array(count);
    await executable.read('y', y);
    return y.subarray(0, x.length);
  };

  test.each(ranges)('$fn from $from to $to is within $ulp units of the last place', async ({ fn, from, to, ulp }) => {
    const x = Float32Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1));
    const y = await apply(fn, x);
    let worst = 0;
    let at = 0;
    x.forEach((value, i) => {
      const error = ulps(y[i], scalarFunctions[fn].value(value));
      if (error > worst) [worst, at] = [error, value];
    });
    expect(worst, `worst at ${at}`).toBeLessThanOrEqual(ulp);
  });

  /** Every sign and exponent, with odd and even last digits. */
  const everywhere = Float32Array.from(
    new Float32Array(Int32Array.from({ length: count }, (_, i) => Math.imul(i, 0x0001a36f) ^ (i << 31)).buffer),
  );
  const smallest = 2 ** -126;
  test.each(['exp', 'expm1', 'log1p', 'softplus'] as const)(
    '%s of numbers of every size is that of float64',
    async (fn) => {
      const y = await apply(fn, everywhere);
      everywhere.forEach((x, i) => {
        const want = scalarFunctions[fn].value(x);
        const single = Math.fround(want);
        // The WebAssembly module has 0 for what is below the smallest normal float.
        const isSmall = Math.abs(want) < smallest;
        const isNear = isSmall ? Math.abs(y[i] - want) <= smallest : ulps(y[i], want) <= 5;
        expect(Number.isFinite(single) ? isNear : Object.is(y[i], single), `${fn} ${x}: ${want}, got ${y[i]}`).toBe(
          true,
        );
      });
    },
  );

  test('ends: infinities, zeros and NaN come out as in float64', async () => {
    const ends = Float32Array.of(Infinity, -Infinity, 0, NaN, 200, -200);
    expect([...(await apply('exp', ends))]).toEqual([Infinity, 0, 1, NaN, Infinity, 0]);
    expect([...(await apply('tanh', ends))]).toEqual([1, -1, 0, NaN, 1, -1]);
    const sigmoid = await apply('sigmoid', ends);
    expect([sigmoid[0], sigmoid[2], sigmoid[3]]).toEqual([1, 0.5, NaN]);
    expect(sigmoid[1]).toBeLessThan(1e-37);
    expect([...(await apply('log', Float32Array.of(Infinity, -1, 0, NaN, 1)))]).toEqual([
      Infinity,
      NaN,
      -Infinity,
      NaN,
      0,
    ]);
    expect([...(await apply('expm1', ends))]).toEqual([Infinity, -1, 0, NaN, Infinity, -1]);
    expect([...(await apply('log1p', Float32Array.of(Infinity, -1, 0, NaN, -2)))]).toEqual([
      Infinity,
      -Infinity,
      0,
      NaN,
      NaN,
    ]);
    expect([...(await apply('softplus', ends))]).toEqual([Infinity, 0, Math.fround(Math.LN2), NaN, 200, 0]);
    const denormal = await apply('log', Float32Array.of(1e-40));
    expect(denormal[0]).toBeCloseTo(Math.log(Math.fround(1e-40)), 4);
  });

  test.each(['sin', 'cos'] as const)('%s is right to 1e-7 out to 8192, and never leaves [-1, 1]', async (fn) => {
    const far = Float32Array.from({ length: count }, (_, i) => 8192 * ((2 * i) / (count - 1) - 1));
    (await apply(fn, far)).forEach((value, i) => {
      expect(Math.abs(value - scalarFunctions[fn].value(far[i]))).toBeLessThan(1.5e-7);
    });
    for (const value of await apply(fn, Float32Array.of(1e6, -1e10, 3e38)))
      expect(Math.abs(value)).toBeLessThanOrEqual(1);
    expect([...(await apply(fn, Float32Array.of(Infinity, -Infinity, NaN)))]).toEqual([NaN, NaN, NaN]);
  });

  if (module !== 'wasm')
    test('the exponential goes on through denormals', async () => {
      const x = Float32Array.of(-87.4, -90, -95, -100, -103.2);
      const y = await apply('exp', x);
      const smallest = 2 ** -149;
      y.forEach((value, i) =>
        expect(Math.abs(value - Math.exp(x[i]))).toBeLessThanOrEqual(3 * smallest + 3e-7 * value),
      );
    });
});
