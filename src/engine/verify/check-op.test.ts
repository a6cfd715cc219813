// The check itself must detect errors: a wrong number, an element that is never written, an overwritten input, a wrong gradient.
import { expect, test } from 'vitest';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import { referenceDevice } from '../device/reference/index.ts';
import type { Program } from '../graph/graph.ts';
import { normal, type OpCase } from '../ops/cases.ts';
import { checkOp } from './check-op.ts';
import { compare, passed } from './compare.ts';

const cases: OpCase<'affine'>[] = [{ name: 'affine', attrs: { scale: 2, shift: 1 }, inputs: [normal(3, 5)] }];

/** The reference device with every returned value altered. */
function faulty(spoil: (variable: string, values: Float64Array) => void): Device {
  const compile = async (program: Program, options: CompileOptions): Promise<Executable> => {
    const inner = await referenceDevice.compile(program, options);
    const read: Executable['read'] = async (variable) => {
      const values = Float64Array.from(await inner.read(variable));
      spoil(variable, values);
      return values;
    };
    return new Proxy(inner, {
      get: (target, key) => {
        if (key === 'read') return read;
        const member: unknown = Reflect.get(target, key, target);
        return typeof member === 'function' ? (member.bind(target) as unknown) : member;
      },
    });
  };
  return { ...referenceDevice, kind: 'faulty', compile };
}

const check = async (device: Device) =>
  (await checkOp('affine', cases, [{ device, options: { threads: 1 } }])).failures;

test('a device that agrees passes', async () => {
  expect(await check(faulty(() => undefined))).toEqual([]);
});

test('one wrong element is found and named', async () => {
  const failures = await check(
    faulty((variable, values) => {
      if (variable.endsWith('output0')) values[7] += 1e-3;
    }),
  );
  expect(failures).toHaveLength(4);
  expect(failures[0]).toMatch(/^affine: output0 of direct on faulty, 1 thread, poisoned: relative error .* at 7/);
});

test('a poisoned cell and an overwritten input are found', async () => {
  const poisoned = await check(faulty((variable, values) => variable.endsWith('output0') && values.fill(NaN, 3, 4)));
  const overwritten = await check(faulty((variable, values) => variable.endsWith('input0') && values.fill(0)));
  expect(poisoned).toHaveLength(4);
  expect(overwritten).toHaveLength(4);
});

test('a wrong gradient is found', async () => {
  const wrong = await check(faulty((variable, values) => variable.endsWith('gradient0') && values.fill(1)));
  expect(wrong).toHaveLength(2);
  expect(wrong[0]).toContain('gradient0 of gradient');
});

test('errors are relative to the larger of the element and its tensor', () => {
  expect(passed(compare('x', [1, 1e-9], [1, 0], 1e-8))).toBe(true);
  expect(passed(compare('x', [1, 1e-7], [1, 0], 1e-8))).toBe(false);
  expect(passed(compare('x', [NaN], [1], 1))).toBe(false);
  expect(passed(compare('x', [NaN], [NaN], 0))).toBe(true);
  expect(passed(compare('x', [Infinity], [Infinity], 0))).toBe(true);
  expect(() => compare('x', [1], [1, 2], 0)).toThrow('compare: x must have 2 elements, got 1');
});
