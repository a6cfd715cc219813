// Cuts one entry in three: what all samples share (before), what is done piece by piece (the body), and what needs the sums over all
// pieces (after). Pure; the rules say how an op is computed for a piece. An entry that cannot be cut is refused with the reason.
import { bytesOf, sameShape, sizeOf, type TensorType } from '../../core/tensor.ts';
import type { Graph, Node, Value, ValueId, Variable } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import { BodyBuilder, type Binding } from './body-builder.ts';
import type { Fate, SampleRules, Split } from './sample-rule.ts';
import { DIVIDE_BY_COUNT, TIMES_COUNT } from './slab-ops.ts';

export interface SplitGraph {
  readonly batch: number;
  readonly part: number;
  /** Some op is much faster for many samples at once. */
  readonly together: boolean;
  /** Nodes before and after the loop over pieces, and all values of both. */
  readonly values: readonly Value[];
  readonly before: readonly Node[];
  readonly after: readonly Node[];
  /** Main values that the body reads, and those that the loop adds up, by slot. */
  readonly reads: readonly ValueId[];
  readonly sums: readonly ValueId[];
  /** One piece. Its variables are bound by name. */
  readonly body: Graph;
  readonly bindings: ReadonlyMap<string, Binding>;
}

export interface SplitOptions {
  readonly variables: readonly Variable[];
  readonly ops: OpTable;
  readonly rules: SampleRules;
  /** Samples of a piece; divides the batch. */
  readonly part: number;
}

type Place =
  | { readonly at: 'main'; readonly late: boolean }
  | { readonly at: 'body'; readonly value: ValueId; readonly sum: boolean };

/** Thrown inside and caught in the exported function: the entry cannot be cut. */
class Refusal extends Error {}

/** Samples in the batch of an entry: the first extent of the inputs that say so. Null when there is none or they differ. */
export function batchOf(graph: Graph, nodes: readonly Node[], variables: readonly Variable[]): number | null {
  const used = new Set(nodes.flatMap((node) => node.inputs.map((input) => graph.values[input]?.variable)));
  const marked = variables.filter(({ name, samples }) => samples === true && used.has(name));
  const extents = new Set(marked.map(({ type }) => type.shape[0] ?? 1));
  const [batch] = extents;
  return extents.size === 1 && batch !== undefined && batch > 1 ? batch : null;
}

/** Cuts `nodes` (the live ones) of `graph`, or returns why that is impossible. */
export function splitGraph(graph: Graph, nodes: readonly Node[], options: SplitOptions): SplitGraph | string {
  const batch = batchOf(graph, nodes, options.variables);
  if (batch === null) return `entry ${graph.name} has no batch of two samples or more`;
  try {
    return new Splitter(graph, batch, options).split(nodes);
  } catch (problem) {
    if (problem instanceof Refusal) return `entry ${graph.name}: ${problem.message}`;
    throw problem;
  }
}

class Splitter {
  readonly #graph: Graph;
  readonly #batch: number;
  readonly #options: SplitOptions;
  readonly #variables: ReadonlyMap<string, Variable>;
  readonly #values: Value[];
  readonly #before: Node[] = [];
  readonly #after: Node[] = [];
  readonly #places = new Map<ValueId, Place>();
  readonly #mutated = new Set<string>();
  readonly #body = new BodyBuilder();
  /** Pieces of values that are the same for all samples, recomputed in the body. */
  readonly #remade = new Map<ValueId, ValueId>();
  /** Sums that the main graph needs: body value to main value. */
  readonly #wanted = new Map<ValueId, ValueId>();
  #together = false;

  constructor(graph: Graph, batch: number, options: SplitOptions) {
    this.#graph = graph;
    this.#batch = batch;
    this.#options = options;
    this.#values = [...graph.values];
    this.#variables = new Map(options.variables.map((variable) => [variable.name, variable]));
  }

  split(nodes: readonly Node[]): SplitGraph {
    for (const node of nodes) this.#placeNode(node);
    if (this.#wanted.size === 0) throw new Refusal('nothing is added up over the samples');
    const sums = [...this.#wanted.values()];
    const body = this.#body.finish(`${this.#graph.name}, one piece`, [...this.#wanted.keys()]);
    const { bindings } = this.#body;
    const reads = [...bindings.values()].flatMap((one) => (one.kind === 'main' ? [one.value] : []));
    const { part } = this.#options;
    const parts = { values: this.#values, before: this.#before, after: this.#after, body, bindings };
    return { batch: this.#batch, part, together: this.#together, ...parts, reads, sums };
  }

  #placeNode(node: Node): void {
    const mutates = this.#options.ops[node.op]?.mutates ?? [];
    const places = node.inputs.map((input) => this.#placeOf(input));
    const inBody = places.map((place) => place.at === 'body');
    const samples = places.map((place) => place.at === 'body' && !place.sum);
    if (mutates.length === 0 && samples.includes(true)) {
      this.#toBody(node, this.#ask(node, places) ?? this.#refuse(node, 'has no rule for a part of the batch'));
    } else if (mutates.length === 0 && inBody.length > 0 && inBody.every(Boolean)) {
      const split = this.#ask(node, places);
      if (split?.outputs.every((fate) => fate === 'sum') === true && split.inputs.length === 0)
        this.#toBody(node, split);
      else this.#toMain(node, places, false);
    } else this.#toMain(node, places, mutates.length > 0);
    for (const index of mutates) {
      const name = this.#graph.values[node.inputs[index] ?? -1]?.variable;
      if (name) this.#mutated.add(name);
    }
  }

  #ask(node: Node, places: readonly Place[]): Split | null {
    if (this.#options.ops[node.op]?.mixesSamples === true) return null;
    const rule = this.#options.rules[node.op];
    const types = (ids: readonly ValueId[]): TensorType[] => ids.map((id) => this.#type(id));
    const samples = places.map((place) => place.at === 'body' && !place.sum);
    const sums = places.map((place) => place.at === 'body' && place.sum);
    const extents = { batch: this.#batch, part: this.#options.part };
    const question = { inputs: types(node.inputs), outputs: types(node.outputs), samples, sums, ...extents };
    return rule?.(question, node.attrs as never) ?? null;
  }

  #toMain(node: Node, places: readonly Place[], mutates: boolean): void {
    node.inputs.forEach((input, i) => {
      const place = places[i];
      if (place?.at !== 'body') return;
      if (!place.sum) this.#refuse(node, 'needs all samples at once');
      this.#want(place.value, input);
    });
    const changed = node.inputs.some((input) => this.#mutated.has(this.#graph.values[input]?.variable ?? ''));
    const late = mutates || changed || places.some((place) => place.at === 'body' || place.late);
    (late ? this.#after : this.#before).push(node);
    for (const output of node.outputs) this.#places.set(output, { at: 'main', late });
  }

  #toBody(node: Node, split: Split): void {
    const outputs = this.#addBody(node, split);
    const own = outputs[split.outputs.indexOf('count')];
    split.outputs.forEach((fate, i) => {
      const output = node.outputs[i] ?? -1;
      const value = outputs[i] ?? -1;
      if (fate === 'samples' || fate === 'sum') this.#places.set(output, { at: 'body', value, sum: fate === 'sum' });
      else if (fate === 'count') this.#countBefore(node, split, output);
      else this.#meanAfter(node, value, own, output, node.outputs[split.outputs.indexOf('count')]);
    });
  }

  /** The node for one piece; returns its outputs. */
  #addBody(node: Node, split: Split): readonly ValueId[] {
    const inputs = node.inputs.map((input, i) => {
      if (split.inputs.length === 0) return this.#sumIn(node, input);
      return split.inputs[i] === 'samples' ? this.#samplesIn(node, input) : this.#sharedIn(node, input);
    });
    const attrs = split.attrs ?? node.attrs;
    if (split.together === true) this.#together = true;
    const types = inputs.map((input) => this.#body.type(input));
    const found = this.#options.ops[node.op]?.infer(types, attrs as never) ?? [];
    found.forEach((type, i) => this.#check(node, type, this.#type(node.outputs[i] ?? -1), split.outputs[i]));
    return this.#body.push(node, node.op, inputs, found, attrs);
  }

  #check(node: Node, piece: TensorType, all: TensorType, fate: Fate | undefined): void {
    const { part } = this.#options;
    const right =
      fate === 'samples'
        ? sizeOf(piece.shape) * this.#batch === sizeOf(all.shape) * part
        : sameShape(piece.shape, all.shape);
    if (!right) this.#refuse(node, 'has results that do not follow the number of samples');
  }

  #countBefore(node: Node, { count }: Split, output: ValueId): void {
    const input = node.inputs[count?.input ?? -1] ?? -1;
    const variable = this.#graph.values[input]?.variable;
    if (!count || !variable || this.#mutated.has(variable)) this.#refuse(node, 'counts rows that are not an input');
    this.#before.push({ ...node, op: count.op, inputs: [input], outputs: [output], attrs: count.attrs });
    this.#places.set(output, { at: 'main', late: false });
  }

  #meanAfter(node: Node, mean: ValueId, own: ValueId | undefined, output: ValueId, count: ValueId | undefined): void {
    if (own === undefined || count === undefined) this.#refuse(node, 'has a mean without a count');
    const type = this.#type(output);
    const [sum = -1] = this.#body.push(node, TIMES_COUNT, [mean, own], [type], {});
    const total = this.#values.length;
    this.#values.push({ id: total, type, name: `${node.label}:sum`, producer: null, variable: null });
    this.#want(sum, total);
    this.#after.push({ ...node, op: DIVIDE_BY_COUNT, inputs: [total, count], outputs: [output], attrs: {} });
    this.#places.set(output, { at: 'main', late: true });
  }

  #want(sum: ValueId, main: ValueId): void {
    if (!this.#wanted.has(sum)) this.#wanted.set(sum, main);
    else if (this.#wanted.get(sum) !== main) throw new Refusal(`value ${main} is a sum with two names`);
  }

  #sumIn(node: Node, input: ValueId): ValueId {
    const place = this.#placeOf(input);
    return place.at === 'body' && place.sum ? place.value : this.#refuse(node, 'adds a sum to something else');
  }

  #samplesIn(node: Node, input: ValueId): ValueId {
    const place = this.#placeOf(input);
    if (place.at === 'body') return place.sum ? this.#refuse(node, 'needs a sum over all samples') : place.value;
    const known = this.#remade.get(input);
    if (known !== undefined) return known;
    const producer = this.#graph.nodes[this.#graph.values[input]?.producer ?? -1];
    if (!producer || place.late) return this.#refuse(node, 'reads a value for each sample that is not marked as such');
    const split = this.#ask(
      producer,
      producer.inputs.map((id) => this.#placeOf(id)),
    );
    const index = producer.outputs.indexOf(input);
    if (split?.outputs[index] !== 'samples') return this.#refuse(node, 'reads a value that has no part for a sample');
    const outputs = this.#addBody({ ...producer, role: 'recompute' }, split);
    split.outputs.forEach((fate, i) => {
      if (fate === 'samples') this.#remade.set(producer.outputs[i] ?? -1, outputs[i] ?? -1);
    });
    return outputs[index] ?? -1;
  }

  #sharedIn(node: Node, input: ValueId): ValueId {
    const place = this.#placeOf(input);
    if (place.at === 'body' || place.late) return this.#refuse(node, 'needs a sum over all samples');
    return this.#body.bind(input, this.#type(input), 0);
  }

  #placeOf(id: ValueId): Place {
    const known = this.#places.get(id);
    if (known) return known;
    const variable = this.#variables.get(this.#graph.values[id]?.variable ?? '');
    const { shape, dtype } = this.#type(id);
    if (variable?.samples !== true) return { at: 'main', late: this.#mutated.has(variable?.name ?? '') };
    const type = { shape: [this.#options.part, ...shape.slice(1)], dtype };
    const place: Place = { at: 'body', value: this.#body.bind(id, type, bytesOf(type)), sum: false };
    this.#places.set(id, place);
    return place;
  }

  #type(id: ValueId): TensorType {
    const value = this.#values[id];
    if (!value) throw new Error(`slab: value ${id} is not part of entry ${this.#graph.name}`);
    return value.type;
  }

  #refuse(node: Node, why: string): never {
    throw new Refusal(`${node.op} (${node.label}) ${why}`);
  }
}
