// Recurrences in WebAssembly flush states and gradients below the smallest normal number to zero: they would stay denormal, and every step
// would take several times as long. Nothing else may change.
import { describe, expect, it } from 'vitest';
import { f32 } from '../../core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../../graph/builder.ts';
import { gradients } from '../../graph/gradient.ts';
import type { ValueId } from '../../graph/graph.ts';
import * as ops from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { loadDevice } from '../registry.ts';
import type { Device } from '../device.ts';

const smallestNormal = 2 ** -126;
const [B, T, H] = [2, 700, 21];

interface Fading {
  /** Numbers a step takes for each channel. */
  readonly parts: number;
  /** A pre-activation with which a state decays by about 0.88 per step, without new input. */
  readonly values: readonly number[];
  build(b: GraphBuilder, u: ValueId, h0: ValueId): ValueId;
}

const retain = 0.88;
const kinds: Readonly<Record<string, Fading>> = {
  minGru: { parts: 2, values: [-2, 0], build: (b, u, h0) => ops.minGru(b, u, [h0], 'identity').y },
  minLstm: { parts: 3, values: [2, 0, 0], build: (b, u, h0) => ops.minLstm(b, u, [h0], 'identity', false).y },
  linearScan: {
    parts: 2,
    values: [retain, 0],
    build: (b, u, h0) => {
      const [a, add] = ops.split(b, u, 2, [H, H]);
      return ops.linearScan(b, a, add, [h0]).y;
    },
  },
};

/** The states, and the gradient by u of a loss that reads the last step. */
async function fading(kind: Fading, device: Device, threads: number): Promise<{ h: number[]; du: number[] }> {
  const program = new ProgramBuilder(opTable);
  const width = kind.parts * H;
  const u = program.variable('u', f32(B, T, width), 'input');
  const h0 = program.variable('h0', f32(B, H), 'input');
  const w = program.variable('w', f32(B, T, H), 'input');
  program.entry('run', (b) => {
    const h = kind.build(b, b.read(u), b.read(h0));
    const loss = ops.reduceSum(b, ops.mul(b, h, b.read(w)), 'all');
    const [du = null] = gradients(b, loss, [b.read(u)]);
    for (const [name, value] of Object.entries({ h, du }))
      if (value !== null) ops.assign(b, b.read(program.variable(name, b.type(value), 'output')), value);
  });
  const executable = await device.compile(program.finish(), { threads, module: 'wasm' });
  executable.write(
    'u',
    Float32Array.from({ length: B * T * width }, (_, i) => kind.values[Math.floor((i % width) / H)]),
  );
  executable.write('h0', new Float32Array(B * H).fill(1));
  executable.write(
    'w',
    Float32Array.from({ length: B * T * H }, (_, i) => (Math.floor(i / H) % T === T - 1 ? 1 : 0)),
  );
  executable.run('run');
  const result = { h: [...(await executable.read('h'))], du: [...(await executable.read('du'))] };
  await executable.dispose();
  return result;
}

describe.each(Object.entries(kinds))('%s', (_, kind) => {
  it('ends at 0 instead of below the smallest normal number, and changes nothing by more', async () => {
    const cpu = await loadDevice('cpu');
    const [reference, one, three] = [
      await fading(kind, await loadDevice('reference'), 1),
      await fading(kind, cpu, 1),
      await fading(kind, cpu, 3),
    ];
    expect(three).toEqual(one);
    expect(one.h.filter((value) => value !== 0 && Math.abs(value) < smallestNormal)).toEqual([]);
    expect(one.h.at(-1)).toBe(0);
    // Gradients decay on their way back in time: the first steps get exactly zero.
    expect(one.du.slice(0, kind.parts * H).every((value) => value === 0)).toBe(true);
    for (const name of ['h', 'du'] as const) {
      reference[name].forEach((want, i) => {
        const error = Math.abs((one[name][i] ?? NaN) - want);
        if (!(error <= smallestNormal + 1e-4 * Math.abs(want))) expect(one[name][i], `${name} at ${i}`).toBe(want);
      });
    }
  });
});
