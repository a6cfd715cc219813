// The golden vectors, where the shared folder has them: every file, every case, every device.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
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

const folder = join(import.meta.dirname, '../../../../shared/golden');
const present = existsSync(folder);
const files = present ? readdirSync(folder).filter((name) => name.endsWith('.json')) : [];
const options: CompileOptions = { threads: 2, poison: true };

const read = <C>(name: string): GoldenFile<C> => JSON.parse(readFileSync(join(folder, name), 'utf8')) as GoldenFile<C>;

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
  const reason =
    device === null ? `${kind} cannot be used here` : present ? '' : 'no golden vectors beside the repository';
  describe.skipIf(reason !== '')(`golden vectors on ${kind}${reason === '' ? '' : ` (skipped: ${reason})`}`, () => {
    for (const name of files) {
      const title = name.replace('.json', '');
      const excluded = outOfScope.get(title);
      if (excluded !== undefined) {
        test.skip(`${title}: ${excluded}`);
        continue;
      }
      test(title, async () => {
        if (device) await checkFile(title, name, device);
      });
    }
  });
}

async function checkFile(title: string, name: string, device: Device): Promise<void> {
  if (title === 'optimizers') {
    for (const one of read<GoldenOptimiserCase>(name).cases) {
      const comparisons = await checkGoldenOptimiser(one, device, options);
      if (!outOfScope.has(`optimizers ${one.name}`)) expect(comparisons, one.name).not.toBeNull();
      expect(failures(comparisons ?? [])).toEqual([]);
    }
  } else if (title === 'charlm_mingru') {
    for (const one of read<GoldenLanguageCase>(name).cases) {
      expect(failures(await checkGoldenLanguage(one, device, options))).toEqual([]);
    }
  } else {
    for (const one of read<GoldenLayerCase>(name).cases) {
      const comparisons = await checkGoldenCase(title, one, device, options);
      expect(comparisons.length, one.name).toBeGreaterThan(0);
      expect(failures(comparisons)).toEqual([]);
    }
  }
}
