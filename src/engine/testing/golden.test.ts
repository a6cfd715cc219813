// The golden vectors of the project: every file, every case, every device.
import { describe, expect, test } from 'vitest';
import { ownGolden, readGoldenFolder } from '../../cli/golden-files.ts';
import type { CompileOptions, Device } from '../device/device.ts';
import { deviceKinds, loadDevice } from '../device/registry.ts';
import { failures } from './compare.ts';
import { checkGoldenCase, type GoldenFile, type GoldenLayerCase } from './golden.ts';
import {
  checkGoldenLanguage,
  checkGoldenOptimiser,
  type GoldenLanguageCase,
  type GoldenOptimiserCase,
} from './golden-training.ts';

const files = await readGoldenFolder(ownGolden);
const options: CompileOptions = { threads: 2, poison: true };

/** Layers and optimisers that the program does not have. */
const outOfScope = new Map([
  ['causal_mha', 'no attention layer'],
  ['optimizers rmsprop', 'no RMSprop'],
]);

async function usable(kind: (typeof deviceKinds)[number]): Promise<Device | null> {
  const device = await loadDevice(kind).catch(() => null);
  return device && (await device.unavailable()) === null ? device : null;
}

for (const kind of deviceKinds) {
  const device = await usable(kind);
  const reason = device === null ? ` (skipped: ${kind} cannot be used here)` : '';
  describe.skipIf(device === null)(`golden vectors on ${kind}${reason}`, () => {
    for (const { name, content } of files) {
      const excluded = outOfScope.get(name);
      if (excluded !== undefined) {
        test.skip(`${name}: ${excluded}`);
        continue;
      }
      test(name, async () => {
        if (device) await checkFile(name, content, device);
      });
    }
  });
}

async function checkFile(name: string, content: unknown, device: Device): Promise<void> {
  if (name === 'optimizers') {
    for (const one of (content as GoldenFile<GoldenOptimiserCase>).cases) {
      const comparisons = await checkGoldenOptimiser(one, device, options);
      if (!outOfScope.has(`optimizers ${one.name}`)) expect(comparisons, one.name).not.toBeNull();
      expect(failures(comparisons ?? [])).toEqual([]);
    }
  } else if (name === 'charlm_mingru') {
    for (const one of (content as GoldenFile<GoldenLanguageCase>).cases) {
      expect(failures(await checkGoldenLanguage(one, device, options))).toEqual([]);
    }
  } else {
    for (const one of (content as GoldenFile<GoldenLayerCase>).cases) {
      const comparisons = await checkGoldenCase(name, one, device, options);
      expect(comparisons.length, one.name).toBeGreaterThan(0);
      expect(failures(comparisons)).toEqual([]);
    }
  }
}
