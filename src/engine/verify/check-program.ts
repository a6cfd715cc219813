// The program that checks an op: for each case the op on variables, the op on scratch values (where a planner may compute in
// place), a loss that mixes its outputs, and the gradient of that loss. Independent of devices.
import { itemAt } from '../core/item.ts';
import { ProgramBuilder, type GraphBuilder } from '../graph/builder.ts';
import { gradients } from '../graph/gradient.ts';
import type { Program, ValueId } from '../graph/graph.ts';
import { add, affine, mul, reduceSum } from '../ops/functional.ts';
import type { OpKind } from '../ops/kinds.ts';
import { opTable } from '../ops/registry.ts';
import type { OpCase } from '../ops/cases.ts';

/** Names of the entries and variables of one case; all begin with the number of the case. */
export interface CheckedCase {
  readonly test: OpCase;
  readonly prefix: string;
  readonly inputs: readonly string[];
  /** Variables to compare after entry `direct` or `scratch`: outputs, and inputs, which must be unchanged unless the op changes them. */
  readonly results: readonly string[];
  /** Weights of the loss, one variable a differentiable output. */
  readonly weights: readonly string[];
  /** Gradient variables, by input place. */
  readonly gradients: ReadonlyMap<number, string>;
}

export interface CheckProgram {
  readonly program: Program;
  readonly cases: readonly CheckedCase[];
}

/** Builds one case. Its names start with `prefix`, so that many cases share a program. */
class CaseBuilder {
  readonly #program: ProgramBuilder;
  readonly #kind: OpKind;
  readonly #test: OpCase;
  readonly #prefix: string;

  constructor(program: ProgramBuilder, kind: OpKind, test: OpCase, prefix: string) {
    this.#program = program;
    this.#kind = kind;
    this.#test = test;
    this.#prefix = prefix;
  }

  build(): CheckedCase {
    const outputs = this.#forward('direct', false);
    this.#forward('scratch', true);
    const wanted = this.#wanted();
    const found = wanted.length > 0 ? this.#backward(wanted) : new Map<number, string>();
    const weights = this.#program.variables
      .map(({ name }) => name)
      .filter((name) => name.startsWith(this.#name('weight')));
    const inputs = this.#test.inputs.map((_, place) => this.#name(`input${place}`));
    return {
      test: this.#test,
      prefix: this.#prefix,
      inputs,
      results: [...outputs, ...inputs],
      weights,
      gradients: found,
    };
  }

  #name(name: string): string {
    return `${this.#prefix}${name}`;
  }

  /** Float inputs whose gradients the case checks; none if the op has no gradient. */
  #wanted(): number[] {
    if (!opTable[this.#kind]?.gradient) return [];
    const floats = this.#test.inputs.flatMap(({ type }, place) => (type.dtype === 'f32' ? [place] : []));
    return floats.filter((place) => this.#test.wanted?.includes(place) ?? true);
  }

  /** Reads the inputs; `scratch` passes floats through a copy first, `kept` ones excepted. */
  #inputs(builder: GraphBuilder, scratch: boolean, kept: readonly number[] = []): ValueId[] {
    return this.#test.inputs.map(({ type }, place) => {
      const value = builder.read(this.#program.variable(this.#name(`input${place}`), type, 'input'));
      return scratch && type.dtype === 'f32' && !kept.includes(place) ? affine(builder, value, 1) : value;
    });
  }

  #store(builder: GraphBuilder, name: string, value: ValueId): string {
    const variable = this.#program.variable(this.#name(name), builder.type(value), 'output');
    builder.apply('assign', [builder.read(variable), value], {});
    return variable.name;
  }

  #forward(entry: string, scratch: boolean): string[] {
    const kept = opTable[this.#kind]?.mutates ?? [];
    return this.#program.entry(this.#name(entry), (builder) => {
      const outputs = builder.apply(this.#kind, this.#inputs(builder, scratch, kept), this.#test.attrs);
      return outputs.map((output, i) => this.#store(builder, `output${i}`, output));
    });
  }

  /** sum over the differentiable outputs of sum(output weight): mixes all of them. */
  #loss(builder: GraphBuilder, inputs: readonly ValueId[]): ValueId {
    const outputs = builder.apply(this.#kind, inputs, this.#test.attrs);
    const chosen = outputs.filter((_, i) => this.#test.differentiable?.includes(i) ?? true);
    const parts = chosen.map((output, i) => {
      const variable = this.#program.variable(this.#name(`weight${i}`), builder.type(output), 'input');
      return reduceSum(builder, mul(builder, output, builder.read(variable)), 'all');
    });
    return parts.reduce((sum, part) => add(builder, sum, part));
  }

  #backward(wanted: readonly number[]): Map<number, string> {
    this.#program.entry(this.#name('loss'), (builder) =>
      this.#store(builder, 'loss', this.#loss(builder, this.#inputs(builder, false))),
    );
    return this.#program.entry(this.#name('gradient'), (builder) => {
      const variables = this.#inputs(builder, false);
      const targets = wanted.map((place) => itemAt(variables, place));
      const found = gradients(builder, this.#loss(builder, this.#inputs(builder, true)), targets);
      const names = wanted.map((place, i): [number, string] => {
        const gradient = itemAt(found, i);
        if (gradient === null) throw new Error(`${this.#test.name}: input ${place} must have a gradient, got none`);
        return [place, this.#store(builder, `gradient${place}`, gradient)];
      });
      return new Map(names);
    });
  }
}

/** One program for all cases: a device compiles it once. */
export function buildCheckProgram(kind: OpKind, cases: readonly OpCase[]): CheckProgram {
  const program = new ProgramBuilder(opTable);
  const checked = cases.map((test, i) => new CaseBuilder(program, kind, test, `${i}/`).build());
  return { program: program.finish(), cases: checked };
}
