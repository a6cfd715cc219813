// Collects series one by one, with the place of each in its file for error messages. Pure.
import { fail, type Result } from '../core/result.ts';
import { asIs, type Message, say } from '../core/say.ts';
import { labelledSet, mostClasses, mostSequences, mostValues, type LabelledSet } from './labelled.ts';

/** What is wrong, by file and line. */
export const wrongAt = (name: string, line: number, message: Message): Result<never> =>
  fail('bad-input', say`data "${asIs(name)}", line ${line}: ${message}`, { field: 'path' });

/** Series of one width; classes are numbered in the order of their names. */
export class Gathered {
  readonly #name: string;
  readonly #labels: string[] = [];
  readonly #lengths: number[] = [];
  readonly #values: number[] = [];
  readonly #known = new Set<string>();
  #width = 0;

  constructor(name: string) {
    this.#name = name;
  }

  /** `values` step by step, `width` per step. Null when it is valid. */
  add(line: number, label: string, values: readonly number[], width: number): Result<never> | null {
    const wrong = (message: Message): Result<never> => wrongAt(this.#name, line, message);
    if (label === '') return wrong(say`a series must have a class, got none`);
    if (values.length === 0) return wrong(say`a series must have at least one value, got none`);
    if (this.#width === 0) this.#width = width;
    if (width !== this.#width)
      return wrong(say`every step must have ${this.#width} values as those before, got ${width}`);
    const broken = values.findIndex((value) => !Number.isFinite(Math.fround(value)));
    if (broken >= 0)
      return wrong(say`every value must be a finite number, got something else at position ${broken + 1}`);
    this.#known.add(label);
    if (this.#known.size > mostClasses) return wrong(say`a set must have at most ${mostClasses} classes, got more`);
    if (this.#labels.length >= mostSequences || this.#values.length + values.length > mostValues)
      return wrong(say`a set must have at most ${mostSequences} sequences and ${mostValues} values, got more`);
    this.#labels.push(label);
    this.#lengths.push(values.length / width);
    for (const value of values) this.#values.push(value);
    return null;
  }

  set(): Result<LabelledSet> {
    const names = [...this.#known].toSorted(inOrder);
    const index = new Map(names.map((label, i) => [label, i]));
    return labelledSet(this.#name, {
      kind: 'series',
      shape: null,
      width: this.#width,
      lengths: Int32Array.from(this.#lengths),
      values: Float32Array.from(this.#values),
      classes: Int32Array.from(this.#labels, (label) => index.get(label) ?? 0),
      names,
    });
  }
}

/** Numbers by their value, words by their letters. */
function inOrder(a: string, b: string): number {
  const [first, second] = [Number(a), Number(b)];
  if (Number.isFinite(first) && Number.isFinite(second) && first !== second) return first - second;
  return a < b ? -1 : a > b ? 1 : 0;
}
