// binary: elementwise arithmetic of a and b, where b may be a suffix of a (a row, a scalar) repeated over the rest.
import { showShape, sizeOf } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { callOne, sumToSuffix } from '../call.ts';
import type { BinaryFn, OpAttrs } from '../kinds.ts';
import { expectCount, expectDType } from '../shape-rule.ts';
import { mapCpu, mapTfjs } from '../../kernel/emit/map-devices.ts';
import { mapElement, mapWebgpu } from '../../kernel/emit/map-wgsl.ts';
import { moved } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import type { SampleRule } from '../../plan/slab/sample-rule.ts';
import { D, P, S, W, rank } from '../split-rule.ts';
import { quotients, rounding } from '../tolerance.ts';
import { binaryCases } from './cases.ts';
import { binaryKernels, binaryMap } from './kernel.ts';
import { binaryReference } from './reference.ts';

type Pair = readonly [da: () => ValueId, db: () => ValueId];

const apply = (builder: GraphBuilder, fn: BinaryFn, a: ValueId, b: ValueId): ValueId =>
  callOne(builder, 'binary', [a, b], { fn });

/** dy x. A gradient that is broadcast over the shape of x is not materialised: it multiplies x directly. */
function scaled(builder: GraphBuilder, dy: ValueId, x: ValueId): ValueId {
  const { producer } = builder.value(dy);
  const node = producer === null ? undefined : builder.nodes[producer];
  const [repeated] = node?.op === 'broadcast' ? node.inputs : [];
  const alike = builder.shape(x).length === builder.shape(dy).length;
  return repeated === undefined || !alike ? apply(builder, 'mul', dy, x) : apply(builder, 'mul', x, repeated);
}

/** y = a fn b: [d/da, d/db] at the shape of a, as functions, so that only what is needed is built. */
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

/** Sums of two sums add up; a suffix b is the same for all pieces. */
const binaryRule: SampleRule<OpAttrs['binary']> = ({ inputs, sums }, { fn }) => {
  const [a, b] = inputs;
  if (sums[0] === true && sums[1] === true && rank(a) === rank(b)) {
    return fn === 'add' || fn === 'sub' ? { inputs: [], outputs: [D] } : null;
  }
  return { inputs: [P, rank(a) === rank(b) ? P : W], outputs: [S] };
};

const binary: Op<'binary', { readonly fn: BinaryFn }> = defineOp({
  kind: 'binary',
  meaning: '(a, b) -> a fn b, shape of a. b has the shape of a or a suffix of it (a row, a scalar).',
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
  split: binaryRule,
  half: moved,
  tolerance: rounding,
  halfTolerance: quotients,
  cases: binaryCases,
  reference: binaryReference,
  kernels: {
    cpu: { lower: mapCpu(binaryMap), maps: binaryKernels },
    webgpu: { lower: mapWebgpu(binaryMap), element: mapElement(binaryMap) },
    tensorflow: mapTfjs(binaryMap),
  },
});

export const binaryOps = { binary };
