// Runs in sequence: the results of each are kept, at most two are unfinished, and waiting for one never means waiting for two.
import { english } from '../../core/say.ts';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import { affine, assign } from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { Flight } from './flight.ts';
import { compileGpu, webgpuDevice } from './index.ts';
import { gpuSession } from './session.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);

/** A counter and its double, and a variable too large to be a small output. */
function counting() {
  const builder = new ProgramBuilder(opTable);
  const count = builder.variable('count', f32(), 'output');
  const twice = builder.variable('twice', f32(2), 'output');
  const large = builder.variable('large', f32(2048), 'output');
  builder.entry('next', (b) => {
    const next = affine(b, b.read(count), 1, 1);
    assign(b, b.read(twice), affine(b, b.read(twice), 1, 2));
    assign(b, b.read(count), next);
    assign(b, b.read(large), affine(b, b.read(large), 1, 1));
  });
  return builder.finish();
}

describe.skipIf(missing !== null)(`on an adapter${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  test('results of each run are collected in order, as often as wanted', async () => {
    const executable = await compileGpu(counting(), { threads: 1, poison: true });
    const { pipeline } = executable;
    if (!pipeline) throw new Error('a program with small outputs has a pipeline');
    const values = new Float64Array(2 * pipeline.slots);
    let last = 0;
    for (const runs of [1, pipeline.slots, 3]) {
      for (let i = 0; i < runs; i++) {
        await pipeline.room();
        pipeline.run('next');
      }
      await pipeline.collect(['twice', 'count'], values);
      for (let i = 0; i < runs; i++) {
        last++;
        expect([...values.slice(2 * i, 2 * i + 2)]).toEqual([2 * last, last]);
      }
    }
    expect(await executable.read('count')).toEqual(Float32Array.of(last));
    await executable.dispose();
  });

  test('also with runs, writes and reads in between, whether or not room was waited for', async () => {
    const executable = await compileGpu(counting(), { threads: 1 });
    const { pipeline } = executable;
    if (!pipeline) throw new Error('a program with small outputs has a pipeline');
    const values = new Float64Array(3);
    pipeline.run('next');
    executable.run('next');
    executable.run('next');
    pipeline.run('next');
    executable.write('count', [10]);
    const between = executable.read('count');
    pipeline.run('next');
    await pipeline.collect(['count'], values);
    expect([...values]).toEqual([1, 4, 11]);
    expect(await between).toEqual(Float32Array.of(10));
    await executable.dispose();
  });

  test('refuses what it cannot keep, and says what is needed', async () => {
    const executable = await compileGpu(counting(), { threads: 1 });
    const { pipeline } = executable;
    if (!pipeline) throw new Error('a program with small outputs has a pipeline');
    expect(() => pipeline.collect(['large'], new Float64Array(16))).toThrow('large must be a small output');
    for (let i = 0; i < pipeline.slots; i++) {
      await pipeline.room();
      pipeline.run('next');
    }
    await pipeline.room();
    expect(() => pipeline.run('next')).toThrow(`results of ${pipeline.slots} runs must be collected`);
    await expect(pipeline.collect(['count'], new Float64Array(3))).rejects.toThrow('room for 16 runs x 1 variables');
    const values = new Float64Array(pipeline.slots);
    await pipeline.collect(['count'], values);
    expect(values.at(-1)).toBe(pipeline.slots);
    await executable.dispose();
  });

  test('at most two runs are unfinished, and something is nearly always under way', async () => {
    const executable = await compileGpu(counting(), { threads: 1 });
    const { pipeline } = executable;
    if (!pipeline) throw new Error('a program with small outputs has a pipeline');
    const { queue } = (await gpuSession()).device;
    let [unfinished, most] = [0, 0];
    const submit = queue.submit.bind(queue);
    queue.submit = (commands) => {
      submit(commands);
      unfinished++;
      most = Math.max(most, unfinished);
      void queue.onSubmittedWorkDone().then(() => unfinished--);
    };
    for (let i = 0; i < pipeline.slots; i++) {
      await pipeline.room();
      pipeline.run('next');
    }
    queue.submit = submit;
    await executable.settled();
    expect(most).toBeGreaterThanOrEqual(1);
    expect(most).toBeLessThanOrEqual(2);
    await executable.dispose();
  });
});

/** Makes sleeps follow the test's clock, since fake timers do not reach this module. */
vi.mock('node:timers/promises', () => ({
  setTimeout: (milliseconds: number) => new Promise((resolve) => globalThis.setTimeout(resolve, milliseconds)),
}));

/** A device on which each run takes `milliseconds`, one after the other. */
class Pretended {
  readonly flight = new Flight(() => this.idle);
  idle = Promise.resolve();
  #free = 0;
  idleMilliseconds = 0;
  unfinished = 0;
  most = 0;

  submit(milliseconds: number): void {
    const now = performance.now();
    if (this.#free > 0) this.idleMilliseconds += Math.max(0, now - this.#free);
    const end = Math.max(now, this.#free) + milliseconds;
    this.#free = end;
    this.unfinished++;
    this.most = Math.max(this.most, this.unfinished);
    this.idle = new Promise((resolve) => setTimeout(resolve, end - now)).then(() => void this.unfinished--);
    this.flight.submitted('run');
  }
}

test('a run is handed over before the one before it ends, never more than two at a time', async () => {
  vi.useFakeTimers();
  onTestFinished(() => void vi.useRealTimers());
  const device = new Pretended();
  const handOver = async (): Promise<void> => {
    for (let i = 0; i < 12; i++) {
      await device.flight.room();
      device.submit(40);
    }
    await device.flight.all();
  };
  const done = handOver();
  await vi.runAllTimersAsync();
  await done;
  expect(device.most).toBe(2);
  expect(device.unfinished).toBe(0);
  // Idle time between runs would show up as one round trip each.
  expect(device.idleMilliseconds).toBe(0);
});
