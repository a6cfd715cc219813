// Collects the nodes of one piece of the batch. Outside values become variables of the body, bound by name. Independent of rules and addresses.
import type { TensorType } from '../../core/tensor.ts';
import type { Graph, Node, Value, ValueId } from '../../graph/graph.ts';
import { ADD_PARTIAL } from './slab-ops.ts';

/** What a variable of the body is bound to: a value of the main graph (and how far it moves with each piece), or partial sum `slot`. */
export type Binding =
  | { readonly kind: 'main'; readonly value: ValueId; readonly perPiece: number }
  | { readonly kind: 'partial'; readonly slot: number };

export class BodyBuilder {
  readonly #values: Value[] = [];
  readonly #nodes: Node[] = [];
  readonly #bindings = new Map<string, Binding>();
  readonly #bound = new Map<ValueId, ValueId>();

  get bindings(): ReadonlyMap<string, Binding> {
    return this.#bindings;
  }

  type(id: ValueId): TensorType {
    const value = this.#values[id];
    if (!value) throw new Error(`slab: value ${id} is not part of a piece`);
    return value.type;
  }

  /** The variable for a value of the main graph; always the same one for the same value. */
  bind(main: ValueId, type: TensorType, perPiece: number): ValueId {
    const known = this.#bound.get(main);
    if (known !== undefined) return known;
    const name = `main/${main}`;
    this.#bindings.set(name, { kind: 'main', value: main, perPiece });
    const id = this.#add(type, name, name);
    this.#bound.set(main, id);
    return id;
  }

  /** A node with label and role of `origin`; returns its outputs. */
  push(
    { label, role }: Pick<Node, 'label' | 'role'>,
    op: string,
    inputs: readonly ValueId[],
    types: readonly TensorType[],
    attrs: object,
  ): readonly ValueId[] {
    const outputs = types.map((type) => this.#add(type, label, null));
    this.#nodes.push({ id: this.#nodes.length, op, inputs, outputs, attrs, label, role });
    return outputs;
  }

  /** Each of `sums` is added to its partial sum as soon as it is computed, so that its own bytes are freed. */
  finish(name: string, sums: readonly ValueId[]): Graph {
    const nodes = this.#nodes.flatMap((node) => [
      node,
      ...node.outputs.flatMap((output) => {
        const slot = sums.indexOf(output);
        return slot < 0 ? [] : [this.#addToPartial(node, output, slot)];
      }),
    ]);
    return { name, values: this.#values, nodes: nodes.map((node, id) => ({ ...node, id })) };
  }

  #addToPartial(node: Node, sum: ValueId, slot: number): Node {
    const name = `partial/${slot}`;
    this.#bindings.set(name, { kind: 'partial', slot });
    const partial = this.#add(this.type(sum), name, name);
    return { ...node, op: ADD_PARTIAL, inputs: [partial, sum], outputs: [], attrs: {} };
  }

  #add(type: TensorType, name: string, variable: string | null): ValueId {
    const id = this.#values.length;
    this.#values.push({ id, type, name, producer: null, variable });
    return id;
  }
}
