// Every recurrence over time gives { y, final }: two chunks joined by `final` are one pass, in results and in all gradients, on every device, and a
// final state that nobody reads costs nothing.
import { describe, expect, test } from 'vitest';
import { RandomStream } from '../core/philox.ts';
import { english } from '../core/say.ts';
import { f32, sizeOf, type Shape } from '../core/tensor.ts';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import { deviceKinds, loadDevice } from '../device/registry.ts';
import { referenceDevice } from '../device/reference/index.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId } from '../graph/graph.ts';
import { pruneProgram } from '../graph/prune.ts';
import * as ops from '../ops/functional.ts';
import { opTable, records } from '../ops/registry.ts';
import { compare, failures, largest, type Comparison } from './compare.ts';
import { batch, cut, H, type Scan, scans, time } from './scan-forms.ts';

type B = GraphBuilder;
type V = ValueId;

/** The inputs of a scan by name, with their shapes. */
const inputsOf = (
  { sequences, states, weights = [] }: Scan,
  starts: boolean,
): readonly (readonly [string, Shape])[] => [
  ...sequences.map((wide, i) => [`sequence${i}`, [batch, time, wide * H]] as const),
  ...weights.map((shape, i) => [`weight${i}`, shape] as const),
  ...(starts ? states.map((wide, i) => [`start${i}`, [batch, wide * H]] as const) : []),
];

/** One pass over all steps, or two. */
function run(b: B, scan: Scan, way: 'whole' | 'parts', of: (kind: string) => readonly V[]): ops.ScanResult {
  const [sequences, weights, start] = [of('sequence'), of('weight'), of('start')];
  const given = start.length > 0 ? start : null;
  if (way === 'whole') return scan.build(b, sequences, weights, given);
  const halves = sequences.map((one) => ops.split(b, one, 1, [cut, time - cut]));
  const before = scan.build(
    b,
    halves.map(([first]) => first),
    weights,
    given,
  );
  const after = scan.build(
    b,
    halves.map(([, second]) => second),
    weights,
    scan === scans['log-space scan'] ? before.final.map((one) => ops.log(b, one)) : before.final,
  );
  return { y: ops.concat(b, [before.y, after.y], 1), final: after.final };
}

/** Entries `whole` and `parts` with a loss of y and of the final states, `ends` with a loss of these alone: results and gradients as variables. */
function programOf(scan: Scan, starts: boolean): Program {
  const program = new ProgramBuilder(opTable);
  const store = (b: B, name: string, value: V): void =>
    ops.assign(b, b.read(program.variable(name, b.type(value), 'output')), value);
  for (const entry of ['whole', 'parts', 'ends'] as const) {
    program.entry(entry, (b) => {
      const inputs = inputsOf(scan, starts).map(([name, shape]) => ({
        name,
        value: b.read(program.variable(name, f32(...shape), 'input')),
      }));
      const of = (kind: string): V[] => inputs.filter(({ name }) => name.startsWith(kind)).map(({ value }) => value);
      const { y, final } = run(b, scan, entry === 'parts' ? 'parts' : 'whole', of);
      const mixed = (name: string, value: V): V =>
        ops.reduceSum(b, ops.mul(b, value, b.read(program.variable(`mix/${name}`, b.type(value), 'input'))), 'all');
      const ends = final.map((one, i) => mixed(`final${i}`, one));
      const parts = entry === 'ends' ? ends : [mixed('y', y), ...ends];
      const loss = parts.reduce((sum, part) => ops.add(b, sum, part));
      const found = gradients(
        b,
        loss,
        inputs.map(({ value }) => value),
      );
      store(b, `${entry}/loss`, loss);
      store(b, `${entry}/y`, y);
      final.forEach((one, i) => store(b, `${entry}/final${i}`, one));
      inputs.forEach(({ name, value }, i) =>
        store(b, `${entry}/d ${name}`, found[i] ?? ops.constant(b, b.shape(value), 0)),
      );
    });
  }
  return program.finish();
}

type Results = ReadonlyMap<string, ArrayLike<number>>;

function write(executable: Executable, program: Program): void {
  for (const { name, type, role } of program.variables) {
    if (role !== 'input') continue;
    const stream = new RandomStream(5, name);
    const values = Float64Array.from({ length: sizeOf(type.shape) }, () => Math.fround(0.5 * stream.normal()));
    executable.write(name, values);
  }
}

async function resultsOn(device: Device, program: Program, options: CompileOptions): Promise<Results> {
  const executable = await device.compile(program, options);
  write(executable, program);
  for (const { name } of program.entries) executable.run(name);
  const results = new Map<string, ArrayLike<number>>();
  for (const { name, role } of program.variables) if (role === 'output') results.set(name, await executable.read(name));
  await executable.dispose();
  return results;
}

/** Every result of an entry against the same of `want`'s entry; a loss is a sum of many numbers around 1, however small it is. */
const compared = (got: Results, entry: string, want: Results, of: string, allowed: number): Comparison[] =>
  [...want].flatMap(([name, values]) => {
    if (!name.startsWith(`${of}/`)) return [];
    const same = name.replace(of, entry);
    const scale = largest(values);
    return [compare(same, got.get(same) ?? [], values, allowed, name.endsWith('loss') ? Math.max(1, scale) : scale)];
  });

const cases = Object.entries(scans).flatMap(([name, scan]) =>
  [false, true].map((starts) => [starts ? `${name} from a state` : name, scan, starts] as const),
);

/** Without a start each op has its own cases. */
const fromState = cases.filter(([, , starts]) => starts);

describe('float64', () => {
  test.each(cases)('%s: two chunks are one pass, gradients included', async (_, scan, starts) => {
    const found = await resultsOn(referenceDevice, programOf(scan, starts), { threads: 1, poison: true });
    expect(failures(compared(found, 'parts', found, 'whole', 1e-12))).toEqual([]);
    expect(failures(compared(found, 'ends', found, 'whole', 0)).some((line) => line.startsWith('ends/y'))).toBe(false);
  });

  test.each(cases)('%s: the gradient through the final state equals differences', async (_, scan, starts) => {
    const program = programOf(scan, starts);
    const executable = await referenceDevice.compile(program, { threads: 1, poison: true });
    write(executable, program);
    for (const [name, shape] of inputsOf(scan, starts)) {
      executable.run('ends');
      const [at, gradient] = [await executable.read(name), await executable.read(`ends/d ${name}`)];
      const stream = new RandomStream(9, name);
      const direction = Float64Array.from({ length: sizeOf(shape) }, () => stream.normal());
      const lossAt = async (distance: number): Promise<number> => {
        executable.write(
          name,
          Float64Array.from(at, (value, i) => value + distance * (direction[i] ?? NaN)),
        );
        executable.run('ends');
        return (await executable.read('ends/loss'))[0] ?? NaN;
      };
      const numeric = ((await lossAt(1e-5)) - (await lossAt(-1e-5))) / 2e-5;
      executable.write(name, at);
      const along = direction.reduce((sum, part, i) => sum + part * (gradient[i] ?? NaN), 0);
      expect(Math.abs(along - numeric), name).toBeLessThan(1e-7 * Math.max(1, Math.abs(numeric)));
    }
    await executable.dispose();
  });
});

const others = await Promise.all(
  deviceKinds
    .filter((kind) => kind !== referenceDevice.kind)
    .map(async (kind) => {
      const device = await loadDevice(kind);
      const { missing, modules } = await device.capabilities();
      const skipped = missing === null ? '' : ` (skipped: ${english(missing)})`;
      const ready = modules.filter(({ state }) => state === 'ready').map(({ name }) => name);
      return { title: `${kind}${skipped}`, device, missing, modules: modules.length === 0 ? [undefined] : ready };
    }),
);

describe.each(others)('$title', ({ device, missing, modules }) => {
  test.skipIf(missing !== null).each(fromState)('%s, whole and in chunks', async (_, scan, starts) => {
    const program = programOf(scan, starts);
    const want = await resultsOn(referenceDevice, program, { threads: 1 });
    for (const module of modules) {
      const got = await resultsOn(device, program, {
        threads: 2,
        poison: module !== undefined,
        ...(module && { module }),
      });
      const all = ['whole', 'parts'].flatMap((entry) => compared(got, entry, want, 'whole', 1e-5));
      expect(failures([...all, ...compared(got, 'ends', want, 'ends', 1e-5)])).toEqual([]);
    }
  });
});

test('every op that takes a start is here, and what is not read is not in the graph', () => {
  const takingStart = Object.entries(records).filter(([, { cases: made }]) =>
    made?.().some(({ attrs }) => 'initial' in attrs),
  );
  expect(Object.keys(scans)).toEqual(expect.arrayContaining(takingStart.map(([kind]) => kind)));
  for (const scan of Object.values(scans)) {
    const program = new ProgramBuilder(opTable);
    program.entry('run', (b) => {
      const inputs = inputsOf(scan, true).map(([name, shape]) =>
        b.read(program.variable(name, f32(...shape), 'input')),
      );
      const [count, weights] = [scan.sequences.length, scan.weights?.length ?? 0];
      const sequences = inputs.slice(0, count);
      const { y } = scan.build(b, sequences, inputs.slice(count, count + weights), inputs.slice(count + weights));
      ops.assign(b, b.read(program.variable('y', b.type(y), 'output')), y);
    });
    const whole = program.finish();
    const slices = (one: Program): number =>
      one.entries[0]?.nodes.filter(({ op, attrs }) => op === 'slice' && 'length' in attrs && attrs.length === 1)
        .length ?? 0;
    expect(slices(whole)).toBeGreaterThanOrEqual(scan.ends === true ? 0 : scan.states.length);
    expect(slices(pruneProgram(whole, opTable))).toBe(0);
  }
});

test('a sum that runs backwards ends at the first position', async () => {
  const program = new ProgramBuilder(opTable);
  program.entry('run', (b) => {
    const x = b.read(program.variable('x', f32(1, 3, 1), 'input'));
    for (const reverse of [false, true]) {
      const { final } = ops.cumulativeSum(b, x, reverse);
      ops.assign(b, b.read(program.variable(`total ${reverse}`, f32(1, 1), 'output')), final[0]);
    }
    const [last] = ops.logCumulativeSumExp(b, x).final;
    ops.assign(b, b.read(program.variable('log', f32(1, 1), 'output')), last);
  });
  const executable = await referenceDevice.compile(program.finish(), { threads: 1, poison: true });
  executable.write('x', [1, 2, 4]);
  executable.run('run');
  expect([...(await executable.read('total false')), ...(await executable.read('total true'))]).toEqual([7, 7]);
  expect((await executable.read('log'))[0]).toBeCloseTo(Math.log(Math.E + Math.E ** 2 + Math.E ** 4), 12);
});
