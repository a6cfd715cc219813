// What the implementation of a run tells of every step, of several layers the largest value. Names no model: names and titles are its own.
import type { GraphBuilder } from '../graph/builder.ts';
import type { Program, ValueId } from '../graph/graph.ts';
import type { ModelMetric } from '../models/model.ts';
import { add, affine, assign, max } from '../ops/functional.ts';
import type { RunSetup } from './setup.ts';

/** Declared by the implementation; [] for most. */
const toldMetrics = ({ stack }: Pick<RunSetup, 'stack'>): readonly ModelMetric[] =>
  stack.model.implementations.find(({ id }) => id === stack.implementation)?.tells ?? [];

/** Those that the steps of this program tell: a network may be made of other parts. */
export const toldBy = ({ variables }: Program, setup: Pick<RunSetup, 'stack'>): readonly ModelMetric[] =>
  toldMetrics(setup).filter(({ name }) => variables.some((one) => one.name === name));

/** The larger of two, not a number where one is none: devices disagree about its maximum. */
const larger = (builder: GraphBuilder, a: ValueId, b: ValueId): ValueId =>
  add(builder, max(builder, a, b), affine(builder, add(builder, a, b), 0));

/** Writes of each metric that is told in this entry the largest value of all layers; where batches come in parts, of all parts so far. */
export function writeTold(builder: GraphBuilder, setup: Pick<RunSetup, 'stack'>, of: 'whole' | 'part'): void {
  for (const { name } of toldMetrics(setup)) {
    const [first, ...others] = builder.toldOf(name);
    if (first === undefined) continue;
    const here = others.reduce((most, one) => larger(builder, most, one), first);
    const place = builder.read(builder.program.variable(name, builder.type(here), 'output'));
    assign(builder, place, of === 'part' ? larger(builder, place, here) : here);
  }
}
