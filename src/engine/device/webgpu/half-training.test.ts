// Training with activations stored in 16 bits: the same run as in float32 within a stated bound, the memory that was planned, and a clear
// error if the adapter or the device cannot do it. Tests that execute need an adapter with shader-f16.
import { english } from '../../core/say.ts';
import { describe, expect, test } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import { models, type ModelKind } from '../../models/registry.ts';
import { affine, assign, embedding, slice } from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { halfLossDrift, lossDistance, lossesOf } from '../../verify/losses.ts';
import { smallSpec } from '../../verify/small-run.ts';
import { prepareRun } from '../../training/prepare.ts';
import { describeRun } from '../../training/describe.ts';
import { cpuDevice } from '../cpu/index.ts';
import type { Device } from '../device.ts';
import { referenceDevice } from '../reference/index.ts';
import { compileGpu, webgpuDevice } from './index.ts';
import { saying } from '../../../../tests/support/saying.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);
const halves = missing === null && (await webgpuDevice.capabilities()).storages.includes('f16');
const why = missing ?? (halves ? null : 'the adapter has no shader-f16');
const listener = { metrics: () => undefined, checkpoint: () => undefined };

function prepared(device: Device) {
  const spec = smallSpec({ device: device.kind });
  const half = { ...spec, device: { ...spec.device, storage: 'f16' } };
  return prepareRun({ spec: half, data: null, device, listener, resume: null });
}

test('a device without it refuses the run and says which has it', async () => {
  expect(await prepared(referenceDevice)).toMatchObject({
    ok: false,
    error: {
      code: 'unsupported',
      field: 'device.storage',
      message: saying('Storage f16 needs device webgpu, got reference.'),
    },
  });
});

const other = missing ?? (halves ? 'the adapter has shader-f16' : '');
const beside = other === '' ? '' : ` (skipped: ${other})`;
test.skipIf(beside !== '')(`an adapter without it refuses the run, with the cure${beside}`, async () => {
  expect(await prepared(webgpuDevice)).toMatchObject({
    ok: false,
    error: { message: saying(/^webgpu: storage f16 needs an adapter with shader-f16, .+ has none$/) },
  });
});

test('the preflight plans what the run will take', async () => {
  const spec = smallSpec({ device: 'webgpu', fields: { d: 64, layers: 4 }, training: { batch: 64 } });
  const memoryOf = async (storage: string) => {
    const described = await describeRun({ ...spec, device: { ...spec.device, storage } }, null);
    return described.ok ? described.value.memory : null;
  };
  const [full, half] = [await memoryOf('f32'), await memoryOf('f16')];
  expect(half?.activations).toBeLessThan(0.9 * (full?.activations ?? 0));
  expect(half?.weights).toBe(full?.weights);
});

describe.skipIf(why !== null)(`on an adapter${why === null ? '' : ` (skipped: ${why})`}`, () => {
  test('stored numbers are rounded; too large ones become the largest, what is no number stays none', async () => {
    const builder = new ProgramBuilder(opTable);
    const x = builder.variable('x', f32(6), 'input');
    const y = builder.variable('y', f32(6), 'output');
    builder.entry('run', (b) => assign(b, b.read(y), affine(b, b.read(x), 1)));
    const made = await compileGpu(builder.finish(), { threads: 1, storage: 'f16', storageFrom: 1 });
    made.write('x', [1 / 3, 1e6, -1e6, Infinity, -Infinity, NaN]);
    made.run('run');
    const got = await made.read('y');
    expect([Math.f16round(1 / 3), 0.333251953125 + 2 ** -12]).toContain(got[0]);
    expect([...Array.from(got)].slice(1)).toEqual([65504, -65504, Infinity, -Infinity, NaN]);
    expect(made.device.module).toContain('f16 storage');
    expect(made.allocatedBytes()).toBe(made.plannedBytes().total);
    await made.dispose();
  });

  test('moves of numbers and words between both kinds of storage lose nothing', async () => {
    const builder = new ProgramBuilder(opTable);
    const ids = builder.variable('ids', { shape: [3], dtype: 'i32' }, 'input');
    const table = builder.variable('table', f32(4, 5), 'input');
    const y = builder.variable('y', f32(3, 2), 'output');
    builder.entry('run', (b) => assign(b, b.read(y), slice(b, embedding(b, b.read(ids), b.read(table)), 1, 2, 2)));
    const made = await compileGpu(builder.finish(), { threads: 1, storage: 'f16', storageFrom: 1 });
    made.write('ids', [3, 0, 2]);
    made.write(
      'table',
      Array.from({ length: 20 }, (_, i) => i / 8 - 1),
    );
    made.run('run');
    const rows = [3, 0, 2].flatMap((row) => [2, 3].map((column) => (5 * row + column) / 8 - 1));
    expect([...Array.from(await made.read('y'))]).toEqual(rows);
    await made.dispose();
  });

  test.each(Object.keys(models) as ModelKind[])(
    '50 steps of %s give the losses of float32 within the stated bound',
    async (model) => {
      const want = await lossesOf({ device: cpuDevice, model, large: true });
      const got = await lossesOf({ device: webgpuDevice, model, large: true, storage: 'f16' });
      expect(want.length).toBeGreaterThan(50);
      expect(lossDistance(got, want, halfLossDrift)).toBeLessThan(1);
    },
  );
});
