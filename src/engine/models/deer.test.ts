// Newton's method on recurrences: its error after each iteration and the number of iterations, against those of the published code, and what a run sees
// where it does not settle.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { f32 } from '../core/tensor.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import * as ops from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import type { GoldenFile, GoldenLayerCase } from '../verify/golden.ts';
import { elmanCell, gruCell } from './deer-cells.ts';
import { newtonMetrics, settled } from './deer-report.ts';
import { guesses, newton, type NewtonKind } from './deer.ts';

const source = new URL('../../../tests/golden/deer.json', import.meta.url);
const { cases } = JSON.parse(readFileSync(source, 'utf8')) as GoldenFile;

/** Guesses of every iteration, and the states that they approach. */
async function iterated({ config, inputs, params }: GoldenLayerCase, kind: NewtonKind, count: number) {
  const program = new ProgramBuilder(opTable);
  const given = { ...inputs, ...params };
  program.entry('run', (b) => {
    const read = (name: string) => b.read(program.variable(name, f32(...(given[name]?.shape ?? [])), 'input'));
    const store = (name: string, value: number): void =>
      ops.assign(b, b.read(program.variable(name, b.type(value), 'output')), value);
    const gx = ops.linear(b, read('x'), read('weight_ih'), read('bias_ih'));
    const [weight, bias, h0] = [read('weight_hh'), read('bias_hh'), read('h0')];
    const [batch = 1, time = 1] = b.shape(gx);
    const isGru = config['cell'] === 'gru';
    const all = isGru ? gx : ops.add(b, gx, bias);
    const recurrence = isGru ? gruCell(gx, weight, bias) : elmanCell(all, weight);
    const { y } = isGru ? ops.gru(b, gx, weight, bias, [h0]) : ops.elman(b, all, weight, [h0]);
    const shape = [batch, time, Number(config['H'])];
    guesses(b, recurrence, shape, h0, kind, count).all.forEach((guess, i) => store(`guess${i}`, guess));
    store('h', y);
  });
  const executable = await referenceDevice.compile(program.finish(), { threads: 1 });
  for (const [name, { data }] of Object.entries(given)) executable.write(name, data);
  executable.run('run');
  const h = Float64Array.from(await executable.read('h'));
  const all: Float64Array[] = [];
  for (let i = 0; i <= count; i++) all.push(Float64Array.from(await executable.read(`guess${i}`)));
  await executable.dispose();
  return { h, all };
}

const apart = (a: Float64Array, b: Float64Array): number =>
  a.reduce((most, value, i) => Math.max(most, Math.abs(value - (b[i] ?? NaN))), 0);

describe.each(cases)('$name', (test) => {
  it.each([
    ['deer', 'err_deer'],
    ['quasi-deer', 'err_quasi'],
  ] as const)('%s has the published errors after each iteration', async (kind, name) => {
    const errors = test.outputs[name]?.data ?? [];
    expect(errors.length).toBeGreaterThan(5);
    const { h, all } = await iterated(test, kind, errors.length - 1);
    errors.forEach((want, k) => {
      expect(Math.abs(apart(all[k] ?? h, h) - want), `after ${k}`).toBeLessThan(1e-8 * want + 2e-12);
    });
  });

  it.each([
    ['deer', 'deer_from_zeros'],
    ['quasi-deer', 'quasi_from_zeros'],
  ] as const)('%s needs as many iterations', async (kind, name) => {
    const counts = (test.config as unknown as Record<string, Record<string, Record<string, number>>>)['iterations']?.[
      name
    ];
    const { all } = await iterated(test, kind, 14);
    for (const limit of [1e-4, 1e-7]) {
      const found = all.findIndex((guess, k) => k > 0 && apart(guess, all[k - 1] ?? guess) <= limit);
      expect(found, `change below ${limit}`).toBe(counts?.[`max<=${limit === 1e-4 ? '1e-4' : '1e-7'}`]);
    }
  });
});

describe('what a step tells', () => {
  const [B, T, H] = [3, 60, 4];
  const wave = (count: number, by: number): number[] =>
    Array.from({ length: count }, (_, i) => by * Math.sin(i * 12.9898));

  async function told(gain: number, count: number) {
    const program = new ProgramBuilder(opTable);
    program.entry('run', (b) => {
      const read = (name: string, ...shape: number[]) => b.read(program.variable(name, f32(...shape), 'input'));
      newton(b, elmanCell(read('gx', B, T, H), read('w', H, H)), [B, T, H], null, { kind: 'deer', count });
      for (const { name } of Object.values(newtonMetrics)) {
        const [value = -1] = b.toldOf(name);
        ops.assign(b, b.read(program.variable(name, f32(), 'output')), value);
      }
    });
    const executable = await referenceDevice.compile(program.finish(), { threads: 1 });
    executable.write('gx', wave(B * T * H, 1));
    executable.write('w', wave(H * H, gain));
    executable.run('run');
    const read = async (name: string): Promise<number> => (await executable.read(name))[0] ?? NaN;
    const { iterations, residual, contraction } = newtonMetrics;
    const found = [await read(iterations.name), await read(residual.name), await read(contraction.name)] as const;
    await executable.dispose();
    return found;
  }

  /** By hand, one sequence after the other: iterations from zeros, each a sequence of steps. */
  function byHand(gain: number, count: number) {
    const [gx, w] = [wave(B * T * H, 1), wave(H * H, gain)];
    const at = (list: readonly number[], i: number): number => list[i] ?? NaN;
    const range = Array.from({ length: H }, (_, i) => i);
    const dot = (row: number, h: readonly number[]): number =>
      range.reduce((sum, j) => sum + at(w, row * H + j) * at(h, j), 0);
    const worst = Array.from({ length: count + 1 }, () => 0);
    let logs = 0;
    for (let n = 0; n < B; n++) {
      let guess = Array.from({ length: T }, () => range.map(() => 0));
      for (let k = 0; k <= count; k++) {
        let [error, change] = [0, range.map(() => 0)];
        const before = (t: number): readonly number[] => guess[t - 1] ?? range.map(() => 0);
        guess = guess.map((h, t) => {
          const f = range.map((i) => Math.tanh(at(gx, (n * T + t) * H + i) + dot(i, before(t))));
          const rest = range.map((i) => at(f, i) - at(h, i));
          error += rest.reduce((sum, one) => sum + one * one, 0);
          const slopes = f.map((one) => 1 - one * one);
          change = t === 0 ? rest : range.map((i) => at(rest, i) + at(slopes, i) * dot(i, change));
          if (k === count) {
            const squares = range.flatMap((i) => range.map((j) => (at(slopes, i) * at(w, i * H + j)) ** 2));
            logs += Math.log(Math.sqrt(squares.reduce((sum, one) => sum + one, 0) / H));
          }
          return range.map((i) => at(h, i) + at(change, i));
        });
        worst[k] = Math.max(at(worst, k), Math.sqrt(error / (T * H)));
      }
    }
    const settledAt = worst.findLastIndex((error) => !(error < settled)) + 1;
    return [settledAt > count ? NaN : settledAt, at(worst, count), logs / (B * T)] as const;
  }

  it.each([
    [0.5, 10],
    [2, 10],
    [3, 40],
    [40, 10],
  ])('at gain %d, %i times, is what the iterations do', async (gain, count) => {
    const [found, wanted] = [await told(gain, count), byHand(gain, count)];
    expect(found[0]).toEqual(wanted[0]);
    // Where it runs away its size is beyond any digits.
    if (Number.isFinite(wanted[0])) expect(found[1]).toBeCloseTo(wanted[1], 9);
    else expect(found[1] > settled || Number.isNaN(found[1])).toBe(true);
    if (Number.isFinite(wanted[0])) expect(found[2]).toBeCloseTo(wanted[2], 9);
  });
});

describe('where it does not settle', () => {
  const states = async (gain: number): Promise<Float64Array> => {
    const [T, H] = [60, 4];
    const program = new ProgramBuilder(opTable);
    program.entry('run', (b) => {
      const read = (name: string, ...shape: number[]) => b.read(program.variable(name, f32(...shape), 'input'));
      const y = newton(b, elmanCell(read('gx', 1, T, H), read('w', H, H)), [1, T, H], null, {
        kind: 'deer',
        count: 10,
      });
      ops.assign(b, b.read(program.variable('y', b.type(y), 'output')), y);
      expect(
        b.nodes.some(({ label }) => label.includes('deer, settled after 10 iterations or else not a number')),
      ).toBe(true);
    });
    const executable = await referenceDevice.compile(program.finish(), { threads: 1 });
    const wave = (count: number, by: number): number[] =>
      Array.from({ length: count }, (_, i) => by * Math.sin(i * 12.9898));
    executable.write('gx', wave(T * H, 1));
    executable.write('w', wave(H * H, gain));
    executable.run('run');
    const found = Float64Array.from(await executable.read('y'));
    await executable.dispose();
    return found;
  };

  it('no number comes out, so that the step changes nothing and the run names the tensor', async () => {
    expect((await states(0.5)).every(Number.isFinite)).toBe(true);
    expect((await states(40)).every(Number.isNaN)).toBe(true);
  });
});
