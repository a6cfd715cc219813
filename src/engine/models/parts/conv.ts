// The temporal convolution of a block: depthwise, causal, and optionally mixed across channels.
// Carries the last kernel - 1 inputs, so that a sequence can be cut anywhere.
import { f32, lastOf } from '../../core/tensor.ts';
import { causalConv } from '../../ops/functional.ts';
import { dense } from '../blocks.ts';
import type { ConvPart } from '../layout.ts';
import { lastInputs, ringSlot } from '../ring.ts';
import { schemes } from '../schemes.ts';
import { asSequence, type PartDef } from './part.ts';

export const conv: PartDef<ConvPart> = {
  width: (_, width) => width,
  slots: ({ kernel }, width) => [ringSlot('', kernel - 1, width)],
  build(builder, x, { kernel, mix }, place, flow) {
    const width = lastOf(builder.shape(x));
    const start = schemes[place.layout.start].conv(kernel);
    const weight = builder.parameter('weight', f32(width, kernel), start.weight);
    const bias = builder.parameter('bias', f32(width), start.bias, { decay: false });
    const [context = null] = flow.take(1) ?? [];
    return asSequence(builder, x, flow, (sequence) => {
      const filtered = causalConv(builder, sequence, weight, bias, context);
      const y = mix ? dense(builder, 'pointwise', filtered, width, { bias: true }, place) : filtered;
      flow.keep([lastInputs(builder, sequence, context, kernel - 1)]);
      return y;
    });
  },
};
