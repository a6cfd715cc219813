// The self-check of a freshly built native library, run in a process of its own: node native-check.ts <library>. A small program with a
// product, a scan, an exponential and a recurrence on two threads must agree with plain arithmetic in float64. Exits with 0, or reports what differed.
import { f32, sizeOf } from '../../core/tensor.ts';
import { ProgramBuilder } from '../../graph/builder.ts';
import type { Program } from '../../graph/graph.ts';
import * as ops from '../../ops/functional.ts';
import { opTable } from '../../ops/registry.ts';
import { compileNative } from './index.ts';
import { loadNative } from './native-module.ts';

// Sizes that are no multiple of a vector or a tile.
const [M, K, N, T] = [37, 45, 51, 29];
const tolerance = 1e-4;

/** Numbers between -0.5 and 0.5 that look like noise. */
const noise = (seed: number) => (_: unknown, i: number) => ((((i + seed) * 7919) % 1009) / 1009 - 0.5) * 0.9;

function checkProgram(): Program {
  const program = new ProgramBuilder(opTable);
  const variable = (name: string, ...shape: number[]) => program.variable(name, f32(...shape), 'input');
  const [a, b, c] = [variable('a', M, K), variable('b', N, K), variable('c', M, N)];
  const [x, h, e] = [variable('x', 1, T, N), variable('h', 1, T, N), variable('e', M, K)];
  program.entry('check', (s) => {
    ops.assign(s, s.read(c), ops.matmul(s, s.read(a), s.read(b), { transB: true }));
    ops.assign(s, s.read(h), ops.linearScan(s, s.read(x), s.read(x)).y);
    ops.assign(s, s.read(e), ops.exp(s, s.read(a)));
  });
  return program.finish();
}

function expectedOf(a: ArrayLike<number>, b: ArrayLike<number>, x: ArrayLike<number>): Record<string, number[]> {
  const at = (data: ArrayLike<number>, i: number): number => data[i] ?? 0;
  const c = Array.from({ length: M * N }, (_, i) => {
    let sum = 0;
    for (let k = 0; k < K; k++) sum += at(a, Math.floor(i / N) * K + k) * at(b, (i % N) * K + k);
    return sum;
  });
  const h: number[] = [];
  for (let i = 0; i < T * N; i++) h.push(at(x, i) * (h[i - N] ?? 0) + at(x, i));
  return { c, h, e: Array.from(a, Math.exp) };
}

async function check(path: string): Promise<void> {
  const executable = compileNative(checkProgram(), { threads: 2 }, loadNative(path, 'checked'));
  const input = (name: string, seed: number): number[] => {
    const data = Array.from({ length: sizeOf(executable.typeOf(name).shape) }, noise(seed)).map(Math.fround);
    executable.write(name, data);
    return data;
  };
  const expected = expectedOf(input('a', 1), input('b', 2), input('x', 3));
  executable.run('check');
  for (const [name, values] of Object.entries(expected)) {
    const found = await executable.read(name);
    values.forEach((value, i) => {
      const got = found[i] ?? NaN;
      if (Math.abs(got - value) <= tolerance) return;
      throw new Error(`native check: ${name}[${i}] is ${value}, got ${got}`);
    });
  }
  await executable.dispose();
}

await check(process.argv[2] ?? '');
