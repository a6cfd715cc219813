// binary: elementwise arithmetic of a and b, where b may be a suffix of a (a row, a scalar) repeated over the rest.
import { showShape, sizeOf } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { callOne, sumToSuffix } from '../call.ts';
import type { BinaryFn, OpAttrs } from '../kinds.ts';
import { expectCount, expectDType } from '../shape-rule.ts';

type Pair = readonly [da: () => ValueId, db: () => ValueId];

const apply = (builder: GraphBuilder, fn: BinaryFn, a: ValueId, b: ValueId): ValueId =>
  callOne(builder, 'binary', [a, b], { fn });

/** dy x. What a sum's gradient repeats over the shape of x is not written out: it multiplies x as it is. */
function scaled(builder: GraphBuilder, dy: ValueId, x: ValueId): ValueId {
  const { producer } = builder.value(dy);
  const node = producer === null ? undefined : builder.nodes[producer];
  const [repeated] = node?.op === 'broadcast' ? node.inputs : [];
  const alike = builder.shape(x).length === builder.shape(dy).length;
  return repeated === undefined || !alike ? apply(builder, 'mul', dy, x) : apply(builder, 'mul', x, repeated);
}

/** y = a fn b: [d/da, d/db] at the shape of a, as functions so that only what is wanted is built. */
function partials(builder: GraphBuilder, fn: BinaryFn, [a, b]: readonly ValueId[], y: ValueId, dy: ValueId): Pair {
  const negative = (x: ValueId) => callOne(builder, 'unary', [x], { fn: 'neg' });
  const aWins = () => {
    const margin = apply(builder, 'sub', a, b);
    return callOne(builder, 'unaryGrad', [margin, dy], { fn: 'relu' });
  };
  switch (fn) {
    case 'add':
      return [() => dy, () => dy];
    case 'sub':
      return [() => dy, () => negative(dy)];
    case 'mul':
      return [() => scaled(builder, dy, b), () => scaled(builder, dy, a)];
    case 'div':
      return [
        () => apply(builder, 'div', dy, b),
        () => negative(apply(builder, 'div', apply(builder, 'mul', dy, y), b)),
      ];
    case 'max':
      return [aWins, () => apply(builder, 'sub', dy, aWins())];
    default:
      return fn satisfies never;
  }
}

/** (a, b) -> a fn b in the shape of a. Where max ties, the whole gradient goes to b. */
export const binary: OpDef<OpAttrs['binary']> = {
  infer(inputs) {
    expectCount('binary', inputs, ['a', 'b']);
    const [a, b] = inputs;
    expectDType('binary', 'a', a, 'f32');
    expectDType('binary', 'b', b, 'f32');
    const suffix = b.shape.length === 0 ? [] : a.shape.slice(-b.shape.length);
    if (b.shape.length > a.shape.length || !b.shape.every((extent, i) => extent === suffix[i])) {
      throw new Error(`binary: b must be ${showShape(a.shape)} or the end of it, got ${showShape(b.shape)}`);
    }
    return [a];
  },
  gradient({ builder, inputs, outputs, dOutputs: [dy], wanted }, { fn }) {
    if (dy === null) return [null, null];
    const [da, db] = partials(builder, fn, inputs, outputs[0], dy);
    return [wanted[0] ? da() : null, wanted[1] ? sumToSuffix(builder, db(), builder.shape(inputs[1])) : null];
  },
  inPlace: [
    [0, 0],
    [0, 1],
  ],
  flops: (_inputs, [y]) => sizeOf(y.shape),
};
