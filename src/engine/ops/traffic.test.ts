// The memory traffic in a record equals what the cpu kernels declare: exactly the stated part of each input is read, and all changed and
// new values are written.
import { expect, test } from 'vitest';
import { bytesOf, type TensorType } from '../core/tensor.ts';
import { cpuLowerings } from '../device/cpu/lowerings.ts';
import { layerDefs, layerLowerings, withLayers } from '../device/cpu/lstm-layer.ts';
import type { Graph, Node, ValueId } from '../graph/graph.ts';
import { lowerGraph } from '../plan/lower-graph.ts';
import type { Access } from '../plan/lowering.ts';
import { buildCheckProgram } from '../verify/check-program.ts';
import { layerProgram, layerSizes } from '../verify/layer-program.ts';
import { opCases } from '../verify/op-cases.ts';
import type { OpCase } from './cases.ts';
import type { OpKind } from './kinds.ts';
import { opTable, records } from './registry.ts';

/** The ops of plans of the cpu: the shared ones and its own. */
const ops = { ...opTable, ...layerDefs };
const lowerings = { ...cpuLowerings, ...layerLowerings };

/** Bytes of a value that accesses touch. */
function touched(id: ValueId, size: number, accesses: readonly Access[]): number {
  const bytes = new Uint8Array(size);
  for (const { place, bytes: length } of accesses) {
    if (place.value === id) bytes.fill(1, place.offset, place.offset + length);
  }
  return bytes.reduce((sum, one) => sum + one, 0);
}

/** Where a node's declared traffic and its commands differ. */
function differences(graph: Graph, node: Node): readonly string[] {
  const definition = ops[node.op];
  if (definition?.view === true) return [];
  const typeOf = (id: ValueId): TensorType => graph.values[id].type;
  const { commands } = lowerGraph(graph, [node], lowerings, null);
  const reads = commands.flatMap((command) => command.reads);
  const writes = commands.flatMap((command) => command.writes);
  const declared = definition?.reads?.(node.inputs.map(typeOf), node.outputs.map(typeOf), node.attrs as never);
  const changed = new Set([...node.outputs, ...(definition?.mutates ?? []).map((i) => node.inputs[i])]);
  const found: string[] = [];
  node.inputs.forEach((id, i) => {
    const size = bytesOf(typeOf(id));
    const [want, got] = [declared?.[i] ?? size, touched(id, size, reads)];
    // A table may be read anywhere, so a command that reads rows of it declares all of it.
    if (declared ? got < Math.min(want, size) || (want === 0 && got > 0) : got !== want)
      found.push(`${node.op} ${JSON.stringify(node.attrs)}: reads ${got} of input ${i}, its record says ${want}`);
  });
  for (const id of new Set([...node.inputs, ...node.outputs])) {
    const size = bytesOf(typeOf(id));
    const [want, got] = [changed.has(id) ? size : 0, touched(id, size, writes)];
    if (got !== want) found.push(`${node.op} ${JSON.stringify(node.attrs)}: writes ${got} of value ${id}, not ${want}`);
  }
  return found;
}

test.each(Object.entries(opCases))('%s and its gradient touch what their records say', (kind, cases) => {
  const family = Object.keys(records).filter((name) => name === kind || name === `${kind}Grad`);
  const { program } = buildCheckProgram(kind as OpKind, (cases as readonly OpCase[]).slice(0, 40));
  const found = program.entries.flatMap((graph) =>
    graph.nodes.filter(({ op }) => family.includes(op)).flatMap((node) => differences(graph, node)),
  );
  expect([...new Set(found)]).toEqual([]);
});

test('ops that only plans of the cpu contain touch what follows from their definition', () => {
  const own = layerSizes.flatMap((sizes) => {
    const { entries } = withLayers(layerProgram(sizes), ops);
    return entries.flatMap((graph) => graph.nodes.filter(({ op }) => op in layerDefs).map((node) => ({ graph, node })));
  });
  expect(new Set(own.map(({ node }) => node.op))).toEqual(new Set(Object.keys(layerDefs)));
  expect(own.flatMap(({ graph, node }) => differences(graph, node))).toEqual([]);
});
