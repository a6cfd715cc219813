// The comparison of one training step: a device that computes right agrees in every part, and one that is wrong in one place does not.
import { expect, test } from 'vitest';
import { cpuDevice } from '../device/cpu/index.ts';
import type { Device } from '../device/device.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { agreementParts, agrees } from '../spec/agreement.ts';
import { agreementOf } from './step-agreement.ts';

const options = { threads: 1, module: 'wasm' } as const;

test('float32 agrees within its roundings and not to the bit; the reference agrees with itself exactly', async () => {
  const ofCpu = await agreementOf(cpuDevice, options);
  const ofReference = await agreementOf(referenceDevice, { threads: 1 });
  for (const part of agreementParts) {
    expect(ofCpu[part].worst).toBeGreaterThan(1e-9);
    expect(agrees(ofCpu[part])).toBe(true);
    expect(ofReference[part].worst).toBe(0);
  }
});

/** Answers for variables whose names match are `change`d. */
const lying = (about: RegExp, change: (value: number) => number): Device => ({
  ...cpuDevice,
  async compile(program, given) {
    const executable = await cpuDevice.compile(program, given);
    const read: typeof executable.read = async (name, into) => {
      const values = await executable.read(name, into);
      return about.test(name) ? values.map(change) : values;
    };
    return new Proxy(executable, {
      get: (target, key) => {
        if (key === 'read') return read;
        const value: unknown = Reflect.get(target, key, target);
        return typeof value === 'function' ? (value.bind(target) as unknown) : value;
      },
    });
  },
});

test.each([
  ['forward', /^scores$/],
  ['gradient', /^gradient\//],
  ['update', /^(?!gradient|scores)/],
] as const)('a wrong %s is seen in that part alone; what is no number is none', async (part, about) => {
  const agreement = await agreementOf(
    lying(about, (value) => value * 1.01),
    options,
  );
  expect(agreementParts.filter((one) => !agrees(agreement[one]))).toEqual([part]);
  const none = await agreementOf(
    lying(about, () => NaN),
    options,
  );
  expect(none[part].worst).toBeNull();
  expect(agrees(none[part])).toBe(false);
});
