// The webgpu device as a device: order of calls, exact bytes, poison, refusals, loss. Needs an adapter; SwiftShader will do.
import { english, numberText } from '../../core/say.ts';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { f32, i32 } from '../../core/tensor.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import { accumulate, add, affine, assign, embedding, matmul, reduceSum } from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { compileGpu, planWebgpu, webgpuDevice } from './index.ts';
import { gpuLowerings, gpuRuns } from './lowerings.ts';
import { planGpu, type GpuLimits, type GpuParts } from './plan.ts';
import { GpuExecutable } from './executable.ts';
import { record } from './recorded.ts';
import { gpuSession } from './session.ts';

const absence = await webgpuDevice.unavailable();
const missing = absence && english(absence);
const options = { threads: 1, poison: true };

function program() {
  const builder = new ProgramBuilder(opTable);
  const table = builder.variable('table', f32(4, 3), 'weight');
  const ids = builder.variable('ids', i32(2), 'input');
  const total = builder.variable('total', f32(), 'output');
  const rows = builder.variable('rows', f32(2, 3), 'output');
  builder.entry('sum', (b) => {
    const found = embedding(b, b.read(ids), b.read(table));
    assign(b, b.read(rows), found);
    assign(b, b.read(total), reduceSum(b, found, 'all'));
  });
  builder.entry('double', (b) => assign(b, b.read(total), add(b, b.read(total), b.read(total))));
  return builder.finish();
}

const limits = (change: Partial<GpuLimits>): GpuLimits => ({
  traits: { maxInvocations: 256, workgroupBytes: 16384, subgroups: false, software: false, maxGroups: 65535 },
  maxBufferBytes: 2 ** 28,
  maxBindingBytes: 2 ** 27,
  maxBindings: 8,
  alignment: 256,
  ...change,
});

const made = (change: Partial<GpuLimits>): GpuParts => {
  return { ops: opTable, lowerings: gpuLowerings, runs: gpuRuns, limits: limits(change) };
};

describe('the plan', () => {
  const plain = { poison: false, profile: false };

  test('is made of whole buffers whose sizes are the total', () => {
    const plan = planWebgpu(program(), {});
    expect(plan.report.total).toBe(plan.buffers.reduce((sum, bytes) => sum + bytes, plan.staging + plan.ring));
    expect(plan.report.weights).toBe(48);
  });

  test('opens another buffer where one would pass the limit', () => {
    const builder = new ProgramBuilder(opTable);
    const x = builder.variable('x', f32(64, 64), 'input');
    const y = builder.variable('y', f32(64, 64), 'output');
    builder.entry('run', (b) => {
      const once = affine(b, b.read(x), 2, 1);
      const twice = affine(b, b.read(x), 3, 1);
      assign(b, b.read(y), add(b, once, twice));
    });
    const small = planGpu(builder.finish(), made({ maxBufferBytes: 20000 }), plain);
    expect(Math.max(...small.buffers)).toBeLessThanOrEqual(20000);
    expect(small.buffers.length).toBeGreaterThanOrEqual(3);
  });

  test('refuses a value that no kernel could bind, with op and number', () => {
    expect(() => planGpu(program(), made({ maxBindingBytes: 32 }), plain)).toThrow(
      /of embedding .* takes 48 bytes, a kernel of this adapter may use 32 at once/,
    );
  });
});

describe.skipIf(missing !== null)(`on an adapter${missing === null ? '' : ` (skipped: ${missing})`}`, () => {
  let executable: Awaited<ReturnType<typeof compileGpu>>;
  beforeAll(async () => {
    executable = await compileGpu(program(), options);
  });
  afterAll(() => executable.dispose());

  test('entries share variables, integers stay integers', async () => {
    executable.write(
      'table',
      Array.from({ length: 12 }, (_, i) => i),
    );
    executable.write('ids', [1, 3]);
    executable.run('sum');
    executable.run('double');
    expect(await executable.read('total')).toEqual(Float32Array.of(2 * (3 + 4 + 5 + 9 + 10 + 11)));
    expect(await executable.read('rows')).toEqual(Float32Array.of(3, 4, 5, 9, 10, 11));
    expect(await executable.read('ids')).toEqual(Int32Array.of(1, 3));
    expect(await executable.read('total', new Float64Array(1))).toEqual(Float64Array.of(84));
  });

  test('calls take effect in the order they are made, without waiting in between', async () => {
    executable.write('total', [1]);
    const reads: Promise<ArrayLike<number>>[] = [];
    for (let i = 0; i < 6; i++) {
      executable.run('double');
      reads.push(executable.read('total'));
    }
    executable.write('total', [5]);
    reads.push(executable.read('total'));
    for (let i = 0; i < 8; i++) executable.run('double');
    reads.push(executable.read('total'));
    expect((await Promise.all(reads)).map((values) => values[0])).toEqual([2, 4, 8, 16, 32, 64, 5, 1280]);
    await executable.settled();
  });

  test('inputs that are written between runs reach the run that follows, and can be read at once', async () => {
    executable.write(
      'table',
      Array.from({ length: 12 }, (_, i) => i),
    );
    const reads: Promise<ArrayLike<number>>[] = [];
    const ids = Int32Array.of(0, 0);
    for (let i = 0; i < 5; i++) {
      ids.set([i % 4, (i + 1) % 4]);
      executable.write('ids', ids);
      executable.run('sum');
      reads.push(executable.read('rows'));
    }
    ids.fill(2);
    executable.write('ids', ids);
    reads.push(executable.read('ids'));
    const row = (r: number): number[] => [3 * r, 3 * r + 1, 3 * r + 2];
    const got = (await Promise.all(reads)).map((values) => [...Array.from(values)]);
    const want = [0, 1, 2, 3, 4].map((i) => [...row(i % 4), ...row((i + 1) % 4)]);
    expect(got).toEqual([...want, [2, 2]]);
  });

  test('what is planned is allocated, to the byte', () => {
    expect(executable.allocatedBytes()).toBe(executable.plannedBytes().total);
  });

  test('a run is issued in one pass: dispatches are known', () => {
    expect(executable.dispatchesOf('double')).toBe(3);
  });

  test('what is not there is refused by name', async () => {
    expect(() => executable.run('train')).toThrow('entry train is not part of the program, got sum, double');
    expect(() => executable.write('ids', [1])).toThrow('write: ids takes 2 elements, got 1');
    await expect(executable.read('none')).rejects.toThrow('variable none is not part of the program');
  });

  test('profile gives the time of each dispatch after the work has settled', async () => {
    const session = await gpuSession();
    const timed = await compileGpu(program(), { threads: 1, profile: true });
    expect(timed.allocatedBytes()).toBe(timed.plannedBytes().total);
    timed.run('sum');
    await timed.settled();
    const times = timed.profile('sum');
    if (session.profiles) {
      expect(times?.map(({ op }) => op)).toEqual(['embedding', 'reduceSum']);
      expect(times?.every(({ milliseconds }) => milliseconds >= 0)).toBe(true);
      expect(times?.map(({ bytes }) => bytes)).toEqual([16 + 48 + 32, 32 + 16]);
    } else expect(times).toBeNull();
    expect(executable.profile('sum')).toBeNull();
    await timed.dispose();
  });

  test('tiles, splits and transposes of matmul give the sum of products', async () => {
    const session = await gpuSession();
    const real = session.limits.traits;
    for (const software of [true, false]) {
      const builder = new ProgramBuilder(opTable);
      const a = builder.variable('a', f32(530, 20), 'input');
      const b = builder.variable('b', f32(530, 7), 'input');
      const c = builder.variable('c', f32(20, 7), 'output');
      builder.entry('run', (g) => {
        assign(g, g.read(c), matmul(g, g.read(a), g.read(b), { transA: true }));
      });
      Object.assign(session.limits, { traits: { ...real, software } });
      const made = await compileGpu(builder.finish(), options).finally(() =>
        Object.assign(session.limits, { traits: real }),
      );
      const left = Float32Array.from({ length: 530 * 20 }, (_, i) => Math.sin(i));
      const right = Float32Array.from({ length: 530 * 7 }, (_, i) => Math.cos(3 * i));
      made.write('a', left);
      made.write('b', right);
      made.run('run');
      const got = await made.read('c');
      for (let m = 0; m < 20; m++) {
        for (let n = 0; n < 7; n++) {
          let sum = 0;
          for (let k = 0; k < 530; k++) sum += left[k * 20 + m] * right[k * 7 + n];
          expect(Math.abs(got[m * 7 + n] - sum)).toBeLessThan(1e-4);
        }
      }
      await made.dispose();
    }
  });

  test('what the device refuses ends the program and names the kernel; the next compile works', async () => {
    const session = await gpuSession();
    const plan = planWebgpu(program(), {});
    const tooMany = session.limits.traits.maxGroups + 1;
    const entries = new Map(
      [...plan.entries].map(([name, all]) => [
        name,
        all.map((one) => (one.op === 'reduceSum' ? { ...one, groups: [tooMany, 1, 1] as const } : one)),
      ]),
    );
    const wrong = { ...plan, entries };
    const recorded = await record(session, wrong);
    const broken = new GpuExecutable({ device: executable.device, session, plan: wrong, recorded });
    broken.run('sum');
    await expect(broken.read('total')).rejects.toThrow(/^webgpu: reduceSum \(reduceSum.*\) of entry sum was refused: /);
    expect(() => broken.run('double')).toThrow('was refused');
    await broken.dispose();
    await executable.dispose();
    executable = await compileGpu(program(), options);
    executable.write('total', [4]);
    executable.run('double');
    expect(await executable.read('total')).toEqual(Float32Array.of(8));
  });

  test('memory that the adapter does not give is refused with what was planned', async () => {
    const session = await gpuSession();
    const plan = planWebgpu(program(), {});
    const buffers = [...plan.buffers, 16 * Math.ceil(session.limits.maxBufferBytes / 16) + 16];
    const report = { ...plan.report, total: buffers.reduce((sum, bytes) => sum + bytes, plan.staging + plan.ring) };
    const refused = await record(session, { ...plan, buffers, report }).catch((problem: unknown) => problem);
    const [planned, most] = [report.total, session.limits.maxBufferBytes].map((bytes) =>
      numberText(Number((bytes / 2 ** 20).toFixed(1))),
    );
    expect(refused).toMatchObject({ appError: { code: 'out-of-memory' } });
    expect(String(refused)).toContain(`the plan needs ${planned} MiB of GPU memory`);
    expect(String(refused)).toContain(`${most} MiB in one buffer`);
    expect(session.problem).toBeNull();
  });

  test('a lost device ends its programs with device-lost; the next compile has a fresh one', async () => {
    const before = await compileGpu(program(), options);
    const session = await gpuSession();
    session.device.destroy();
    await session.device.lost;
    await Promise.resolve();
    expect(() => before.run('sum')).toThrow(/was lost/);
    await expect(before.read('total')).rejects.toMatchObject({ appError: { code: 'device-lost' } });
    await before.dispose();
    executable = await compileGpu(program(), options);
    executable.write('total', [21]);
    executable.run('double');
    expect(await executable.read('total')).toEqual(Float32Array.of(42));
  });
});

test('accumulation needs no buffer of its own', () => {
  const builder = new ProgramBuilder(opTable);
  const sum = builder.variable('sum', f32(8), 'gradient');
  const share = builder.variable('share', f32(), 'input');
  builder.entry('run', (b) => accumulate(b, b.read(sum), b.read(sum), b.read(share)));
  const [dispatch] = planWebgpu(builder.finish(), {}).entries.get('run') ?? [];
  expect(dispatch?.ranges.length).toBe(2);
});
