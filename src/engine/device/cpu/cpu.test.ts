import { english } from '../../core/say.ts';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import { RandomStream } from '../../core/philox.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import type { Program } from '../../graph/graph.ts';
import * as ops from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { beginSmallModel, smallModel, stepSmallModel } from '../../verify/small-model.ts';
import type { Executable } from '../device.ts';
import { compileCpu, cpuDevice, nativeModule } from './index.ts';

const small = [5, 13, 18, 21] as const;

/** All bits a run leaves behind, hashed to one number per variable. */
async function fingerprint(executable: Executable, program: Program): Promise<string> {
  const parts: string[] = [];
  for (const { name } of program.variables) {
    const data = await executable.read(name);
    let hash = 0x811c9dc5;
    for (const byte of new Uint8Array(data.buffer)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
    parts.push(`${name} ${hash}`);
  }
  return parts.join('\n');
}

const native = await nativeModule();
const modules = ['wasm', ...(native.state === 'ready' ? (['native'] as const) : [])] as const;

describe.each(modules)('threads on %s', (module) => {
  test('1, 2 and 3 threads leave the same bits over 5,000 steps with pauses in between', async () => {
    const program = smallModel(small);
    const results: string[] = [];
    for (const threads of [1, 2, 3]) {
      const executable = await cpuDevice.compile(program, { threads, module });
      const stream = new RandomStream(2, 'pauses');
      beginSmallModel(executable, program, small);
      for (let number = 1; number <= 5000; number++) {
        stepSmallModel(executable, number);
        if (stream.below(100) === 0) await pause(stream.below(3));
      }
      const [loss] = await executable.read('loss');
      expect(loss).toBeGreaterThan(0);
      results.push(await fingerprint(executable, program));
      await executable.dispose();
    }
    expect(results[1]).toBe(results[0]);
    expect(results[2]).toBe(results[0]);
  });

  test('the same bits for awkward sizes and more threads than work', async () => {
    for (const shape of [
      [1, 64, 33, 40],
      [7, 9, 40, 5],
      [2, 63, 31, 130],
    ] as const) {
      const program = smallModel(shape);
      const results = new Set<string>();
      for (const threads of [1, 2, 5, 8]) {
        const executable = await cpuDevice.compile(program, { threads, module });
        beginSmallModel(executable, program, shape);
        for (let number = 1; number <= 5; number++) stepSmallModel(executable, number);
        results.add(await fingerprint(executable, program));
        await executable.dispose();
      }
      expect(results.size).toBe(1);
    }
  });

  test('planned bytes are the bytes of the memory, and the lines add up', async () => {
    for (const threads of [1, 2, 3]) {
      const executable = await cpuDevice.compile(smallModel(small), { threads, module });
      const { total, ...lines } = executable.plannedBytes();
      expect(executable.allocatedBytes()).toBe(total);
      expect(Object.values(lines).reduce((a, b) => a + b, 0)).toBe(total);
      await executable.dispose();
    }
  });

  test('poisoned workspace and outputs change nothing: every number is written before it is read', async () => {
    const program = smallModel(small);
    const results: string[] = [];
    for (const poison of [false, true]) {
      const executable = await cpuDevice.compile(program, { threads: 2, module, poison });
      beginSmallModel(executable, program, small);
      for (let number = 1; number <= 3; number++) stepSmallModel(executable, number);
      results.push(await fingerprint(executable, program));
      await executable.dispose();
    }
    expect(results[1]).toBe(results[0]);
  });

  test('wrong names and lengths are refused in words, and everything after dispose', async () => {
    const executable = await cpuDevice.compile(smallModel(small), { threads: 1, module });
    expect(() => executable.write('ids', [1, 2])).toThrow('write: ids takes 65 elements, got 2');
    expect(() => executable.write('nothing', [1])).toThrow(/nothing is not part of the program/);
    expect(() => executable.run('nothing')).toThrow(/entry nothing is not part of the program, got step/);
    await expect(executable.read('loss', new Float32Array(3))).rejects.toThrow(/loss has 1 elements, got room for 3/);
    await executable.dispose();
    expect(() => executable.run('step')).toThrow(/disposed/);
    expect(() => executable.write('ids', [])).toThrow(/disposed/);
    await executable.dispose();
  });
});

describe('workers of wasm', () => {
  test('dispose ends the workers; afterwards every call says so', async () => {
    const executable = await compileCpu(smallModel(small), { threads: 3 });
    const { workers } = executable.crew;
    expect(workers.map((worker) => worker.threadId > 0)).toEqual([true, true]);
    await executable.dispose();
    expect(workers.map((worker) => worker.threadId)).toEqual([-1, -1]);
    expect(() => executable.run('step')).toThrow(/disposed/);
    expect(() => executable.write('ids', [])).toThrow(/disposed/);
    await executable.dispose();
  });

  test('a worker that died between runs fails the next run with the reason', async () => {
    const executable = await compileCpu(smallModel(small), { threads: 2 });
    executable.run('step');
    await executable.crew.workers[0].terminate();
    expect(() => executable.run('step')).toThrow(/thread 1 ended/);
    await expect(executable.settled()).rejects.toThrow(/thread 1 ended/);
    await executable.dispose();
  });

  test('a worker that does not come fails the run instead of hanging it', async () => {
    const executable = await compileCpu(smallModel(small), { threads: 2 }, 5);
    const ended = executable.crew.workers[0].terminate();
    expect(() => executable.run('step')).toThrow(/did not arrive in time/);
    expect(() => executable.run('step')).toThrow(/did not arrive in time/);
    await ended;
    await executable.dispose();
  });
});

describe('memory', () => {
  test('a plan beyond 4 GiB is refused before anything is allocated', async () => {
    const program = new ProgramBuilder(opTable);
    const big = program.variable('big', f32(40_000, 40_000), 'weight');
    program.entry('e', (b) => ops.assign(b, b.read(big), ops.affine(b, b.read(big), 2)));
    const finished = program.finish();
    for (const module of modules) {
      await expect(cpuDevice.compile(finished, { threads: 1, module })).rejects.toThrow(/GiB/);
    }
  });
});

describe.skipIf('why' in native)('why' in native ? `native (skipped: ${english(native.why)})` : 'native', () => {
  test('run returns before the work is done; reads and writes keep the order of the calls', async () => {
    const sizes = [16, 64, 64, 50] as const;
    const program = smallModel(sizes);
    const executable = await cpuDevice.compile(program, { threads: 2, module: 'native' });
    beginSmallModel(executable, program, sizes);
    const losses: Promise<unknown>[] = [];
    for (let number = 1; number <= 20; number++) {
      stepSmallModel(executable, number);
      losses.push(executable.read('loss', new Float32Array(1)));
    }
    await Promise.all(losses);
    await executable.settled();
    const [last] = await executable.read('loss');
    expect(await losses[19]).toEqual(Float32Array.of(last ?? NaN));
    await executable.dispose();
  });

  test('a profile names every op of the entry that ran', async () => {
    const executable = await cpuDevice.compile(smallModel(small), { threads: 2, module: 'native' });
    stepSmallModel(executable, 1);
    await executable.settled();
    const profile = executable.profile('step') ?? [];
    expect(new Set(profile.map(({ op }) => op))).toContain('gru');
    expect(profile.reduce((sum, { milliseconds }) => sum + milliseconds, 0)).toBeGreaterThan(0);
    await executable.dispose();
  });

  test('more runs than the queue holds are done one after the other', async () => {
    const program = smallModel(small);
    const executable = await cpuDevice.compile(program, { threads: 2, module: 'native' });
    beginSmallModel(executable, program, small);
    executable.write('hyper', [1e-3, 0.1, 0.001, 0]);
    for (let number = 0; number < 3000; number++) executable.run('step');
    const [loss] = await executable.read('loss');
    expect(loss).toBeGreaterThan(0);
    await executable.dispose();
  });
});
