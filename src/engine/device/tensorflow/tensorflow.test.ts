// The tensorflow device on every backend that is installed: each op against the reference, training against cpu, exact bytes, no
// tensor left behind. tfjs-node is tested if MINRNN_TFJS_NODE is set or it is installed.
import { english } from '../../core/say.ts';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { models, type ModelKind } from '../../models/registry.ts';
import type { OpKind } from '../../ops/kinds.ts';
import type { OpCase } from '../../ops/cases.ts';
import { checkOp } from '../../verify/check-op.ts';
import { layerProgram, layerResults, layerSizes, resultDistance, type LayerSizes } from '../../verify/layer-program.ts';
import { lossDistance, lossesOf } from '../../verify/losses.ts';
import { opCases } from '../../verify/op-cases.ts';
import { beginSmallModel, smallModel, stepSmallModel } from '../../verify/small-model.ts';
import { cpuDevice } from '../cpu/index.ts';
import { withoutPrivateOps } from '../private-op.ts';
import { referenceDevice } from '../reference/index.ts';
import { tensorflowDevice, tensorflowOn } from './index.ts';
import { layerOps, ownProgram } from './lstm-layer.ts';
import { backendNames, bestBackend, missing } from './packages.ts';
import { runtimeOf } from './runtime.ts';
import { planTensors } from './tensor-plan.ts';
import { saying } from '../../../../tests/support/saying.ts';

/** Sizes of a layer, and what a run may have: no bias, an input without a gradient, a loss of the cells too. */
const layers: readonly LayerSizes[] = [
  ...layerSizes,
  { B: 2, T: 3, D: 4, H: 5, start: true, bias: false },
  { B: 2, T: 3, D: 4, H: 5, start: false, data: true },
  { B: 2, T: 3, D: 4, H: 5, start: true, also: 'c' },
];
const wholeLayers = { threads: 1, needs: 'layers' } as const;

const sizes = [3, 5, 8, 11] as const;

describe.each(backendNames)('TensorFlow.js on %s', (backend) => {
  const absent = missing(backend);
  const device = tensorflowOn(backend);

  describe.skipIf(absent !== null)(absent === null ? 'installed' : `skipped: ${english(absent)}`, () => {
    test.each(Object.keys(opCases) as (keyof typeof opCases)[])('%s = reference', async (kind) => {
      const cases: readonly OpCase[] = opCases[kind];
      const under = { device, options: { threads: 1, poison: false } };
      const { failures } = await checkOp<OpKind>(kind, cases, [under], { reference: false });
      expect(failures).toEqual([]);
    });

    if (backend === 'node')
      test.each(layers)('the LSTM of the library = reference, as a layer of %j', async (layer) => {
        const program = layerProgram(layer);
        const want = await layerResults(referenceDevice, program, { threads: 1 });
        expect(resultDistance(await layerResults(device, program, wholeLayers), want)).toBeLessThan(2e-5);
      });

    if (backend === 'node')
      test('50 steps of lstm vendor give the losses of fused', async () => {
        const want = await lossesOf({ device: cpuDevice, model: 'lstm' });
        const got = await lossesOf({ device, model: 'lstm', implementation: 'vendor' });
        expect(lossDistance(got, want)).toBeLessThan(1);
      });

    if (backend !== 'node')
      test('lstm vendor is refused before the run, with what it needs', async () => {
        const run = lossesOf({ device, model: 'lstm', implementation: 'vendor' });
        await expect(run).rejects.toThrow(`implementation vendor) needs tfjs-node, got ${backend}`);
      });

    test('planned bytes are what TensorFlow.js counts, and no tensor is left behind', async () => {
      const program = smallModel(sizes);
      const { tf } = await runtimeOf(backend);
      const executable = await device.compile(program, { threads: 1 });
      beginSmallModel(executable, program, sizes);
      stepSmallModel(executable, 1);
      executable.run('double');
      const report = executable.plannedBytes();
      expect(executable.allocatedBytes()).toBe(report.total);
      expect(report).toEqual(planTensors(program, { threads: 1 }));
      expect(report.workspace).toBe(0);
      const { workspace, total, ...parts } = report;
      expect(Object.values(parts).reduce((sum, part) => sum + part, workspace)).toBe(total);
      const held = tf.memory().numTensors;
      for (let number = 2; number < 8; number++) {
        stepSmallModel(executable, number);
        executable.run('double');
        await executable.read('loss');
      }
      expect(tf.memory().numTensors).toBe(held);
      await executable.dispose();
      expect(tf.memory().numTensors).toBe(held - program.variables.length);
      expect(executable.allocatedBytes()).toBe(0);
    });

    test('integers stay integers, reads are copies, and what is not there is refused by name', async () => {
      const executable = await device.compile(smallModel(sizes), { threads: 0 });
      executable.write('counter', [-1, 2 ** 31 - 1, 7, 0, 1]);
      expect(await executable.read('counter')).toEqual(Int32Array.of(-1, 2 ** 31 - 1, 7, 0, 1));
      const mine = Float32Array.of(1, 2, 3, 4);
      executable.write('hyper', mine);
      mine.fill(9);
      const copy = await executable.read('hyper');
      copy.fill(9);
      expect(await executable.read('hyper')).toEqual(Float32Array.of(1, 2, 3, 4));
      expect(await executable.read('hyper', new Float64Array(4))).toEqual(Float64Array.of(1, 2, 3, 4));
      expect(() => executable.run('train')).toThrow('entry train: not part of this program, got step, double');
      expect(() => executable.write('hyper', [1])).toThrow('write: variable hyper takes 4 numbers, got 1');
      await expect(executable.read('hyper', new Float32Array(3))).rejects.toThrow('has 4 numbers, got room for 3');
      expect(() => executable.typeOf('none')).toThrow('variable none: not part of this program');
      await executable.dispose();
      expect(() => executable.run('step')).toThrow('disposed');
    });

    test('a profile names every node that was run', async () => {
      const program = smallModel(sizes);
      const executable = await device.compile(program, { threads: 1 });
      beginSmallModel(executable, program, sizes);
      stepSmallModel(executable, 1);
      const profile = executable.profile('step');
      if (executable.device.title.endsWith('CUDA')) expect(profile).toBeNull();
      else {
        expect(profile?.map(({ op }) => op)).toEqual(expect.arrayContaining(['gru', 'gruGrad', 'adam']));
        expect(profile?.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
      }
      await executable.dispose();
    });

    // In TypeScript alone the library computes what it does in WebAssembly, op by op as above, but slowly: there a few models train.
    const trained = backend === 'cpu' ? (['minGru', 'lstm'] as const) : (Object.keys(models) as ModelKind[]);
    test.each(trained)('50 steps of %s give the losses of cpu', async (model) => {
      const want = await lossesOf({ device: cpuDevice, model });
      const got = await lossesOf({ device, model });
      expect(want.length).toBeGreaterThan(50);
      expect(lossDistance(got, want)).toBeLessThan(1);
    });
  });
});

test.each(layers)('a layer of %j as ops of this device is the same function, by their definition', async (layer) => {
  const program = layerProgram(layer);
  const own = ownProgram(program, wholeLayers);
  const kinds = own.entries.flatMap(({ nodes }) => nodes.map(({ op }) => op)).filter((op) => /lstm|matmul/i.test(op));
  expect(kinds).toEqual(['layer.lstm', 'layer.lstmGrad']);
  expect(ownProgram(program, { threads: 1 })).toBe(program);
  const [got, want] = await Promise.all(
    [withoutPrivateOps(own, layerOps), program].map((one) =>
      layerResults(referenceDevice, one, { threads: 1, poison: true }),
    ),
  );
  expect(resultDistance(got, want)).toBeLessThan(1e-12);
});

test('lstm vendor is refused on other devices, by name', async () => {
  const run = lossesOf({ device: cpuDevice, model: 'lstm', implementation: 'vendor' });
  await expect(run).rejects.toThrow('LSTM: implementation vendor must run on device tensorflow, got cpu');
});

test('the best backend that is installed is taken, and its name is in the description', async () => {
  const best = bestBackend();
  expect(await tensorflowDevice.unavailable()).toBe(null);
  expect(best).toBe(backendNames.find((name) => missing(name) === null));
  const executable = await tensorflowDevice.compile(smallModel(sizes), { threads: 1 });
  expect(executable.device.module).toContain(best === 'node' ? 'tfjs-node TF' : `tfjs ${best ?? ''}`);
  await executable.dispose();
});

test('a folder without tfjs-node is said to be one', () => {
  const before = process.env['MINRNN_TFJS_NODE'];
  process.env['MINRNN_TFJS_NODE'] = '/nowhere';
  const said = missing('node');
  expect(said === null ? '' : english(said)).toContain('is not in /nowhere (MINRNN_TFJS_NODE)');
  if (before === undefined) delete process.env['MINRNN_TFJS_NODE'];
  else process.env['MINRNN_TFJS_NODE'] = before;
});

test('a backend that is there but does not load is refused in words', async () => {
  const before = process.env['MINRNN_TFJS_NODE'];
  const folder = mkdtempSync(join(tmpdir(), 'tfjs-node-'));
  mkdirSync(join(folder, 'lib', 'napi-v8'), { recursive: true });
  writeFileSync(join(folder, 'lib', 'napi-v8', 'tfjs_binding.node'), '');
  writeFileSync(join(folder, 'package.json'), '{ "main": "gone.js" }');
  process.env['MINRNN_TFJS_NODE'] = folder;
  vi.resetModules();
  const fresh = await import('./index.ts');
  await expect(fresh.tensorflowOn('node').compile(smallModel(sizes), { threads: 1 })).rejects.toMatchObject({
    appError: { code: 'unsupported', message: saying('tensorflow: node did not load') },
  });
  rmSync(folder, { recursive: true });
  if (before === undefined) delete process.env['MINRNN_TFJS_NODE'];
  else process.env['MINRNN_TFJS_NODE'] = before;
});
