// The template of maps: the derived backward is the gradient, hand-written slopes agree with it, and the emitted code equals the reviewed
// snapshots.
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { adamKernel } from '../ops/adam/cell.ts';
import { madeMaps } from '../ops/opcodes.ts';
import { binaryMap } from '../ops/binary/kernel.ts';
import { dropoutKernel } from '../ops/dropout/kernel.ts';
import { unaryGradMap, unaryMap } from '../ops/unary/kernel.ts';
import { scalarFunctions } from '../ops/unary/scalar-functions.ts';
import type { UnaryFn } from '../ops/kinds.ts';
import { mapInAssemblyScript, mapInC } from './emit/map-text.ts';
import { mapElement } from './emit/map-wgsl.ts';
import { evaluate } from './evaluate.ts';
import * as x from './expr.ts';
import { backwardMap, defineMap, writtenBy, type MapKernel } from './map.ts';

const valueOf = (kernel: MapKernel, values: Readonly<Record<string, number>>): number =>
  evaluate([writtenBy(kernel)[0][1]], values)[0];

const within = fc.double({ min: -1.5, max: 1.5, noNaN: true });

test('the backward of a map is its gradient', () => {
  const forward = defineMap({
    name: 'mixed',
    tensors: ['a', 'b'],
    attributes: ['p'],
    results: { y: x.mul(x.sin(x.mul(x.input('a'), x.input('b'))), x.sigmoid(x.fma(x.input('p'), x.input('a'), 1))) },
  });
  const backward = backwardMap('mixedGrad', forward, ['a', 'b']);
  fc.assert(
    fc.property(fc.record({ a: within, b: within, p: within, d_y: within }), (values) => {
      const derived = evaluate(Object.values(backward.results), values);
      (['a', 'b'] as const).forEach((name, i) => {
        const at = (by: number): number => values.d_y * valueOf(forward, { ...values, [name]: values[name] + by });
        const h = 1e-3;
        const numeric = (8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h);
        expect(Math.abs(derived[i] - numeric)).toBeLessThan(1e-7 * Math.max(1, Math.abs(numeric)));
      });
    }),
    { numRuns: 200 },
  );
});

describe('every function of one number', () => {
  const domains: Partial<Record<UnaryFn, readonly [from: number, to: number]>> = {
    log: [0.1, 5],
    sqrt: [0.1, 5],
    reciprocal: [0.1, 5],
    log1p: [-0.9, 5],
  };
  test.each(Object.keys(scalarFunctions) as UnaryFn[])('%s and its slope are what their definition says', (fn) => {
    const [from, to] = domains[fn] ?? [-6, 6];
    for (let i = 0; i <= 48; i++) {
      const at = from + ((to - from) * (i + 0.3)) / 49;
      const { value, derivative } = scalarFunctions[fn];
      const [y, dx] = [
        valueOf(unaryMap({ fn }).kernel, { x: at }),
        valueOf(unaryGradMap({ fn }).kernel, { x: at, d_y: 2 }),
      ];
      // Constants of gelu are given to ten digits.
      expect(Math.abs(y - value(at))).toBeLessThan(1e-8 * Math.max(1, Math.abs(value(at))));
      expect(Math.abs(dx - 2 * derivative(at))).toBeLessThan(1e-8 * Math.max(1, Math.abs(derivative(at))));
    }
  });
});

describe('what is emitted', () => {
  const relu = unaryGradMap({ fn: 'relu' }).kernel;
  const add = binaryMap({ fn: 'add' }).kernel;

  test.each([
    ['adam', adamKernel],
    ['unaryGradRelu', relu],
    ['binaryAdd', add],
    ['dropout', dropoutKernel],
  ])('%s', async (name, kernel) => {
    await expect(mapInC(kernel)).toMatchFileSnapshot(`snapshots/${name}.c.txt`);
    await expect(mapInAssemblyScript(kernel)).toMatchFileSnapshot(`snapshots/${name}.as.txt`);
  });

  test('in WGSL: a short value where it is used, a longer one as a function', () => {
    expect(mapElement(binaryMap)({ fn: 'add' }).functions).toBe('');
    expect(mapElement(binaryMap)({ fn: 'add' }).expression(['a', 'b'])).toBe('(a + b)');
    const { functions, expression } = mapElement(unaryGradMap)({ fn: 'relu' });
    expect(expression(['a[0]', 'd[0]'])).toBe('unaryGradRelu_value(a[0], d[0])');
    expect(functions).toMatch(/fn unaryGradRelu_value\(v_x: f32, v_d_y: f32\) -> f32 \{/);
  });

  test('names are those of one kernel each', () => {
    const names = madeMaps.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });
});
