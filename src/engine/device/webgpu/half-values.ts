// Which values of an entry are stored in 16 bits: large activations whose op tolerates it (by the rules in the records). Pure: independent
// of code and bytes.
import { sizeOf } from '../../core/tensor.ts';
import type { Graph, Node, ValueId } from '../../graph/graph.ts';
import type { OpTable } from '../../graph/op-def.ts';
import type { HalfRule } from '../../ops/half-rule.ts';
import { records } from '../../ops/registry.ts';

/** Smaller values stay float32: there is nothing to gain. */
export const LEAST_HALF = 4096;

/** Values of `graph` with at least `least` numbers that are neither variables nor derivatives and need not be float32 by the rules of their ops. */
export function halfValues({ nodes, values }: Graph, ops: OpTable, least: number): ReadonlySet<ValueId> {
  const views = nodes.filter(({ op }) => ops[op]?.view === true);
  const single = singleValues(nodes, views);
  // Nothing bounds the size of a derivative from below.
  const derived = new Set(nodes.filter(({ role }) => role === 'backward').flatMap(({ outputs }) => outputs));
  const chosen = values.filter(({ id, type, variable }) => {
    return (
      variable === null && !derived.has(id) && type.dtype === 'f32' && sizeOf(type.shape) >= least && !single.has(id)
    );
  });
  const half = new Set(chosen.map(({ id }) => id));
  // A view has the bytes of its source, so it is stored as its source is.
  for (const { inputs, outputs } of views) {
    for (const output of outputs) {
      if (half.has(inputs[0] ?? -1)) half.add(output);
      else half.delete(output);
    }
  }
  return half;
}

/** The rule of a node; an op without a record keeps everything in float32. */
function ruleOf(op: string, attrs: object): HalfRule {
  const rule = records[op]?.half ?? { outputs: 'single' };
  return typeof rule === 'function' ? rule(attrs as never) : rule;
}

/** Values that must stay float32: because of their op, because an input must and the op passes it on, or because a reader needs it. */
function singleValues(nodes: readonly Node[], views: readonly Node[]): ReadonlySet<ValueId> {
  const single = new Set<ValueId>();
  for (const { op, attrs, inputs, outputs: made } of nodes) {
    const { outputs, needs = [] } = ruleOf(op, attrs);
    const passed = inputs.some((input) => single.has(input));
    made.forEach((output, i) => {
      const keeping = typeof outputs === 'string' ? outputs : outputs[i];
      if (keeping === undefined || keeping === 'single' || (keeping === 'as-inputs' && passed)) single.add(output);
    });
    for (const i of needs) single.add(inputs[i] ?? -1);
  }
  for (const { inputs, outputs } of views.toReversed()) {
    if (outputs.some((output) => single.has(output))) single.add(inputs[0] ?? -1);
  }
  return single;
}
