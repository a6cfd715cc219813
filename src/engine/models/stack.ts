// The network around a mixer: embedding, blocks of parts, final norm, heads, all as the layout of the run says (layout.ts). Parallel over time
// and one step use the same parameters. Independent of models: a mixer is anything that implements ModelDef.
import { itemAt } from '../core/item.ts';
import { asIs, label, type Message, say } from '../core/say.ts';
import type { GraphBuilder } from '../graph/builder.ts';
import type { ValueId } from '../graph/graph.ts';
import { add } from '../ops/functional.ts';
import type { FieldValues } from '../spec/fields.ts';
import { dropped, norm, type Mode } from './blocks.ts';
import { embed, embeddingSlots, embeddingStart, type StackInput } from './embedding.ts';
import { answer, type HeadSpec } from './heads.ts';
import { partsOf, type Layout, type Row } from './layout.ts';
import type { ModelDef, StateSlot } from './model.ts';
import { chain, chainSlots } from './parts/chain.ts';
import { mixerConfig, modelOf } from './parts/mixer.ts';
import type { Flow, Place } from './parts/part.ts';
import { layoutOf } from './presets/registry.ts';
import { readStack, type StackValues } from './stack-fields.ts';
import { startState } from './start.ts';

export type { StackInput } from './embedding.ts';

export interface StackConfig {
  readonly model: ModelDef;
  readonly implementation: string;
  /** Fields of the stack and of the model together, complete. */
  readonly values: FieldValues;
  readonly inputs: readonly StackInput[];
  /** The first is what training makes better. */
  readonly heads: readonly HeadSpec[];
  /** Longest sequence that is trained or evaluated. */
  readonly longest: number;
  /** For steps that write text: models may carry other states then (Writing in model.ts). */
  readonly writing?: boolean;
}

export interface StackOutput {
  /** Of the first head: [B, T, outputs] from `stackParallel`, or [B, outputs] where it answers once; [B, outputs] from `stackStep`. */
  readonly y: ValueId;
  /** Of all heads. */
  readonly answers: readonly ValueId[];
  /** State after the last step, in the order of `stackState`. */
  readonly state: readonly ValueId[];
}

/** H = floor(d expansion), at least 1. */
export const hiddenOf = (values: StackValues): number => Math.max(1, Math.floor(values.d * values.expansion));

function layoutFor({ values }: StackConfig): Layout {
  const found = layoutOf(values);
  if ('problem' in found) throw new Error('stack: the layout must have been checked before');
  return found.layout;
}

/** Runs stored before the setting existed do not. */
export const readsBothWays = ({ values }: Pick<StackConfig, 'values'>): boolean => values['bidirectional'] === true;

const placeOf = (config: StackConfig, layout: Layout, layer: number): Place => ({
  layout,
  layer,
  layers: readStack(config.values).layers,
  longest: config.longest,
  model: config.model,
  implementation: config.implementation,
  values: config.values,
  writing: config.writing ?? false,
  bidirectional: readsBothWays(config),
});

interface Level {
  readonly place: Place;
  readonly rows: readonly (readonly [scope: string, row: Row])[];
}

/** Every layer with its rows, each under the name of its first part. */
function levelsOf(config: StackConfig, layout: Layout): readonly Level[] {
  return Array.from({ length: readStack(config.values).layers }, (_, layer) => {
    const block = layout.blocks[layer % layout.blocks.length] ?? [];
    const seen = new Map<string, number>();
    const rows = block.map((row) => {
      const kind = row.parts[0]?.part ?? 'row';
      const count = (seen.get(kind) ?? 0) + 1;
      seen.set(kind, count);
      return [count === 1 ? kind : `${kind}${count}`, row] as const;
    });
    return { place: placeOf(config, layout, layer), rows };
  });
}

/** Problems of the combined settings as a message; null when fine. */
export function refuseStack(config: StackConfig): Message | null {
  const { model, implementation, values } = config;
  if (!model.implementations.some((one) => one.id === implementation)) {
    const known = model.implementations.map((one) => one.id).join(', ');
    return say`${label(model.title)}: implementation must be one of ${asIs(known)}, got ${asIs(implementation)}`;
  }
  const found = layoutOf(values);
  if ('problem' in found) return found.problem;
  const width = readStack(values).d;
  for (const { place, rows } of levelsOf(config, found.layout))
    for (const part of rows.flatMap(([, row]) => partsOf(row.parts))) {
      if (part.part !== 'mixer') continue;
      const problem = modelOf(part, place).refuse?.(mixerConfig(part, width, place)) ?? null;
      if (problem !== null) return problem;
    }
  return refuseFuture(config) ?? refuseEnds(config, found.layout, width);
}

/** Read from both ends, a position knows what comes after it. */
export function refuseFuture(config: StackConfig): Message | null {
  const { heads } = config;
  return readsBothWays(config) && heads.some(({ at = 'each' }) => at === 'each')
    ? say`A network that reads from both ends needs a task with one answer for a whole sequence; this task asks at positions, where what comes after them is not known yet.`
    : null;
}

/** Without layers at both ends, the numbers that are read and answered are as many as the channels between blocks. */
function refuseEnds({ inputs, heads }: StackConfig, { embedding, head }: Layout, width: number): Message | null {
  const read = inputs.map((input) => (input.kind === 'features' ? input.width : NaN)).reduce((a, b) => a + b);
  if (embedding.direct === true && read !== width)
    return say`This network reads the numbers of a task as they are: the task must give as many at a position as the width, ${width}, and no tokens.`;
  if (head.direct === true && heads.some(({ outputs }) => outputs !== width))
    return say`This network answers with its state as it is: the task must ask for as many values at a position as the width, ${width}.`;
  return null;
}

interface RowSlots {
  readonly scope: string;
  readonly slots: readonly StateSlot[];
}

/** What the rows carry, row by row. */
function rowSlots(config: StackConfig, layout: Layout): readonly RowSlots[] {
  const { d } = readStack(config.values);
  return levelsOf(config, layout).flatMap(({ place, rows }) =>
    rows.map(([scope, row]) => ({
      scope: `layer${place.layer}/${scope}`,
      slots: chainSlots(row.parts, scope, d, place),
    })),
  );
}

/** Everything carried from step to step: the position where it is learned, then by layer what its parts carry. */
export function stackState(config: StackConfig): readonly StateSlot[] {
  const layout = layoutFor(config);
  const parts = rowSlots(config, layout).flatMap(({ scope, slots }) =>
    slots.map((slot) => ({ ...slot, name: slot.name === '' ? scope : `${scope}/${slot.name}` })),
  );
  return [...embeddingSlots(placeOf(config, layout, 0)), ...parts];
}

/** The state before the first step, [B, ...shape] each: constants, or learned parameters if set. */
export function stackStart(builder: GraphBuilder, batch: number, config: StackConfig): readonly ValueId[] {
  const { learnedStart } = readStack(config.values);
  const layout = layoutFor(config);
  const parts = rowSlots(config, layout).flatMap(({ scope, slots }) =>
    builder.scope(scope, () => startState(builder, batch, slots, learnedStart)),
  );
  return [...embeddingStart(builder, batch, placeOf(config, layout, 0)), ...parts];
}

/**
 * x, one value a stream: tokens i32 [B, T] or features [B, T, I] -> answers over time and the state after T. `state` null = start of the
 * sequence. `mode` says whether dropout acts.
 */
export function stackParallel(
  builder: GraphBuilder,
  x: readonly ValueId[],
  state: readonly ValueId[] | null,
  config: StackConfig,
  mode: Mode,
): StackOutput {
  const [batch = 1] = builder.shape(itemAt(x, 0));
  const { learnedStart } = readStack(config.values);
  if (state !== null && readsBothWays(config))
    throw new Error('stack: a network that reads from both ends needs whole sequences, got the state before one');
  const given = state ?? (learnedStart ? stackStart(builder, batch, config) : null);
  return through(builder, x, given, config, mode, 'time');
}

/** The same for one step: tokens i32 [B] or features [B, I], with the state before and after. Never drops anything. */
export const stackStep = (
  builder: GraphBuilder,
  x: readonly ValueId[],
  state: readonly ValueId[],
  config: StackConfig,
): StackOutput => through(builder, x, state, config, null, 'step');

function through(
  builder: GraphBuilder,
  x: readonly ValueId[],
  state: readonly ValueId[] | null,
  config: StackConfig,
  mode: Mode,
  along: Flow['along'],
): StackOutput {
  const layout = layoutFor(config);
  const after: ValueId[] = [];
  let taken = 0;
  const flow: Flow = {
    along,
    mode,
    take: (count) => {
      taken += count;
      return state === null ? null : state.slice(taken - count, taken);
    },
    keep: (values) => void after.push(...values),
  };
  const outside = placeOf(config, layout, 0);
  let value = embed(builder, x, config.inputs, readStack(config.values).d, outside, flow);
  for (const { place, rows } of levelsOf(config, layout))
    value = builder.scope(`layer${place.layer}`, () =>
      rows.reduce(
        (given, [scope, row]) => builder.scope(scope, () => throughRow(builder, given, scope, row, place, flow)),
        value,
      ),
    );
  const last = layout.finalNorm ? builder.scope('final', () => norm(builder, value, layout.norm)) : value;
  const answers = config.heads.map((head) => answer(builder, last, head, config.inputs, outside));
  const [y] = answers;
  if (y === undefined) throw new Error('stack: a network must have a head');
  return { y, answers, state: after };
}

function throughRow(builder: GraphBuilder, x: ValueId, scope: string, row: Row, place: Place, flow: Flow): ValueId {
  const { layout } = place;
  const read = row.norm === 'pre' ? norm(builder, x, layout.norm) : x;
  const result = dropped(builder, chain(builder, read, row.parts, scope, place, flow), row.dropout, flow.mode);
  const sum = row.residual ? add(builder, x, result) : result;
  return row.norm === 'post' ? norm(builder, sum, layout.norm) : sum;
}
