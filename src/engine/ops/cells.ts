// Cells made from descriptions, as functions for authors of models: what goes in, an optional start, the result and the states of each step.
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { call } from './call.ts';

type B = GraphBuilder;
type V = ValueId;

/** `y` [B, T, H] is what a step gives, `states` [B, T, k H] the state after it. */
export interface CellResult {
  readonly y: V;
  readonly states: V;
}

type CellKind = 'gilr' | 'gilrElu';

function cell(b: B, kind: CellKind, inputs: readonly V[], start: V | null): CellResult {
  const given = start === null ? inputs : [...inputs, start];
  const [y, states = y] = call(b, kind, given, { initial: start !== null });
  return { y, states };
}

/** GILR from pre-activations u [B, T, 2H] = [g | v]; g keeps the old state. */
export const gilr = (b: B, u: V, h0: V | null, activation: 'tanh' | 'elu'): CellResult =>
  cell(b, activation === 'tanh' ? 'gilr' : 'gilrElu', [u], h0);
