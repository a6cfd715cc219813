// The program as plain data: values, nodes and the variables that outlive a step. Independent of devices, plans and models.
import type { TensorType } from '../core/tensor.ts';

/** Index into Graph.values. */
export type ValueId = number;

/** The purpose of a variable; decides its line in the memory report and whether it is in a checkpoint. */
export type VariableRole = 'weight' | 'gradient' | 'optimiser' | 'state' | 'input' | 'output';

/** How a weight starts. Uniform bounds and normal deviations are in the units of the weight; draws are Philox, keyed by name. */
export type Initialiser =
  | { readonly kind: 'zeros' }
  | { readonly kind: 'constant'; readonly value: number }
  | { readonly kind: 'uniform'; readonly low: number; readonly high: number }
  | { readonly kind: 'normal'; readonly deviation: number }
  /** These values, repeated: one per channel or mode. */
  | { readonly kind: 'listed'; readonly values: readonly number[] }
  /** A law of the registry of initialisers that draws numbers in a way of its own; `of` = a weight whose draws it needs as well. */
  | {
      readonly kind: 'drawn';
      readonly name: string;
      readonly values: Readonly<Record<string, number>>;
      readonly of?: string;
    }
  /** Blocks along the first axis, each with its own start: the forget part of a bias. */
  | {
      readonly kind: 'stacked';
      readonly parts: readonly { readonly rows: number; readonly initialiser: Initialiser }[];
    };

/** How fast a weight learns beside the run's learning rate, as its paper has it. */
export interface Pace {
  /** A group of weights with the same pace, by name: `state space`. */
  readonly group: string;
  /** The run's learning rate is multiplied with it; left out = 1. */
  readonly factor?: number;
  /** Its peak is never above this. */
  readonly most?: number;
}

/** A named tensor that outlives a step and is shared by all entries of a program. */
export interface Variable {
  readonly name: string;
  readonly type: TensorType;
  readonly role: VariableRole;
  readonly initialiser: Initialiser;
  /** False: AdamW's weight decay skips it (biases, norms and gates, as in the official code). Weights only. */
  readonly decay: boolean;
  /** Left out: as fast as the run. Weights only. */
  readonly pace?: Pace;
  /** The first extent counts the samples of a batch: a plan may work on a few of them at a time. Inputs only. */
  readonly samples?: boolean;
}

export interface Value {
  readonly id: ValueId;
  readonly type: TensorType;
  readonly name: string;
  /** Node that produces it, or null when it is a variable. */
  readonly producer: number | null;
  readonly variable: string | null;
}

/**
 * What a node is for, said by who builds it: the pass through the network, reverse mode, adding up the gradients of parts of a batch, the
 * update of the weights; and, in plans, a result that is made a second time instead of kept, and the loop over pieces of a batch.
 */
export const nodeRoles = ['forward', 'backward', 'accumulate', 'optimiser', 'recompute', 'pieces'] as const;
export type NodeRole = (typeof nodeRoles)[number];

export interface Node {
  readonly id: number;
  readonly op: string;
  readonly inputs: readonly ValueId[];
  readonly outputs: readonly ValueId[];
  /** Plain JSON; the op's own type. */
  readonly attrs: object;
  /** Its place in the model, for messages and profiles: `layer1/mixer/matmul`. */
  readonly label: string;
  readonly role: NodeRole;
}

/** One entry of a program: nodes in an order that respects every dependency, writes to variables included. */
export interface Graph {
  readonly name: string;
  readonly values: readonly Value[];
  readonly nodes: readonly Node[];
}

/** Several graphs over one set of variables. At most one entry runs at a time, so their scratch memory is shared. */
export interface Program {
  readonly variables: readonly Variable[];
  readonly entries: readonly Graph[];
}
