// A layer of H complex numbers that turn and fade at fixed rates, shared by all channels, between two matrices: what LRU and S5 compute. They differ in
// how its numbers follow from their weights.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { fixedComplexScan } from '../ops/cells.ts';
import { add, concat, linear, mul } from '../ops/functional.ts';
import { asStart, asState, type Complex, complexSlot, turned } from './complex-state.ts';
import { loopOverTime } from './loop.ts';
import type { MixerConfig, MixerOutput, ModelDef } from './model.ts';

/** The factor of a step, [H] each, and the matrices. */
export interface ComplexLayer extends Complex {
  /** What an input adds, as rows real | imaginary [2H, D]. */
  readonly into: ValueId;
  /** The real part of what is read, as columns [D, 2H]. */
  readonly out: ValueId;
  readonly skip: ValueId;
}

/** Re(C h) + D x of states real | imaginary [..., 2H]. */
const read = (builder: GraphBuilder, h: ValueId, x: ValueId, { out, skip }: ComplexLayer): ValueId =>
  add(builder, linear(builder, h, out), mul(builder, x, skip));

/** x [B, T, D] -> y [B, T, D]. */
function layerOverTime(
  builder: GraphBuilder,
  x: ValueId,
  given: readonly ValueId[] | null,
  layer: ComplexLayer,
): MixerOutput {
  const { y: h, final } = fixedComplexScan(builder, linear(builder, x, layer.into), layer, asStart(builder, given)); // [B, T, 2H]
  return { y: read(builder, h, x, layer), state: final.map((one) => asState(builder, one)) };
}

/** x [B, D] and the carried state [B, 2, H] -> y [B, D]. */
function layerStep(builder: GraphBuilder, x: ValueId, h: ValueId, layer: ComplexLayer): MixerOutput {
  const { re, im } = turned(builder, h, layer);
  const next = add(builder, concat(builder, [re, im], 1), linear(builder, x, layer.into)); // [B, 2H]
  return { y: read(builder, next, x, layer), state: [asState(builder, next)] };
}

/** Both forms of a model that is such a layer. */
export function complexModel(
  title: string,
  layerOf: (builder: GraphBuilder, config: MixerConfig) => ComplexLayer,
): Pick<ModelDef, 'state' | 'outputs' | 'parallel' | 'step'> {
  const state: ModelDef['state'] = ({ hidden }) => [complexSlot(hidden)];
  const step: ModelDef['step'] = (builder, x, [h], config) => {
    if (h === undefined) throw new Error(`${title}: step needs the carried state h [B, 2, H], got none`);
    return layerStep(builder, x, h, layerOf(builder, config));
  };
  const parallel: ModelDef['parallel'] = (builder, x, given, config) =>
    config.implementation === 'loop'
      ? loopOverTime(builder, { state, step }, x, given, config)
      : layerOverTime(builder, x, given, layerOf(builder, config));
  return { state, outputs: ({ width }) => [{ name: 'y', width }], parallel, step };
}
