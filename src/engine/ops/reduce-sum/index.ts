// reduceSum: sums (or means) over all rows, over the last extent, or over everything.
import { lastOf, rowsOf, sizeOf, type TensorType } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { callOne, shaped } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectCount, expectDType } from '../shape-rule.ts';

type Attrs = OpAttrs['reduceSum'];

/** How many elements end in one sum. */
export function summedCount(x: TensorType, over: Attrs['over']): number {
  if (over === 'rows') return rowsOf(x.shape);
  return over === 'last' ? lastOf(x.shape) : sizeOf(x.shape);
}

/** (x) -> 'rows': [N], 'last': the leading extents, 'all': []. mean divides by the number of elements summed. */
export const reduceSum: OpDef<Attrs> = {
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
};
