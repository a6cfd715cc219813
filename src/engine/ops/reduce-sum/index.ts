// reduceSum: sums (or means) over all rows, over the last extent, or over everything.
import { lastOf, rowsOf, sizeOf } from '../../core/tensor.ts';
import { callOne, shaped } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectCount, expectDType } from '../shape-rule.ts';
import { small } from '../half-rule.ts';
import { defineOp, type Op } from '../op.ts';
import type { SampleRule } from '../../plan/slab/sample-rule.ts';
import { D, P, S, rank } from '../split-rule.ts';
import { sums } from '../tolerance.ts';
import { reduceSumCases } from './cases.ts';
import { reduceSumCpu } from './cpu.ts';
import { rowSumKernel, totalKernel } from './kernel.ts';
import { reduceSumReference } from './reference.ts';
import { summedCount } from './count.ts';
import { reduceSumTfjs } from './tfjs.ts';
import { reduceSumWebgpu } from './webgpu.ts';

const reduceSumRule: SampleRule<OpAttrs['reduceSum']> = ({ inputs }, { over, mean }) => {
  if (over === 'last') return rank(inputs[0]) > 1 ? { inputs: [P], outputs: [S] } : null;
  return mean ? null : { inputs: [P], outputs: [D] };
};

const reduceSum: Op<'reduceSum', { readonly over: 'rows' | 'last' | 'all'; readonly mean: boolean }> = defineOp({
  kind: 'reduceSum',
  meaning:
    "(x) -> sum over all extents but the last [N] ('rows'), over the last [leading extents] ('last'), or all []; mean divides.",
  infer(inputs, { over }) {
    expectCount('reduceSum', inputs, ['x']);
    const [x] = inputs;
    expectDType('reduceSum', 'x', x, 'f32');
    if (over !== 'all' && x.shape.length === 0) {
      throw new Error(`reduceSum: over '${over}' needs at least one extent, got []`);
    }
    if (over === 'rows') return [{ shape: [lastOf(x.shape)], dtype: 'f32' }];
    return [{ shape: over === 'last' ? x.shape.slice(0, -1) : [], dtype: 'f32' }];
  },
  gradient({ builder, inputs: [x], dOutputs: [dy] }, { over, mean }) {
    if (dy === null) return [null];
    const type = builder.type(x);
    const scale = 1 / summedCount(type, over);
    const share = mean ? callOne(builder, 'affine', [dy], { scale, shift: 0 }) : dy;
    if (over !== 'last') {
      const leading = over === 'rows' ? type.shape.slice(0, -1) : type.shape;
      return [callOne(builder, 'broadcast', [share], { leading })];
    }
    const column = shaped(builder, share, [rowsOf(type.shape), 1]);
    const ones = callOne(builder, 'constant', [], { shape: [1, lastOf(type.shape)], value: 1 });
    const spread = callOne(builder, 'matmul', [column, ones], { transA: false, transB: false, bias: false });
    return [shaped(builder, spread, type.shape)];
  },
  flops: ([x]) => sizeOf(x.shape),
  split: reduceSumRule,
  half: small,
  tolerance: sums,
  cases: reduceSumCases,
  reference: reduceSumReference,
  kernels: {
    cpu: { lower: reduceSumCpu, entries: ['columnSum'], rows: [rowSumKernel, totalKernel] },
    webgpu: { lower: reduceSumWebgpu },
    tensorflow: reduceSumTfjs,
  },
});

export const reduceSumOps = { reduceSum };
