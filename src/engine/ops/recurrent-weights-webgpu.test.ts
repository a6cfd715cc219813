// The placement of a recurrent matrix is a function of its size and of the adapter's limits.
import { expect, test } from 'vitest';
import type { GpuTraits } from '../plan/gpu/lowering.ts';
import { weightForm, type StepProduct, type WeightForm } from './recurrent-weights-webgpu.ts';

const traits: GpuTraits = {
  maxInvocations: 1024,
  workgroupBytes: 49152,
  subgroups: false,
  software: false,
  maxGroups: 65535,
};

const forward = (gates: number, H: number): StepProduct => ({
  channels: H,
  sums: gates,
  inner: H,
  rows: gates * H,
  besides: 2 * H,
  apart: true,
});

const kindOf = (gates: number, H: number, change: Partial<GpuTraits> = {}): WeightForm['kind'] =>
  weightForm(forward(gates, H), { ...traits, ...change }).kind;

test('a matrix that fits lies in workgroup memory, a larger one in registers, the largest in memory', () => {
  expect([32, 63, 64, 128, 256].map((H) => kindOf(3, H))).toEqual([
    'workgroup',
    'workgroup',
    'registers',
    'registers',
    'memory',
  ]);
  expect(kindOf(3, 51, { workgroupBytes: 32768 })).toBe('workgroup');
  expect(kindOf(3, 52, { workgroupBytes: 32768 })).toBe('registers');
  expect(kindOf(1, 64, { workgroupBytes: 16384, maxInvocations: 256 })).toBe('registers');
  expect(kindOf(1, 300, { maxInvocations: 256 })).toBe('memory');
});

test('a form never needs more lanes, registers or workgroup memory than there are', () => {
  for (const maxInvocations of [32, 256, 1024]) {
    for (const workgroupBytes of [1024, 16384, 49152]) {
      for (let H = 1; H < 300; H += 7) {
        const { kind, lanes, across } = weightForm(forward(4, H), { ...traits, maxInvocations, workgroupBytes });
        expect(lanes).toBeLessThanOrEqual(maxInvocations);
        if (kind === 'workgroup') expect(4 * 4 * H * H).toBeLessThan(workgroupBytes);
        if (kind !== 'registers') continue;
        expect(across).toBeGreaterThanOrEqual(H);
        expect(4 * 4 * Math.ceil(H / ((4 * lanes) / across))).toBeLessThanOrEqual(96);
        expect(4 * lanes * 4).toBeLessThanOrEqual(workgroupBytes);
      }
    }
  }
});

test('a processor that plays a GPU reads the matrix as it lies', () => {
  expect(weightForm(forward(3, 32), { ...traits, software: true })).toEqual({
    kind: 'memory',
    lanes: 8,
    across: 8,
    turned: false,
  });
});
