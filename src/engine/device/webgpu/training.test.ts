// Training on webgpu against the cpu: the same run, the same losses within the drift of float32. Needs an adapter; SwiftShader will do.
import { english } from '../../core/say.ts';
import { describe, expect, test } from 'vitest';
import { models, type ModelKind } from '../../models/registry.ts';
import { lossDistance, lossesOf } from '../../verify/losses.ts';
import { cpuDevice } from '../cpu/index.ts';
import type { Device } from '../device.ts';
import { compileGpu, webgpuDevice } from './index.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);

/**
 * With what a software adapter computes itself nobody trains: its kernels are compared op by op and by golden files, and whole runs of a few suffice.
 * The kernels of hardware are compared op by op as well (forms.test.ts), and compile for seconds in software: one run of each family there, a scan, a
 * recurrent matrix and attention. A graphics card runs all models.
 */
const { software } = await webgpuDevice.capabilities();
const all = Object.keys(models) as ModelKind[];
const ofItsOwn: readonly ModelKind[] = software !== null ? ['minGru', 'minLstm', 'gru', 'lstm', 'elman'] : all;
const families: readonly ModelKind[] = software !== null ? ['minGru', 'gru', 'transformer'] : all;

describe.skipIf(missing !== null)(`webgpu${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  test.each(ofItsOwn)('50 steps of %s give the losses of cpu', async (model) => {
    const want = await lossesOf({ device: cpuDevice, model });
    const got = await lossesOf({ device: webgpuDevice, model });
    expect(want.length).toBeGreaterThan(50);
    expect(lossDistance(got, want)).toBeLessThan(1);
  });

  test.each(families)('20 steps of %s give the losses of cpu also on the forms for hardware', async (model) => {
    const hardware: Device = {
      ...webgpuDevice,
      compile: (program, options) =>
        compileGpu(program, options, (limits) => ({ ...limits, traits: { ...limits.traits, software: false } })),
    };
    const want = await lossesOf({ device: cpuDevice, model, steps: 20 });
    const got = await lossesOf({ device: hardware, model, steps: 20 });
    expect(lossDistance(got, want)).toBeLessThan(1);
  });
});
