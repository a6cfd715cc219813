// A device is one folder and one line. Its description matches its behaviour, and no code outside the device folders names a particular device.
import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import { unwrap } from '../core/result.ts';
import { smallSpec } from '../verify/small-run.ts';
import { buildProgram } from '../training/program.ts';
import { setUpRun } from '../training/setup.ts';
import { opTable } from '../ops/registry.ts';
import { layerOps as cpuOps } from './cpu/lstm-layer.ts';
import { layerOps as tensorflowOps } from './tensorflow/lstm-layer.ts';
import { deviceInfos, deviceKinds, infoOf, isDeviceKind, loadDevice, usualDevice } from './registry.ts';

describe.each(deviceKinds)('%s', (kind) => {
  test('is what the registry says of it, and finds no more here than it can do anywhere', async () => {
    const [device, info] = [await loadDevice(kind), infoOf(kind)];
    expect(device.kind).toBe(kind);
    const found = await device.capabilities();
    expect(found.missing).toEqual(await device.unavailable());
    expect(info.modules.map(({ name }) => name)).toEqual(found.modules.map(({ name }) => name));
    for (const storage of found.storages) expect(info.storages).toContain(storage);
    expect(info.storages).toContain('f32');
    expect(JSON.parse(JSON.stringify(found))).toEqual(found);
  });

  test('plans to the byte what it then takes', async (context) => {
    const device = await loadDevice(kind);
    if ((await device.unavailable()) !== null) return context.skip(`${kind} cannot be used here`);
    const program = buildProgram(unwrap(setUpRun(smallSpec(), null)));
    for (const { name } of (await device.capabilities()).modules.filter(({ state }) => state === 'ready')) {
      const executable = await device.compile(program, { threads: 2, module: name });
      expect(device.plan(program, { threads: 2, module: name })).toEqual(executable.plannedBytes());
      await executable.dispose();
    }
    const executable = await device.compile(program, { threads: 1 });
    expect(device.plan(program, { threads: 1 })).toEqual(executable.plannedBytes());
    await executable.dispose();
  });
});

test('the usual device is usable wherever the program is, and may be chosen by auto', () => {
  expect(infoOf(usualDevice).automatic).toBe(true);
  expect(deviceKinds[0]).toBe(usualDevice);
  expect(isDeviceKind('auto')).toBe(false);
  expect(isDeviceKind('toString')).toBe(false);
});

const root = join(import.meta.dirname, '../../..');
const names = new Set([...deviceKinds, ...deviceInfos.flatMap(({ modules }) => modules.map(({ name }) => name))]);

/** Sources outside the device folders that name a device, each with the reason. */
const reasons: Readonly<Record<string, string>> = {
  'src/engine/core/terms.ts': 'words that fill messages, names of kernel modules among them',
  'src/engine/device/registry.ts': 'the registry itself',
  'src/engine/verify/check-op.ts': 'the float64 reference is what others are checked by',
  'src/engine/verify/golden-run.ts': 'the float64 reference is held to tighter bounds',
  'src/engine/verify/recurrence.ts': 'the float64 reference is what others are checked by',
  'src/engine/verify/small-run.ts': 'small runs of tests stand on the reference unless said otherwise',
  'src/lab/engines/machine.ts': 'the device that an installed runtime computes',
  'src/lab/runtimes/check.ts': 'the device that an installed runtime computes',
  'src/lab/runtimes/of-lab.ts': 'the device that an installed runtime computes',
  'src/lab/scaling/sets.ts': 'a published measurement is of the device it names',
  'src/protocol/told/names.ts': 'Chinese words for who says something',
  'src/session/testing/samples.ts': 'stored runs as tests need them',
};

/** Other meanings of the same words. */
const otherMeanings: Readonly<Record<string, string>> = {
  'src/engine/spec/validate.ts': 'the variant that others are compared with',
  'src/lab/exporting/seed-table.ts': 'the variant that others are compared with',
  'src/renderer/views/race/setup/measured-on.ts': 'the field `cpu` of an environment stamp is the processor',
  'src/protocol/runtimes.ts': 'names of packages to install',
  'src/lab/runtimes/runtimes.ts': 'names of packages to install',
  'src/lab/runtimes/source.ts': 'names of packages to install',
  'src/engine-host/host.ts': 'the field `cpu` of an environment stamp is the processor',
};

const withoutComments = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, '');

function sources(folder: string): readonly string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return sources(path);
    return /\.(ts|vue)$/.test(entry.name) && !entry.name.endsWith('.test.ts') ? [path] : [];
  });
}

test('nobody outside the folders of devices names a device or a kernel module', () => {
  const folders = deviceKinds.map((kind) => `src/engine/device/${kind}/`);
  const naming = sources(join(root, 'src'))
    .map((path) => [relative(root, path).replaceAll('\\', '/'), readFileSync(path, 'utf8')] as const)
    .filter(([path]) => !folders.some((folder) => path.startsWith(folder)))
    .filter(([, text]) =>
      [...withoutComments(text).matchAll(/(['"`])([a-z]+)\1/g)].some(([, , word = '']) => names.has(word)),
    )
    .map(([path]) => path);
  expect(naming.sort()).toEqual([...Object.keys(reasons), ...Object.keys(otherMeanings)].sort());
});

test('what only one device computes is an op of its own plans: no shared code knows it, and no shared op is refused', () => {
  const own = new Set([...Object.keys(cpuOps), ...Object.keys(tensorflowOps)]);
  for (const kind of own) expect(opTable, kind).not.toHaveProperty(kind);
  const texts = sources(join(root, 'src')).map(
    (path) => [relative(root, path).replaceAll('\\', '/'), withoutComments(readFileSync(path, 'utf8'))] as const,
  );
  const naming = texts.filter(([, text]) => [...own].some((kind) => text.includes(`'${kind}'`))).map(([path]) => path);
  expect(naming.filter((path) => !path.startsWith('src/engine/device/'))).toEqual([]);
  const refusing = texts.filter(([, text]) => text.includes('AppFailure')).map(([path]) => path);
  expect(refusing.filter((path) => path.startsWith('src/engine/ops/'))).toEqual([]);
});
