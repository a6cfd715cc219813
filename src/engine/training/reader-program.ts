// The program that reads weights without training them: no gradients, no optimiser.
//   answer       outputs of held-out sequences, all positions at once, for `examples` of them
//   begin, step  one symbol at a time with a carried state, where the task is a text
import { itemAt } from '../core/item.ts';
import { f32, i32 } from '../core/tensor.ts';
import { ProgramBuilder, type BuildOptions, type GraphBuilder } from '../graph/builder.ts';
import type { Program, ValueId } from '../graph/graph.ts';
import { pruneProgram } from '../graph/prune.ts';
import { stackParallel, stackStart, stackState, stackStep, type StackConfig } from '../models/stack.ts';
import * as op from '../ops/functional.ts';
import { opTable } from '../ops/registry.ts';
import { inputType } from '../tasks/streams.ts';
import type { Task } from '../tasks/task.ts';
import { exampleLength } from './examples.ts';
import { readInput, readInputs, write } from './program.ts';
import type { RunSetup } from './setup.ts';

export const readerNames = {
  /** Of the first target, or of another one. */
  answer: {
    outputs: (target?: string): string => (target === undefined ? 'answer/outputs' : `answer/outputs/${target}`),
  },
  step: { x: 'step/x', logits: 'step/logits' },
  state: (slot: string): string => `state/${slot}`,
} as const;

export function buildReader(setup: RunSetup, examples: number, options: BuildOptions = {}): Program {
  const program = new ProgramBuilder(opTable, options);
  program.entry('answer', (builder) => answer(builder, setup, examples));
  if (setup.task.text !== null) buildStep(program, setup);
  return pruneProgram(program.finish(), opTable);
}

function answer(builder: GraphBuilder, { task, stack }: RunSetup, examples: number): void {
  const length = exampleLength(task);
  const types = task.inputs.map((stream) => ({ name: stream.name, type: inputType(stream, examples, length) }));
  const { answers } = stackParallel(builder, readInputs(builder, 'answer', types), null, stack, null);
  answerNames(task).forEach((name, at) => write(builder, name, itemAt(answers, at)));
}

/** Where the outputs for each target are. */
export const answerNames = ({ further = [] }: Pick<Task, 'further'>): readonly string[] =>
  [undefined, ...further.map(({ target }) => target.name)].map(readerNames.answer.outputs);

/** The network with the states that writing carries. */
export const writingStack = ({ stack }: RunSetup): StackConfig => ({ ...stack, writing: true });

/** One symbol of each of `batch` texts. */
export function buildStep(program: ProgramBuilder, setup: RunSetup, batch = 1): void {
  const stack = writingStack(setup);
  const variables = stackState(stack).map((slot) =>
    program.variable(readerNames.state(slot.name), f32(batch, ...slot.shape), 'state'),
  );
  const store = (builder: GraphBuilder, state: readonly ValueId[]): void => {
    for (const [i, variable] of variables.entries()) {
      const value = state[i];
      if (value === undefined) throw new Error(`reader: the state must have ${variables.length} slots, got ${i}`);
      // A state that is changed where it lies comes back as it was read.
      const place = builder.read(variable);
      if (value !== place) op.assign(builder, place, value);
    }
  };
  program.entry('begin', (builder) => store(builder, stackStart(builder, batch, stack)));
  program.entry('step', (builder) => {
    const x = readInput(builder, readerNames.step.x, i32(batch));
    const state = variables.map((variable) => builder.read(variable));
    const result = stackStep(builder, [x], state, stack);
    write(builder, readerNames.step.logits, result.y);
    store(builder, result.state);
  });
}
