import { describe, expect, test } from 'vitest';
import { f32 } from '../core/tensor.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import * as ops from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { liveness } from './liveness.ts';
import { writeThrough } from './write-through.ts';

type Make = (b: GraphBuilder, read: (name: string) => ValueId) => void;

/** Ops that are left of an entry over the variables a, x and y, and how many storages the plan has to place. */
function left(make: Make): { ops: readonly string[]; places: number } {
  const program = new ProgramBuilder(opTable);
  program.entry('step', (b) => make(b, (name) => b.read(program.variable(name, f32(4, 4), 'state'))));
  const { entries, variables } = program.finish();
  const graph = entries[0];
  if (!graph) throw new Error('test: no entry');
  const live = writeThrough(graph, liveness(graph, variables, opTable), opTable);
  const places = live.storages.filter(({ variable }) => variable === null).length;
  return { ops: live.nodes.map(({ op }) => op), places };
}

describe('writeThrough', () => {
  test('a result that a variable copies last is made in the variable', () => {
    const found = left((b, read) => ops.assign(b, read('x'), ops.matmul(b, read('a'), read('a'))));
    expect(found).toEqual({ ops: ['matmul'], places: 0 });
  });

  test('results that share their bytes move together', () => {
    const found = left((b, read) => {
      const product = ops.matmul(b, read('a'), read('a'));
      ops.assign(b, read('x'), ops.reshape(b, ops.add(b, product, read('a')), [4, 4]));
    });
    expect(found).toEqual({ ops: ['matmul', 'binary', 'reshape'], places: 0 });
  });

  test('the old value of the variable is still wanted: the copy stays', () => {
    const during = left((b, read) => {
      const product = ops.matmul(b, read('x'), read('a'));
      ops.assign(b, read('x'), product);
    });
    expect(during).toEqual({ ops: ['matmul', 'assign'], places: 1 });
    const between = left((b, read) => {
      const product = ops.matmul(b, read('a'), read('a'));
      ops.assign(b, read('y'), ops.mul(b, read('x'), read('a')));
      ops.assign(b, read('x'), product);
    });
    expect(between.ops).toEqual(['matmul', 'binary', 'assign']);
  });

  test('a result may be read after the copy, and goes to a second variable by a copy', () => {
    const later = left((b, read) => {
      const product = ops.matmul(b, read('a'), read('a'));
      ops.assign(b, read('x'), product);
      ops.assign(b, read('y'), ops.matmul(b, product, product));
    });
    expect(later).toEqual({ ops: ['matmul', 'matmul'], places: 0 });
    const both = left((b, read) => {
      const product = ops.matmul(b, read('a'), read('a'));
      ops.assign(b, read('x'), product);
      ops.assign(b, read('y'), product);
    });
    expect(both).toEqual({ ops: ['matmul', 'assign'], places: 0 });
  });

  test('a variable that changes again while its first result is read keeps the results apart', () => {
    const found = left((b, read) => {
      const first = ops.matmul(b, read('a'), read('a'));
      ops.assign(b, read('x'), first);
      const second = ops.matmul(b, read('a'), read('y'));
      const both = ops.matmul(b, first, second);
      ops.assign(b, read('x'), second);
      ops.assign(b, read('y'), both);
    });
    expect(found).toEqual({ ops: ['matmul', 'matmul', 'matmul', 'assign'], places: 1 });
  });

  test('a result that is overwritten in its place after the copy is copied', () => {
    const found = left((b, read) => {
      const product = ops.matmul(b, read('a'), read('a'));
      ops.assign(b, read('x'), product);
      ops.assign(b, read('y'), ops.add(b, product, read('a')));
    });
    expect(found.ops).toEqual(['matmul', 'assign', 'binary']);
  });

  test('a variable is copied into another as it is', () => {
    expect(left((b, read) => ops.assign(b, read('x'), read('a'))).ops).toEqual(['assign']);
  });
});
