// The golden vectors of the project: every file, every case, every device.
import { describe, expect, test } from 'vitest';
import { ownGolden, readGoldenFolder } from '../../cli/golden-files.ts';
import type { CompileOptions, Device } from '../device/device.ts';
import { deviceKinds, loadDevice } from '../device/registry.ts';
import { failures } from './compare.ts';
import { checkGoldenCase, type GoldenFile, type GoldenLayerCase } from './golden.ts';
import { checkGoldenStatistics, type GoldenStatisticsCase } from './golden-statistics.ts';
import { checkGoldenRun, type GoldenRunCase } from './golden-run.ts';
import {
  checkGoldenLanguage,
  checkGoldenOptimiser,
  type GoldenLanguageCase,
  type GoldenOptimiserCase,
} from './golden-training.ts';

const files = await readGoldenFolder(ownGolden);

/** Optimisers that the program does not have. */
const outOfScope = new Map([['optimizers rmsprop', 'no RMSprop']]);

interface Under {
  readonly device: Device;
  readonly options: CompileOptions;
  /** On a software adapter each kernel compiles for tens of milliseconds, and the ways made of basic ops are hundreds of kernels that are checked op by op. */
  readonly ways: number;
  readonly runs: number;
}

/** A device, and each of its kernel modules that works here. */
async function usable(kind: (typeof deviceKinds)[number]): Promise<readonly Under[]> {
  const device = await loadDevice(kind).catch(() => null);
  if (device === null || (await device.unavailable()) !== null) return [];
  const { modules, software } = await device.capabilities();
  const ready = modules.filter(({ state }) => state === 'ready');
  const choices = ready.length > 0 ? ready.map(({ name }) => ({ module: name })) : [{}];
  const most = software === null ? { ways: Infinity, runs: Infinity } : { ways: 1, runs: 3 };
  return choices.map((choice) => ({ device, options: { threads: 2, poison: true, ...choice }, ...most }));
}

for (const kind of deviceKinds) {
  const found = await usable(kind);
  if (found.length === 0) describe.skip(`golden vectors on ${kind} (skipped: it cannot be used here)`);
  for (const under of found) {
    const { options } = under;
    describe(`golden vectors on ${kind}${options.module === undefined ? '' : `, ${options.module}`}`, () => {
      for (const { name, content } of files) {
        const excluded = outOfScope.get(name);
        if (excluded !== undefined) test.skip(`${name} (skipped: ${excluded})`);
        else test(name, () => checkFile(name, content, under));
      }
    });
  }
}

async function checkFile(name: string, content: unknown, { device, options, ways, runs }: Under): Promise<void> {
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
  } else if (name === 'product_run') {
    for (const one of (content as GoldenFile<GoldenRunCase>).cases.slice(0, runs)) {
      expect(failures(await checkGoldenRun(one, device, options))).toEqual([]);
    }
  } else if (name === 'statistics') {
    const { cases } = content as GoldenFile<GoldenStatisticsCase>;
    expect(new Set(cases.map(({ kind }) => kind)).size).toBe(24);
    expect(cases.flatMap((one) => failures(checkGoldenStatistics(one)))).toEqual([]);
  } else {
    const { file, cases } = content as GoldenFile<GoldenLayerCase>;
    for (const one of cases) {
      const comparisons = await checkGoldenCase(file, one, device, options, ways);
      expect(comparisons.length, one.name).toBeGreaterThan(0);
      expect(failures(comparisons)).toEqual([]);
    }
  }
}
