// Builds programs and graphs; every shape error is found here, with the label of its place.
import { sameShape, showShape, type TensorType } from '../core/tensor.ts';
import type {
  Graph,
  Initialiser,
  Node,
  NodeRole,
  Pace,
  Program,
  Value,
  ValueId,
  Variable,
  VariableRole,
} from './graph.ts';
import type { OpDef, OpTable } from './op-def.ts';

/** How an optimiser treats a weight, where it is not as the others. */
export interface WeightOptions {
  readonly decay?: boolean;
  readonly pace?: Pace;
}

/** How ops are put together. */
export interface BuildOptions {
  /** Exactly the ops that the network is written with, for counting its work; otherwise the same results may be had with less. */
  readonly asWritten?: boolean;
}

/** Collects variables and entries. Entries are built one after the other over the same variables. */
export class ProgramBuilder {
  readonly asWritten: boolean;
  readonly #ops: OpTable;
  readonly #variables = new Map<string, Variable>();
  readonly #entries: Graph[] = [];

  constructor(ops: OpTable, { asWritten = false }: BuildOptions = {}) {
    this.#ops = ops;
    this.asWritten = asWritten;
  }

  /** Declares a variable; a repeated name must have the same type and role and returns the first variable. */
  variable(
    name: string,
    type: TensorType,
    role: VariableRole,
    options: WeightOptions & { initialiser?: Initialiser; samples?: boolean } = {},
  ): Variable {
    const known = this.#variables.get(name);
    if (known) {
      if (known.role === role && known.type.dtype === type.dtype && sameShape(known.type.shape, type.shape))
        return known;
      throw new Error(
        `variable ${name}: declared as ${known.role} ${showShape(known.type.shape)}, got ${role} ${showShape(type.shape)}`,
      );
    }
    const variable: Variable = {
      name,
      type,
      role,
      initialiser: options.initialiser ?? { kind: 'zeros' },
      decay: options.decay ?? true,
      ...(options.pace === undefined ? {} : { pace: options.pace }),
      ...(options.samples === true ? { samples: true } : {}),
    };
    this.#variables.set(name, variable);
    return variable;
  }

  get variables(): readonly Variable[] {
    return [...this.#variables.values()];
  }

  /** Builds one entry. Returns what `build` returns, so a caller can keep value ids. */
  entry<T>(name: string, build: (builder: GraphBuilder) => T): T {
    if (this.#entries.some((entry) => entry.name === name)) throw new Error(`entry ${name}: already built`);
    const builder = new GraphBuilder(this.#ops, this);
    const result = build(builder);
    this.#entries.push(builder.finish(name));
    return result;
  }

  finish(): Program {
    return { variables: this.variables, entries: this.#entries };
  }
}

/** Builds the nodes of one entry. Scopes give labels: `layer1/mixer`. */
export class GraphBuilder {
  readonly ops: OpTable;
  readonly program: ProgramBuilder;
  readonly #values: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #reads = new Map<string, ValueId>();
  readonly #held = new Set<ValueId>();
  readonly #told = new Map<string, ValueId[]>();
  #scope = '';
  #role: NodeRole = 'forward';

  constructor(ops: OpTable, program: ProgramBuilder) {
    this.ops = ops;
    this.program = program;
  }

  /** Runs `build` with the prefix `name/` on every label and every variable created through `parameter`. */
  scope<T>(name: string, build: () => T): T {
    return this.shared(this.#scope === '' ? name : `${this.#scope}/${name}`, build);
  }

  /** Runs `build` with `name/` as the whole prefix: parameters created there are shared by all layers that ask for them. */
  shared<T>(name: string, build: () => T): T {
    const outer = this.#scope;
    this.#scope = name;
    try {
      return build();
    } finally {
      this.#scope = outer;
    }
  }

  /** Runs `build`; the nodes it makes are for `role`. Without it they are the forward pass. */
  as<T>(role: NodeRole, build: () => T): T {
    const outer = this.#role;
    this.#role = role;
    try {
      return build();
    } finally {
      this.#role = outer;
    }
  }

  /** Takes a value for a constant: no gradient passes through it. Returns it. */
  hold(value: ValueId): ValueId {
    this.#held.add(value);
    return value;
  }

  isHeld(value: ValueId): boolean {
    return this.#held.has(value);
  }

  /** Notes a scalar that says how the computation went, for whoever builds the entry: it is computed only if that asks for it. */
  tell(name: string, scalar: ValueId): void {
    this.#told.set(name, [...this.toldOf(name), scalar]);
  }

  /** Everything told under a name, one for each layer. */
  toldOf(name: string): readonly ValueId[] {
    return this.#told.get(name) ?? [];
  }

  get path(): string {
    return this.#scope;
  }

  /** A weight named by its scope; asked for again (by another entry) it is the same one. */
  parameter(name: string, type: TensorType, initialiser: Initialiser, options: WeightOptions = {}): ValueId {
    const path = this.#scope === '' ? name : `${this.#scope}/${name}`;
    return this.read(this.program.variable(path, type, 'weight', { initialiser, ...options }));
  }

  /** The value of a variable. */
  read(variable: Variable): ValueId {
    const known = this.#reads.get(variable.name);
    if (known !== undefined) return known;
    const id = this.#addValue(variable.type, variable.name, null, variable.name);
    this.#reads.set(variable.name, id);
    return id;
  }

  type(value: ValueId): TensorType {
    return this.value(value).type;
  }

  shape(value: ValueId): readonly number[] {
    return this.value(value).type.shape;
  }

  value(id: ValueId): Value {
    const value = this.#values[id];
    if (!value) throw new Error(`value ${id}: not part of this graph`);
    return value;
  }

  get nodes(): readonly Node[] {
    return this.#nodes;
  }

  /** Adds one op and returns its outputs. Throws with label and op when the shape rule refuses. */
  apply(op: string, inputs: readonly ValueId[], attrs: object): readonly ValueId[] {
    const definition = this.#definition(op);
    const label = this.#scope === '' ? op : `${this.#scope}/${op}`;
    const types = this.#infer(definition, label, inputs, attrs);
    const id = this.#nodes.length;
    const outputs = types.map((type, i) =>
      this.#addValue(type, types.length === 1 ? label : `${label}:${i}`, id, null),
    );
    this.#nodes.push({ id, op, inputs: [...inputs], outputs, attrs, label, role: this.#role });
    return outputs;
  }

  finish(name: string): Graph {
    return { name, values: this.#values, nodes: this.#nodes };
  }

  #definition(op: string): OpDef<never> {
    const definition = this.ops[op];
    if (!definition) throw new Error(`op ${op}: not in the registry`);
    return definition;
  }

  #infer(definition: OpDef<never>, label: string, inputs: readonly ValueId[], attrs: object): readonly TensorType[] {
    const types = inputs.map((input) => this.type(input));
    try {
      return definition.infer(types, attrs as never);
    } catch (error) {
      throw new Error(`${label}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
  }

  #addValue(type: TensorType, name: string, producer: number | null, variable: string | null): ValueId {
    const id = this.#values.length;
    this.#values.push({ id, type, name, producer, variable });
    return id;
  }
}
