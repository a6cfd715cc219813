// broadcast: a tensor repeated in front. The gradient of sums over leading extents.
import { showShape } from '../../core/tensor.ts';
import type { OpDef } from '../../graph/op-def.ts';
import { sumToSuffix } from '../call.ts';
import type { OpAttrs } from '../kinds.ts';
import { expectCount, expectDType } from '../shape-rule.ts';

/** (x) -> [...leading, ...x.shape]. */
export const broadcast: OpDef<OpAttrs['broadcast']> = {
  infer(inputs, { leading }) {
    expectCount('broadcast', inputs, ['x']);
    const [x] = inputs;
    expectDType('broadcast', 'x', x, 'f32');
    if (!leading.every((extent) => Number.isInteger(extent) && extent > 0)) {
      throw new Error(`broadcast: leading must hold positive integers, got ${showShape(leading)}`);
    }
    return [{ shape: [...leading, ...x.shape], dtype: 'f32' }];
  },
  gradient: ({ builder, inputs: [x], dOutputs: [dy] }) =>
    dy === null ? [null] : [sumToSuffix(builder, dy, builder.shape(x))],
  flops: () => 0,
};
