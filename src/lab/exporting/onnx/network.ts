// A trained network as one ONNX model: a Scan over time whose body is the model's own definition of one step, with the state as inputs
// and outputs, so that a sequence can be cut anywhere. Batch and length are variable. The implementation a run trained with does not matter.
//   tokens i64 [batch, time] (or features f32 [batch, time, width]), a state tensor a slot  ->  logits f32 [batch, time, outputs], the states after
import { asIs, say } from '../../../engine/core/say.ts';
import { AppFailure } from '../../../engine/core/result.ts';
import type { StoredTensor } from '../../../engine/core/safetensors.ts';
import { f32, i32 } from '../../../engine/core/tensor.ts';
import { ProgramBuilder } from '../../../engine/graph/builder.ts';
import type { Graph, ValueId } from '../../../engine/graph/graph.ts';
import { pruneProgram } from '../../../engine/graph/prune.ts';
import type { StateSlot } from '../../../engine/models/model.ts';
import { findModel } from '../../../engine/models/registry.ts';
import {
  readsBothWays,
  stackState,
  stackStep,
  type StackConfig,
  type StackInput,
} from '../../../engine/models/stack.ts';
import * as op from '../../../engine/ops/functional.ts';
import { opTable } from '../../../engine/ops/registry.ts';
import type { RunSpec } from '../../../engine/spec/run-spec.ts';
import { programVersion } from '../../files/program.ts';
import type { RunWeights } from '../weights.ts';
import { Lowering } from './lower.ts';
import * as onnx from './messages.ts';

type Tensors = ReadonlyMap<string, StoredTensor>;

/** A batch size that no other extent has: wherever it is the first extent, it is the batch. */
const anyBatch = 7919;

const shapeOf = (tensors: Tensors, name: string): readonly number[] | undefined => tensors.get(name)?.shape;

/** The stack a run trained, with its ends as wide as its weights say. */
function stackOf({ model: { kind, implementation, fields } }: RunSpec, tensors: Tensors): StackConfig {
  const model = findModel(kind);
  const [outputs] = shapeOf(tensors, 'head/weight') ?? [];
  const [vocabulary] = shapeOf(tensors, 'embedding/weight') ?? [];
  const [, width] = shapeOf(tensors, 'input/weight') ?? [];
  if (model === null || outputs === undefined || (vocabulary ?? width) === undefined) {
    throw new AppFailure({
      code: 'unsupported',
      message: say`ONNX: model ${asIs(kind)} cannot be expressed: an input layer, a model that is known here and a head are required`,
      cure: say`Export the weights as safetensors instead.`,
    });
  }
  const input: StackInput =
    vocabulary === undefined ? { kind: 'features', width: width ?? 1 } : { kind: 'tokens', vocabulary };
  const [longest = 1] = shapeOf(tensors, 'positions/weight') ?? [];
  return { model, implementation, values: fields, inputs: [input], heads: [{ outputs }], longest };
}

/** From both ends there is no step of a network, and the Scan is made of steps. */
function refuseBothWays(config: StackConfig): void {
  if (!readsBothWays(config)) return;
  throw new AppFailure({
    code: 'unsupported',
    message: say`ONNX: a network that reads from both ends cannot be expressed, since the file reads a sequence position by position.`,
    cure: say`Export the weights as safetensors instead.`,
  });
}

/** Its one stream and its one head. */
function endsOf({ inputs, heads }: StackConfig): { readonly input: StackInput; readonly outputs: number } {
  const [input, head] = [inputs[0], heads[0]];
  if (input === undefined || head === undefined) throw new Error('ONNX: a network must have an input and a head');
  return { input, outputs: head.outputs };
}

interface Step {
  readonly graph: Graph;
  readonly slots: readonly StateSlot[];
}

/** One step of the stack as a graph over variables: `x`, `before/<slot>`, `after/<slot>`, `y` and the weights. */
function stepOf(config: StackConfig): Step {
  const program = new ProgramBuilder(opTable, { asWritten: true });
  const slots = stackState(config);
  program.entry('step', (builder) => {
    const { input } = endsOf(config);
    const type = input.kind === 'tokens' ? i32(anyBatch) : f32(anyBatch, input.width);
    const x = builder.read(program.variable('x', type, 'input'));
    const before = slots.map(({ name, shape }) =>
      builder.read(program.variable(`before/${name}`, f32(anyBatch, ...shape), 'state')),
    );
    const { y, state } = stackStep(builder, [x], before, config);
    const out = (name: string, value: ValueId): void =>
      op.assign(builder, builder.read(program.variable(name, builder.type(value), 'output')), value);
    out('y', y);
    state.forEach((value, i) => out(`after/${slots[i]?.name}`, value));
  });
  const [graph] = pruneProgram(program.finish(), opTable).entries;
  if (graph === undefined) throw new Error('ONNX: the step must be a graph');
  return { graph, slots };
}

/** The graph without its writes, and the values written by name. */
function parted(graph: Graph): { readonly graph: Graph; readonly written: ReadonlyMap<string, ValueId> } {
  const written = new Map<string, ValueId>();
  const nodes = graph.nodes.filter((node) => {
    const [target, value] = node.inputs;
    if (node.op !== 'assign' || target === undefined || value === undefined) return true;
    written.set(graph.values[target]?.variable ?? '', value);
    return false;
  });
  return { graph: { ...graph, nodes }, written };
}

const valueName = (graph: Graph, id: ValueId): string => graph.values[id]?.variable ?? `v${id}`;

function bodyOf({ graph, slots }: Step, config: StackConfig): onnx.GraphSpec {
  const parts = parted(graph);
  const name = (id: ValueId): string => valueName(graph, id);
  const to = new Lowering(parts.graph, anyBatch, name);
  to.run();
  const result = (variable: string): string => {
    const value = parts.written.get(variable);
    if (value === undefined) throw new Error(`ONNX: the step must write ${variable}`);
    // A unique name: two states may be the same value, but an output may not be named twice.
    return to.add('Identity', [name(value)], [], variable);
  };
  const { input, outputs } = endsOf(config);
  const x =
    input.kind === 'tokens'
      ? onnx.valueMessage('x', 'int64', ['batch'])
      : onnx.valueMessage('x', 'float', ['batch', input.width]);
  const state = (when: string) =>
    slots.map((slot) => onnx.valueMessage(`${when}/${slot.name}`, 'float', ['batch', ...slot.shape]));
  for (const slot of slots) result(`after/${slot.name}`);
  result('y');
  return {
    name: 'one step',
    nodes: to.nodes,
    constants: to.constants,
    inputs: [...state('before'), x],
    outputs: [...state('after'), onnx.valueMessage('y', 'float', ['batch', outputs])],
  };
}

/** What the state is before the first step: zero, or one learned value a number of it (through g where the state is positive). */
function startOf(slot: StateSlot, tensors: Tensors): number | readonly number[] {
  const learned = tensors.get(slot.name.replace(/\/([^/]+)$/, '/start/$1'));
  if (learned === undefined) return slot.start;
  const g = (x: number): number => (x >= 0 ? x + 0.5 : 1 / (1 + Math.exp(-x)));
  return Array.from(learned.data, (value) => (slot.positive === true ? g(value) : value));
}

function graphOf(config: StackConfig, tensors: Tensors): onnx.GraphSpec {
  const step = stepOf(config);
  const body = bodyOf(step, config);
  const { input, outputs } = endsOf(config);
  const tokens = input.kind === 'tokens';
  const x = tokens ? 'tokens' : 'features';
  const names = (when: string): string[] => step.slots.map((slot) => `${when}_${slot.name.replaceAll('/', '_')}`);
  const states = (when: string) =>
    names(when).map((name, i) => onnx.valueMessage(name, 'float', ['batch', ...(step.slots[i]?.shape ?? [])]));
  const scan = onnx.nodeMessage({
    op: 'Scan',
    name: 'over_time',
    inputs: [...names('state'), x],
    outputs: [...names('next'), 'logits'],
    attributes: [
      onnx.graphAttribute('body', onnx.graphMessage(body)),
      onnx.intAttribute('num_scan_inputs', 1),
      onnx.intsAttribute('scan_input_axes', [1]),
      onnx.intsAttribute('scan_output_axes', [1]),
    ],
  });
  const shape = tokens ? ['batch', 'time'] : ['batch', 'time', input.width];
  return {
    name: 'network',
    nodes: [scan],
    // Learned initial states are in the metadata, since no node reads them.
    constants: [...tensors]
      .filter(([name]) => !name.includes('/start/'))
      .map(([name, { shape: extents, data }]) => onnx.tensorMessage(name, extents, Float32Array.from(data))),
    inputs: [onnx.valueMessage(x, tokens ? 'int64' : 'float', shape), ...states('state')],
    outputs: [onnx.valueMessage('logits', 'float', ['batch', 'time', outputs]), ...states('next')],
  };
}

/** The bytes of the model. Rejects what cannot be expressed, by name. */
export function onnxOf({ run, tensors, metadata }: RunWeights): Uint8Array {
  const config = stackOf(run.spec, tensors);
  refuseBothWays(config);
  const starts = Object.fromEntries(
    stackState(config).map((slot) => [`state_${slot.name.replaceAll('/', '_')}`, startOf(slot, tensors)]),
  );
  const words =
    'Every state is [batch, width] or [batch, inputs, width]; what it is before the first step stands in the metadata under "start".';
  const { model, task } = run.spec;
  return onnx.modelBytes(onnx.graphMessage(graphOf(config, tensors)), programVersion(), words, {
    ...metadata,
    start: JSON.stringify(starts),
    spec: JSON.stringify({ model, task }),
  });
}
