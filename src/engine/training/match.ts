// Chooses the width of a network so that it has as many parameters, as much work a token, or as large a state as another one: for races in which
// one of these is equal. Sizes are those of the real programs; the width is searched, since no formula holds for every network.
import { sizeOf } from '../core/tensor.ts';
import { fail, ok, type Result } from '../core/result.ts';
import { label, say, type Message } from '../core/say.ts';
import type { TaskData } from '../data/labelled.ts';
import { ProgramBuilder } from '../graph/builder.ts';
import { findModel } from '../models/registry.ts';
import { stackParallel, stackState } from '../models/stack.ts';
import { stackFields } from '../models/stack-fields.ts';
import { opTable } from '../ops/registry.ts';
import type { MatchedSize } from '../spec/match.ts';
import type { RunSpec } from '../spec/run-spec.ts';
import { inputType } from '../tasks/streams.ts';
import { workOfRun } from './facts.ts';
import { buildProgram } from './program.ts';
import { setUpRun, type RunSetup } from './setup.ts';

/** Allowed distance from the wanted size, as a share of it. */
export const matchTolerance = 0.05;

/** Of all weights, counted in one step of the network, which has them all. */
function parametersOf({ task, stack }: RunSetup): number {
  const program = new ProgramBuilder(opTable);
  program.entry('step', (builder) => {
    const x = task.inputs.map((stream) =>
      builder.read(program.variable(`x/${stream.name}`, inputType(stream, 1, 1), 'input')),
    );
    stackParallel(builder, x, null, stack, null);
  });
  const weights = program.variables.filter(({ role }) => role === 'weight');
  return weights.reduce((sum, { type }) => sum + sizeOf(type.shape), 0);
}

/** Operations of forward and backward a token, of one sequence. */
function flopsOf(setup: RunSetup): number {
  const training = { ...setup.training, batch: 1, accumulate: 1 };
  const one = { ...setup, training, microBatch: 1, evalBatch: 1 };
  return workOfRun(one, buildProgram(one));
}

/** Numbers carried from step to step, at the end of the longest sequence. */
const stateOf = ({ stack }: RunSetup): number => stackState(stack).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

const sizes: Readonly<Record<MatchedSize, (setup: RunSetup) => number>> = {
  parameters: parametersOf,
  flops: flopsOf,
  state: stateOf,
};

/** How the size of a network follows its width, nearly. */
const powers: Readonly<Record<MatchedSize, number>> = { parameters: 2, flops: 2, state: 1 };

export function runSize(spec: RunSpec, data: TaskData | null, what: MatchedSize): Result<number> {
  const setup = setUpRun(spec, data);
  return setup.ok ? ok(sizes[what](setup.value)) : setup;
}

export interface Choice {
  readonly width: number;
  readonly expansion: number;
  readonly size: number;
}

interface Search {
  readonly spec: RunSpec;
  readonly what: MatchedSize;
  readonly wanted: number;
  readonly sizeAt: (width: number, expansion: number) => number | null;
}

const distance = ({ size }: Choice, wanted: number): number => Math.abs(size / wanted - 1);
const nearest = (choices: readonly Choice[], wanted: number): Choice | null =>
  choices.reduce<Choice | null>(
    (best, one) => (best === null || distance(one, wanted) < distance(best, wanted) ? one : best),
    null,
  );

/** Widths beside the best guess that are looked at: some models refuse widths that their heads do not divide. */
const around = [0, 1, -1, 2, -2, 3, -3, 4, -4, 6, -6, 8, -8, 12, -12, 16, -16];
const guesses = 8;
const near = 0.01;

function byWidth({ spec, what, wanted, sizeAt }: Search): Choice | null {
  const { min, max } = stackFields.d;
  const within = (width: number): number => Math.min(max, Math.max(min, Math.round(width)));
  const expansion = Number(spec.model.fields['expansion']);
  let guess = within(Number(spec.model.fields['d']));
  for (let i = 0; i < guesses; i++) {
    const size = sizeAt(guess, expansion);
    if (size === null || size === 0) break;
    const next = within(guess * (wanted / size) ** (1 / powers[what]));
    if (next === guess) break;
    guess = next;
  }
  const found: Choice[] = [];
  for (const by of around) {
    const width = within(guess + by);
    const size = found.some((one) => one.width === width) ? null : sizeAt(width, expansion);
    if (size !== null) found.push({ width, expansion, size });
    const best = nearest(found, wanted);
    if (best !== null && distance(best, wanted) <= near) return best;
  }
  return nearest(found, wanted);
}

/** Where no width comes near enough: the width of the state beside it. */
function byExpansion({ wanted, sizeAt }: Search, { width, expansion, size }: Choice): Choice | null {
  const { min, max } = stackFields.expansion;
  const hidden = Math.max(1, Math.floor(width * expansion));
  const guess = Math.round((hidden * wanted) / Math.max(1, size));
  const spread = Math.min(Math.abs(guess - hidden), 24) + 2;
  const found = Array.from({ length: 2 * spread + 1 }, (_, i) => hidden + i - spread).flatMap((count): Choice[] => {
    const share = count / width;
    if (count < 1 || share < min || share > max || Math.floor(width * share) !== count) return [];
    const at = sizeAt(width, share);
    return at === null ? [] : [{ width, expansion: share, size: at }];
  });
  return nearest(found, wanted);
}

const words: Readonly<Record<MatchedSize, Message>> = {
  parameters: say`parameters`,
  flops: say`FLOPs a token`,
  state: say`numbers of state`,
};

/** `spec` at another width and expansion. */
export const resized = (spec: RunSpec, width: number, expansion: number): RunSpec => ({
  ...spec,
  model: { ...spec.model, fields: { ...spec.model.fields, d: width, expansion } },
});

/** The width at which the run has the wanted size, or why there is none. */
export function matchRun(spec: RunSpec, data: TaskData | null, what: MatchedSize, wanted: number): Result<Choice> {
  const known = new Map<string, number | null>();
  const sizeAt = (width: number, expansion: number): number | null => {
    const key = `${width} ${expansion}`;
    const before = known.get(key);
    if (before !== undefined) return before;
    const size = runSize(resized(spec, width, expansion), data, what);
    known.set(key, size.ok ? size.value : null);
    return size.ok ? size.value : null;
  };
  const asItIs = runSize(spec, data, what);
  const search = { spec, what, wanted, sizeAt };
  const found = byWidth(search);
  if (found === null) return asItIs.ok ? unreachable(spec, what, wanted, null) : asItIs;
  const best =
    distance(found, wanted) <= matchTolerance
      ? found
      : (nearest([found, ...some(byExpansion(search, found))], wanted) ?? found);
  return distance(best, wanted) <= matchTolerance ? ok(best) : unreachable(spec, what, wanted, best);
}

const some = <T>(value: T | null): readonly T[] => (value === null ? [] : [value]);

function unreachable({ model }: RunSpec, what: MatchedSize, wanted: number, best: Choice | null): Result<never> {
  const percent = 100 * matchTolerance;
  const who = label(findModel(model.kind)?.title ?? model.kind);
  const message =
    best === null
      ? say`${who}: no width gives ${Math.round(wanted)} ${words[what]} within ${percent} %.`
      : say`${who}: no width gives ${Math.round(wanted)} ${words[what]} within ${percent} %; the nearest is ${best.width} with ${Math.round(best.size)}.`;
  return fail('bad-input', message, { field: 'model.fields.d' });
}
