import { describe, expect, test } from 'vitest';
import { f32, type TensorType } from '../core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import type { OpDef, OpTable } from '../graph/op-def.ts';
import { liveness } from './liveness.ts';
import type { LoweringTable } from './lower-graph.ts';
import { operand, real, whole, type Lowering, type Place } from './lowering.ts';
import { encodeEntry } from './op-table.ts';
import { ENTRY_WORDS } from './opcodes.shared.ts';
import { PAGE_BYTES, planProgram } from './plan.ts';

const same = (inputs: readonly TensorType[]): readonly TensorType[] => inputs.slice(0, 1);
const flops = (): number => 1;
const copy: OpDef<object> = { infer: same, flops };
const inPlace: OpDef<object> = { infer: same, flops, inPlace: [[0, 0]] };
const view: OpDef<object> = { infer: ([x]) => [f32(x.shape.reduce((a, b) => a * b, 1))], flops, view: true };
const store: OpDef<object> = { infer: () => [], flops, mutates: [0] };
const ops: OpTable = { copy, inPlace, view, store };

const lower: Lowering<object> = (table) => {
  table.workspace(100);
  table.scratch(10);
  table.emit({
    kernel: 'any',
    units: 4,
    args: [],
    reads: table.inputs.map(whole),
    writes: table.outputs.length > 0 ? table.outputs.map(whole) : [whole(operand(table.inputs, 0))],
  });
};
const opcodes = new Map([
  ['any', 9],
  ['fill', 1],
]);

const lowerings: LoweringTable = { copy: lower, inPlace: lower, view: () => undefined, store: lower };

const one = (b: GraphBuilder, op: string, ...inputs: ValueId[]): ValueId => b.apply(op, inputs, {})[0];

function chain(): { program: ProgramBuilder; values: Record<string, ValueId> } {
  const program = new ProgramBuilder(ops);
  const values = program.entry('main', (b) => {
    const weight = b.read(program.variable('weight', f32(10, 10), 'weight'));
    const out = b.read(program.variable('out', f32(100), 'output'));
    const first = one(b, 'copy', weight);
    const second = one(b, 'inPlace', first);
    const flat = one(b, 'view', second);
    const third = one(b, 'inPlace', flat);
    const kept = one(b, 'inPlace', third);
    b.apply('store', [out, kept], {});
    b.apply('store', [out, third], {});
    const unused = one(b, 'copy', weight);
    const gradient = one(b, 'copy', weight);
    b.apply('store', [weight, gradient], {});
    return { first, second, flat, third, kept, unused, gradient };
  });
  return { program, values };
}

describe('liveness', () => {
  const { program, values } = chain();
  const finished = program.finish();
  const live = liveness(finished.entries[0], finished.variables, ops);
  const storage = (name: string) => live.storageOf.get(values[name]);

  test('results take over the bytes of inputs that die, views always, and live inputs keep theirs', () => {
    expect(storage('second')).toBe(storage('first'));
    expect(storage('flat')).toBe(storage('first'));
    expect(storage('third')).toBe(storage('first'));
    expect(storage('kept')).not.toBe(storage('third'));
  });

  test('variables are never overwritten in place, unused nodes are dropped, weight gradients are known', () => {
    expect(storage('first')?.variable).toBe(null);
    expect(storage('unused')).toBe(undefined);
    expect(storage('gradient')?.gradient).toBe(true);
    expect(storage('kept')?.gradient).toBe(false);
  });
});

describe('planProgram', () => {
  const { program } = chain();
  const plan = planProgram(program.finish(), ops, lowerings, { threads: 2, poison: false, opcodes });

  test('the report adds up to whole pages, exactly', () => {
    const { total, ...lines } = plan.report;
    expect(Object.values(lines).reduce((a, b) => a + b, 0)).toBe(total);
    expect(total % PAGE_BYTES).toBe(0);
    expect(plan.report.weights).toBe(400);
    expect(plan.report.gradients).toBe(448);
    expect(plan.report.workspace).toBe(128 + 2 * 64);
  });

  test('places are apart, aligned and inside', () => {
    const weight = plan.variables.get('weight')?.address ?? NaN;
    const out = plan.variables.get('out')?.address ?? NaN;
    expect(weight % 64).toBe(0);
    expect(weight).toBeGreaterThanOrEqual(plan.tableAddress + plan.table.byteLength);
    expect(Math.abs(weight - out)).toBeGreaterThanOrEqual(400);
    expect(plan.scratchAddress + 2 * plan.scratchStride).toBeLessThanOrEqual(plan.report.total);
  });

  test('poison adds fills of fresh outputs and workspace only', () => {
    const poisoned = planProgram(program.finish(), ops, lowerings, { threads: 2, poison: true, opcodes });
    const added = (poisoned.table.length - plan.table.length) / ENTRY_WORDS;
    expect(added).toBe(8 + 3);
  });

  test('an op without a kernel is named', () => {
    expect(() => planProgram(program.finish(), ops, {}, { threads: 1, poison: false, opcodes })).toThrow(
      /no kernel for op copy/,
    );
  });
});

test('an entry holds opcode, units, barrier flag and arguments as 32-bit words', () => {
  const table = new Int32Array(2 * ENTRY_WORDS);
  const args = [7, real(1.5), { value: null, offset: 64 }, null];
  const words = { address: ({ offset }: Place) => 4096 + offset, opcodes: new Map([['third', 3]]) };
  encodeEntry(table, 1, { kernel: 'third', units: 5, args, reads: [], writes: [] }, true, words);
  expect([...table.subarray(ENTRY_WORDS, ENTRY_WORDS + 8)]).toEqual([3, 5, 1, 0, 7, 0x3fc00000, 4160, 0]);
  const many = { kernel: 'third', units: 5, args: Array<number>(29).fill(0), reads: [], writes: [] };
  expect(() => encodeEntry(table, 0, many, false, words)).toThrow(/28 arguments, got 29/);
});
