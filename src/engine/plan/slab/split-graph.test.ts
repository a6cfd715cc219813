import { describe, expect, test } from 'vitest';
import { f32, type TensorType } from '../../core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../../graph/builder.ts';
import type { Program, ValueId } from '../../graph/graph.ts';
import type { OpDef, OpTable } from '../../graph/op-def.ts';
import type { LoweringTable } from '../lower-graph.ts';
import { operand, whole, type Lowering } from '../lowering.ts';
import { ENTRY_WORDS } from '../opcodes.shared.ts';
import { planProgram } from '../plan.ts';
import type { SampleRules } from './sample-rule.ts';
import { ADD_PARTIAL, slabOps } from './slab-ops.ts';
import { splitGraph, type SplitGraph } from './split-graph.ts';

const same = ([x]: readonly TensorType[]): readonly TensorType[] => [x ?? f32()];
const flops = (): number => 1;
const plus: OpDef<object> = { infer: same, flops };
const total: OpDef<object> = { infer: ([x]) => [f32(...(x?.shape.slice(1) ?? []))], flops };
const normalise: OpDef<object> = { infer: same, flops, mixesSamples: true };
const store: OpDef<object> = { infer: () => [], flops, mutates: [0] };
const ops: OpTable = { plus, total, normalise, store, ...slabOps };
const piecewise = () => ({ inputs: ['samples', 'shared'], outputs: ['samples'] }) as const;
const rules: SampleRules = {
  plus: piecewise,
  normalise: () => ({ inputs: ['samples'], outputs: ['samples'] }),
  total: () => ({ inputs: ['samples'], outputs: ['sum'] }),
};

const one = (b: GraphBuilder, op: string, ...inputs: ValueId[]): ValueId => b.apply(op, inputs, {})[0] ?? -1;

/** twice = weight + weight; out = what `build` makes of rows x [6, 3] and of it. */
function program(build: (b: GraphBuilder, x: ValueId, twice: ValueId) => ValueId): Program {
  const builder = new ProgramBuilder(ops);
  builder.entry('main', (b) => {
    const x = b.read(builder.variable('x', f32(6, 3), 'input', { samples: true }));
    const weight = b.read(builder.variable('weight', f32(3), 'weight'));
    const result = build(b, x, one(b, 'plus', weight, weight));
    b.apply('store', [b.read(builder.variable('out', b.type(result), 'output')), result], {});
  });
  return builder.finish();
}

const sums = program((b, x, twice) => one(b, 'plus', one(b, 'total', one(b, 'plus', x, twice)), twice));

function split({ entries: [graph], variables }: Program, part = 2): SplitGraph | string {
  if (!graph) throw new Error('test: the program has an entry');
  return splitGraph(graph, graph.nodes, { variables, ops, rules, part });
}

function cut(of: Program): SplitGraph {
  const found = split(of);
  if (typeof found === 'string') throw new Error(found);
  return found;
}

describe('splitGraph', () => {
  test('what all samples share comes before, what needs the sums after, the rest is done for a piece', () => {
    const { before, after, body, batch } = cut(sums);
    expect(batch).toBe(6);
    expect(before.map(({ op }) => op)).toEqual(['plus']);
    expect(body.nodes.map(({ op }) => op)).toEqual(['plus', 'total', ADD_PARTIAL]);
    expect(after.map(({ op }) => op)).toEqual(['plus', 'store']);
  });

  test('values of the body have the extent of a piece; inputs move with it, what is shared does not', () => {
    const { body, bindings, reads, sums: added } = cut(sums);
    expect(body.values.map(({ type }) => type.shape)).toEqual([[2, 3], [3], [2, 3], [3], [3]]);
    const bound = [...bindings.values()];
    expect(bound.map((one) => (one.kind === 'main' ? one.perPiece : `slot ${one.slot}`))).toEqual([24, 0, 'slot 0']);
    expect(reads).toHaveLength(2);
    expect(added).toHaveLength(1);
  });

  test.each([
    [
      'an op that mixes samples',
      (b: GraphBuilder, x: ValueId) => one(b, 'total', one(b, 'normalise', x)),
      /normalise .*has no rule/,
    ],
    [
      'a sum inside a piece',
      (b: GraphBuilder, x: ValueId) => one(b, 'total', one(b, 'plus', x, one(b, 'total', x))),
      /needs a sum/,
    ],
    [
      'a result for each sample',
      (b: GraphBuilder, x: ValueId, w: ValueId) => one(b, 'plus', x, w),
      /needs all samples at once/,
    ],
    ['nothing to add up', (_: GraphBuilder, __: ValueId, w: ValueId) => w, /no batch/],
  ])('refuses %s', (_, build, reason) => {
    expect(split(program(build))).toMatch(reason);
  });
});

test('each thread has the same table in its own memory, and patches move inputs and sums', () => {
  const lower: Lowering<object> = (table) => {
    const out = operand([...table.outputs, ...table.inputs], 0);
    const args = [operand(table.inputs, 0), out];
    table.emit({ kernel: 'any', units: 1, args, reads: table.inputs.map(whole), writes: [whole(out)] });
  };
  const lowerings: LoweringTable = { plus: lower, total: lower, store: lower };
  const kernels = ['any', 'slab', 'columnSum', 'binaryAdd', 'binaryMul', 'binaryMax', 'binaryDiv', 'fill'];
  const opcodes = new Map(kernels.map((name, i) => [name, i + 1]));
  const plan = planProgram(sums, ops, lowerings, {
    threads: 2,
    poison: false,
    opcodes,
    slab: { rules, onlyWorthwhile: false },
  });
  const entry = plan.entries.get('main');
  expect(entry?.schedule).toEqual({ kind: 'slab', part: 1, pieces: 6 });
  const own = plan.table.subarray(((entry?.to ?? 0) - (entry?.from ?? 0)) / 4);
  const [first, second, patches] = [0, 1, 2].map((i) => own.subarray(i * 3 * ENTRY_WORDS, (i + 1) * 3 * ENTRY_WORDS));
  const moved = [...(second ?? [])].map((word, i) => word - (first?.[i] ?? 0)).filter((difference) => difference !== 0);
  expect(new Set(moved)).toEqual(new Set([plan.scratchStride]));
  const x = plan.variables.get('x')?.address;
  expect([...(patches ?? [])].slice(0, 4)).toEqual([16, x, 12, 0]);
  expect([...(patches ?? [])].slice(4).filter((_, i) => i % 4 === 3)).toEqual([64, 64]);
});
