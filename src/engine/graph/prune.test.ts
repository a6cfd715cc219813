// Unused nodes are removed; what is read or written stays, in its order.
import { describe, expect, it } from 'vitest';
import { f32 } from '../core/tensor.ts';
import { add, assign, exp, split, tanh } from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { ProgramBuilder } from './builder.ts';
import { pruneProgram } from './prune.ts';

describe('pruneProgram', () => {
  const program = new ProgramBuilder(opTable);
  const y = program.variable('y', f32(2), 'output');
  program.entry('main', (builder) => {
    const x = builder.read(program.variable('x', f32(4), 'input'));
    const unused = builder.read(program.variable('unused', f32(4), 'input'));
    exp(builder, unused);
    const [first, second] = split(builder, x, 0, [2, 2]);
    tanh(builder, second);
    assign(builder, builder.read(y), add(builder, first, first));
  });
  const pruned = pruneProgram(program.finish(), opTable);

  it('keeps the nodes that lead to a written variable, and all outputs of those', () => {
    const [graph] = pruned.entries;
    expect(graph?.nodes.map(({ op }) => op)).toEqual(['split', 'binary', 'assign']);
    expect(graph?.nodes[0]?.outputs).toHaveLength(2);
  });

  it('numbers values and nodes without gaps and keeps their relations', () => {
    for (const { values, nodes } of pruned.entries) {
      values.forEach((value, i) => expect(value.id).toBe(i));
      nodes.forEach((node, i) => {
        expect(node.id).toBe(i);
        for (const output of node.outputs) expect(values[output]?.producer).toBe(i);
        for (const input of node.inputs) expect(values[input]).toBeDefined();
      });
    }
  });

  it('keeps variables even when nothing reads them, so that memory is as declared', () => {
    expect(pruned.variables.map(({ name }) => name)).toEqual(['y', 'x', 'unused']);
  });

  it('changes nothing the second time', () => {
    expect(pruneProgram(pruned, opTable)).toEqual(pruned);
  });
});
