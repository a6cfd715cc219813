// Merged dispatches do the same work: dependent ones stay separate, names do not clash, and a step needs only a few of them.
import { expect, test } from 'vitest';
import { unwrap } from '../../core/result.ts';
import { smallSpec } from '../../verify/small-run.ts';
import { buildProgram } from '../../training/program.ts';
import { setUpRun } from '../../training/setup.ts';
import { planWebgpu } from './index.ts';
import { mergeDispatches } from './merge.ts';
import { mergedModule, readKernel } from './merge-code.ts';
import type { GpuLimits, GpuRange, PlannedDispatch } from './plan.ts';

const limits: GpuLimits = {
  traits: { maxInvocations: 256, workgroupBytes: 16384, subgroups: false, software: false, maxGroups: 65535 },
  maxBufferBytes: 2 ** 28,
  maxBindingBytes: 2 ** 27,
  maxBindings: 8,
  alignment: 256,
};

const at = (offset: number): GpuRange => ({ buffer: 0, offset, bytes: 256 });

/** b[i] = a[i] + value for 64 items. */
function addition(value: number, from: number, to: number): PlannedDispatch {
  const code = `@group(0) @binding(0) var<storage, read_write> a: array<f32>;
@group(0) @binding(1) var<storage, read_write> b: array<f32>;
fn plus(x: f32) -> f32 { return x + ${value}f; }
@compute @workgroup_size(64)
fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  let index: u32 = id.x;
  if (index >= 64u) { return; }
  b[index] = plus(a[index]);
}`;
  const label = `plus ${value}`;
  return {
    label,
    op: 'affine',
    code,
    ranges: [at(from), at(to)],
    changes: [false, true],
    flops: 64,
    groups: [1, 1, 1],
  };
}

test('neighbours that share what they only read become one dispatch', () => {
  const [one, ...others] = mergeDispatches([addition(1, 0, 256), addition(2, 0, 512)], limits);
  expect(others).toEqual([]);
  expect(one?.label).toBe('plus 1 + plus 2');
  expect(one?.ranges.map(({ offset }) => offset)).toEqual([0, 256, 512]);
  expect(one?.groups).toEqual([2, 1, 1]);
});

test('what reads or overwrites what a neighbour wrote stays behind it', () => {
  expect(mergeDispatches([addition(1, 0, 256), addition(2, 256, 512)], limits)).toHaveLength(2);
  expect(mergeDispatches([addition(1, 0, 256), addition(2, 512, 256)], limits)).toHaveLength(2);
  expect(mergeDispatches([addition(1, 0, 256), addition(2, 512, 0)], limits)).toHaveLength(2);
});

test('no more bindings than the adapter has', () => {
  const many = Array.from({ length: 8 }, (_, i) => addition(i, 512 * i, 512 * i + 256));
  const merged = mergeDispatches(many, limits);
  expect(merged.map(({ ranges }) => ranges.length)).toEqual([8, 8]);
});

test('functions of one name and another text get names of their own, equal ones are shared', () => {
  const kernels = [addition(1, 0, 1), addition(2, 0, 2), addition(1, 0, 3)].map(({ code }) => readKernel(code));
  const parts = kernels.map((kernel, i) => ({ kernel, at: [0, i + 1], groups: [1, 1, 1] as const }));
  const code = mergedModule(parts, ['f32', 'f32', 'f32', 'f32'], { size: [64, 1, 1], group: 'wid.x', total: 3 });
  expect(code.match(/fn plus\w*/g)).toEqual(['fn plus', 'fn plus_1']);
  expect(code).toContain('bound_2[index] = plus_1(bound_0[index]);');
  expect(code).toContain('bound_3[index] = plus(bound_0[index]);');
});

test('a training step of a language model of two layers takes 31 dispatches, and 4 more to look up what was computed on the table', () => {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz ';
  const text = Array.from({ length: 20_000 }, (_, i) => alphabet[(i * i + 7 * i) % alphabet.length]).join('');
  const spec = smallSpec({
    task: 'char-text-v1',
    taskFields: { length: 128 },
    fields: { layers: 2, d: 128, expansion: 1 },
    training: { batch: 32 },
  });
  const dispatches = (asWritten: boolean) =>
    planWebgpu(buildProgram(unwrap(setUpRun(spec, text)), { asWritten }), {}).entries.get('train');
  expect(dispatches(true)).toHaveLength(31);
  expect(dispatches(false)).toHaveLength(35);
});
