// The interface of an optimiser: the state it keeps for each weight and the node that updates it in place.
import type { GraphBuilder } from '../graph/builder.ts';
import type { Pace, ValueId, Variable } from '../graph/graph.ts';

export interface OptimiserSettings {
  /** The setting: groups with a pace of their own follow its schedule in proportion, as torch's parameter groups do. */
  readonly learningRate: number;
  readonly weightDecay: number;
  readonly beta1: number;
  readonly beta2: number;
  readonly epsilon: number;
  readonly momentum: number;
}

export interface Update {
  readonly weight: Variable;
  readonly gradient: ValueId;
  /** Scalar that gradients are multiplied by, for clipping. Not finite = change nothing. */
  readonly factor: ValueId;
  /** [4], written before each update: the rate, then the optimiser's corrections. */
  readonly hyper: ValueId;
}

export interface OptimiserDef {
  readonly kind: string;
  readonly title: string;
  /** Tensors of the weight's shape kept for each weight: variables `optimiser/<slot>/<weight>`. */
  readonly slots: readonly string[];
  /** Adds the nodes that update one weight and its slots in place. */
  update(builder: GraphBuilder, update: Update, settings: OptimiserSettings): void;
  /** What the update of step t = 1, 2, … needs besides the rate, written into `hyper` behind it. */
  corrections(hyper: Float64Array, t: number, settings: OptimiserSettings): void;
}

/** `optimiser/m/layer0/mixer/weight`. */
export const slotName = (slot: string, weight: string): string => `optimiser/${slot}/${weight}`;

/** The value of a slot's variable, declared when first asked for. */
export function readSlot(builder: GraphBuilder, slot: string, weight: Variable): ValueId {
  return builder.read(builder.program.variable(slotName(slot, weight.name), weight.type, 'optimiser'));
}

/** Update settings of a single weight: the factor of its learning rate, and its weight decay. */
export function groupOf({ pace, decay }: Variable, { learningRate, weightDecay }: OptimiserSettings) {
  return { ...paced(factorOf(pace, learningRate)), weightDecay: decay ? weightDecay : 0 };
}

/** What a pace multiplies every rate of a run with, by the run's learning rate. */
export function factorOf(pace: Pace | undefined, learningRate: number): number {
  if (pace === undefined) return 1;
  const factor = pace.factor ?? 1;
  return pace.most === undefined || learningRate * factor <= pace.most ? factor : pace.most / learningRate;
}

/** Omitted if it is 1, so that it is in the graph only if needed. */
const paced = (pace: number): { readonly pace?: number } => (pace === 1 ? {} : { pace });
