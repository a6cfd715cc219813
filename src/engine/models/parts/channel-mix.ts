// RWKV-4's second half of a block (Peng et al. 2023, arXiv 2305.13048; BlinkDL/RWKV-LM RWKV-v4 model.py): an MLP with a gate, whose inputs
// are mixtures of the current and the previous position. Carries the latter.
import { f32, lastOf } from '../../core/tensor.ts';
import type { GraphBuilder } from '../../graph/builder.ts';
import type { ValueId } from '../../graph/graph.ts';
import { add, mul, oneMinus, gatedBy } from '../../ops/functional.ts';
import { activate } from '../activate.ts';
import { dense } from '../blocks.ts';
import { initialiser } from '../initialisers/registry.ts';
import type { ChannelMixPart } from '../layout.ts';
import { lastInputs, oneLater, ringSlot } from '../ring.ts';
import { asSequence, type PartDef, type Place } from './part.ts';

function mixture(
  builder: GraphBuilder,
  name: string,
  x: ValueId,
  before: ValueId | null,
  { layer, layers }: Place,
): ValueId {
  if (before === null) return x;
  const width = lastOf(builder.shape(x));
  const start = initialiser('rwkv-mix', { width, layer, layers, raise: 0, power: 1 });
  const share = builder.parameter(name, f32(width), start, { decay: false });
  return add(builder, mul(builder, x, share), mul(builder, before, oneMinus(builder, share)));
}

export const channelMix: PartDef<ChannelMixPart> = {
  width: (_, width) => width,
  slots: ({ shift }, width) => (shift === false ? [] : [ringSlot('', 1, width)]),
  build(builder, x, { multiple, shift }, place, flow) {
    const width = lastOf(builder.shape(x));
    const inner = Math.max(1, Math.round(multiple * width));
    const [context = null] = shift === false ? [] : (flow.take(1) ?? []);
    const bare = { bias: false };
    return asSequence(builder, x, flow, (sequence) => {
      const before = shift === false ? null : oneLater(builder, sequence, context);
      const key = dense(builder, 'key', mixture(builder, 'mixKey', sequence, before, place), inner, bare, place);
      const gate = dense(
        builder,
        'gate',
        mixture(builder, 'mixGate', sequence, before, place),
        width,
        { ...bare, end: true },
        place,
      );
      const value = dense(builder, 'value', activate(builder, 'relu2', key), width, { ...bare, end: true }, place);
      if (before !== null) flow.keep([lastInputs(builder, sequence, context, 1)]);
      return gatedBy(builder, 'sigmoid', value, gate);
    });
  },
};
