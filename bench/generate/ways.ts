// How a network can write text: with its carried state, which for a Transformer is a cache with room for the context; or without any, by reading
// all symbols again for each new one, which needs their numbers only. Each gives a program whose every run writes one symbol of each text.
import { unwrap } from '../../src/engine/core/result.ts';
import { i32, sizeOf } from '../../src/engine/core/tensor.ts';
import { ProgramBuilder } from '../../src/engine/graph/builder.ts';
import type { Program } from '../../src/engine/graph/graph.ts';
import { pruneProgram } from '../../src/engine/graph/prune.ts';
import { models, type ModelKind } from '../../src/engine/models/registry.ts';
import { stackParallel, stackState } from '../../src/engine/models/stack.ts';
import { rowOf } from '../../src/engine/ops/functional.ts';
import { opTable } from '../../src/engine/ops/registry.ts';
import { readInput, write } from '../../src/engine/training/program.ts';
import { buildStep, readerNames, writingStack } from '../../src/engine/training/reader-program.ts';
import { setUpRun, type RunSetup } from '../../src/engine/training/setup.ts';
import { smallSpec } from '../../src/engine/verify/small-run.ts';

export type Way = 'state' | 'recompute';

export interface Writer {
  readonly model: ModelKind;
  readonly way: Way;
  readonly batch: number;
  readonly context: number;
}

export const width = 128;
export const layers = 2;
const V = 65;
const text = Array.from({ length: 4000 }, (_, i) => String.fromCharCode(48 + ((i * 7 + (i >> 3)) % V))).join('');

/** The paper's stack around every mixer, so that all else is equal, with room for `context` symbols. */
function setUp(model: ModelKind, context: number): RunSetup {
  const fields = { layers, d: width, expansion: 1 };
  const spec = smallSpec({ model, fields, task: 'char-text-v1', taskFields: { length: 32, evalSequences: 1 } });
  const setup = unwrap(setUpRun(spec, text));
  return { ...setup, stack: { ...setup.stack, longest: context } };
}

const stateNumbers = (setup: RunSetup): number =>
  stackState(writingStack(setup)).reduce((sum, { shape }) => sum + sizeOf(shape), 0);

/** Whether the state has more numbers where the context is longer. */
export const grows = (model: ModelKind): boolean => stateNumbers(setUp(model, 64)) !== stateNumbers(setUp(model, 65));

export const writers: readonly { readonly model: ModelKind; readonly way: Way }[] = (
  Object.keys(models) as ModelKind[]
).flatMap((model) =>
  grows(model)
    ? [
        { model, way: 'state' as const },
        { model, way: 'recompute' as const },
      ]
    : [{ model, way: 'state' as const }],
);

export interface Written {
  readonly program: Program;
  readonly entry: string;
  /** What must be kept from symbol to symbol, of all texts. */
  readonly stateBytes: number;
  /** Input of a run, and what it gives. */
  readonly x: string;
  readonly logits: string;
}

export function build({ model, way, batch, context }: Writer): Written {
  const setup = setUp(model, context);
  const program = new ProgramBuilder(opTable);
  if (way === 'state') {
    buildStep(program, setup, batch);
    const { x, logits } = readerNames.step;
    const stateBytes = 4 * batch * stateNumbers(setup);
    return { program: pruneProgram(program.finish(), opTable), entry: 'step', stateBytes, x, logits };
  }
  const [x, logits] = ['again/x', 'again/logits'];
  program.entry('again', (builder) => {
    const ids = readInput(builder, x, i32(batch, context));
    const { y } = stackParallel(builder, [ids], null, setup.stack, null);
    write(builder, logits, rowOf(builder, y, context - 1));
  });
  return {
    program: pruneProgram(program.finish(), opTable),
    entry: 'again',
    stateBytes: 4 * batch * context,
    x,
    logits,
  };
}
