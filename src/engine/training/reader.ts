// Reads weights during or after training: writes text and answers held-out examples, on an executable of its own, so that it touches no
// tensor, clock or random number of the training.
import { fail, ok, type Result } from '../core/result.ts';
import { asIs, say } from '../core/say.ts';
import { readSafetensors } from '../core/safetensors.ts';
import { sameShape, showShape, sizeOf } from '../core/tensor.ts';
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import type { Program } from '../graph/graph.ts';
import type { Answers, SampleDetail } from '../spec/showing.ts';
import { makeBatch, type Batch } from '../tasks/streams.ts';
import type { Task, TaskText } from '../tasks/task.ts';
import { knownWords, longestCopy } from './copied.ts';
import { answersOf, chosenExamples, exampleLength, readExample } from './examples.ts';
import { alwaysNumbers } from './fallback.ts';
import { names } from './program.ts';
import { answerNames, buildReader } from './reader-program.ts';
import { writeText, type SampleOptions } from './sampling.ts';
import type { RunSetup } from './setup.ts';
import { now } from './timing.ts';

/** The text written, and how. */
export interface Written {
  readonly text: string;
  readonly detail: Omit<SampleDetail, 'origin'>;
}

export class Reader {
  readonly #task: Task;
  readonly #program: Program;
  readonly #executable: Executable;
  readonly #examples: readonly number[];

  private constructor(task: Task, program: Program, executable: Executable, examples: readonly number[]) {
    this.#task = task;
    this.#program = program;
    this.#executable = executable;
    this.#examples = examples;
  }

  static async of(setup: RunSetup, device: Device, options: CompileOptions): Promise<Reader> {
    const examples = chosenExamples(setup.task);
    // Answers are to be numbers, whatever computes the training.
    const program = buildReader(alwaysNumbers(setup) ?? setup, examples.length);
    return new Reader(setup.task, program, await device.compile(program, options), examples);
  }

  /** The current weights of a training run. */
  async take(training: Executable): Promise<void> {
    for (const { name, type } of this.#weights()) {
      const values = new Float64Array(sizeOf(type.shape));
      await training.read(name, values);
      this.#executable.write(name, values);
    }
  }

  /** The weights of a checkpoint; refused by name if one is missing or has another shape. */
  load(bytes: Uint8Array): Result<null> {
    const read = readSafetensors(bytes);
    if (!read.ok) return read;
    const { tensors } = read.value;
    for (const { name, type } of this.#weights()) {
      const shape = tensors.get(name)?.shape;
      if (shape === undefined || !sameShape(shape, type.shape)) {
        const got = shape === undefined ? say`none` : asIs(showShape(shape));
        return fail(
          'bad-input',
          say`Checkpoint: tensor ${asIs(name)} ${asIs(showShape(type.shape))} is required, got ${got}`,
        );
      }
    }
    for (const { name } of this.#weights()) this.#executable.write(name, tensors.get(name)?.data ?? []);
    return ok(null);
  }

  async write(options: SampleOptions, breathe: () => Promise<void>): Promise<Result<Written>> {
    const { text } = this.#task;
    if (text === null) return fail('unsupported', say`Samples need a task of text; this task has none.`);
    const begun = now();
    const writing = await writeText(this.#executable, text, options, breathe);
    if (!writing.ok) return writing;
    const seconds = now() - begun;
    const { tokens, shares, likeliest } = writing.value;
    const written = text.decode(tokens);
    return ok({
      text: written,
      detail: {
        symbols: symbolsOf(tokens, written, text),
        shares,
        likeliest,
        copied: longestCopy(tokens, text.training),
        words: knownWords(written, text.source()),
        secondsPerSymbol: seconds / (tokens.length + options.prompt.length),
      },
    });
  }

  async answer(): Promise<Answers> {
    const task = this.#task;
    const row = makeBatch(task, 1, task.evalLength);
    const length = exampleLength(task);
    const batch = makeBatch(task, this.#examples.length, length);
    const sequences = this.#examples.map((index, i) => {
      task.evaluate(row, index);
      for (const { name } of task.inputs) copyRow(row, batch, name, i);
      return readExample(task, row);
    });
    for (const { name } of task.inputs) this.#executable.write(names.data('answer', name), batch.streams[name] ?? []);
    this.#executable.run('answer');
    const outputs = await Promise.all(answerNames(task).map((name) => this.#executable.read(name)));
    return answersOf(task, { examples: this.#examples, sequences, outputs });
  }

  dispose(): Promise<void> {
    return this.#executable.dispose();
  }

  #weights() {
    return this.#program.variables.filter(({ role }) => role === 'weight');
  }
}

/** The beginning of the one sequence of `row`, as far as `batch` has room for it, as its sequence `index`. */
function copyRow(row: Batch, batch: Batch, name: string, index: number): void {
  const [from, to] = [row.streams[name], batch.streams[name]];
  if (from === undefined || to === undefined) throw new Error(`reader: a batch must have the stream ${name}`);
  const each = to.length / batch.size;
  to.set(from.subarray(0, each), index * each);
}

/** The letters that each token adds to the text; joined they are the text. A token in the middle of a letter adds none. */
function symbolsOf(tokens: Int32Array, text: string, { decode }: TaskText): string[] {
  const symbols: string[] = [];
  let at = 0;
  tokens.forEach((_, i) => {
    const so = i + 1 === tokens.length ? text.length : agreed(decode(tokens.subarray(0, i + 1)), text, at);
    symbols.push(text.slice(at, so));
    at = so;
  });
  return symbols;
}

/** Length of the common beginning of two texts that agree up to `from`; a letter is never cut in two. */
function agreed(a: string, b: string, from: number): number {
  let at = from;
  for (let code = a.codePointAt(at); code !== undefined && code === b.codePointAt(at); code = a.codePointAt(at))
    at += code > 0xffff ? 2 : 1;
  return at;
}
