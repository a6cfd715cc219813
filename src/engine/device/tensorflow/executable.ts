// A compiled program on the tensorflow device: runs the nodes of an entry in order by calls of TensorFlow.js. Variables are
// tensors that are replaced; results are disposed of as soon as nothing needs them.
import { itemAt } from '../../core/item.ts';
import { AppFailure } from '../../core/result.ts';
import { asIs, label, say } from '../../core/say.ts';
import { foreignWords, wordsOf } from '../../core/system-words.ts';
import { sizeOf, type TensorType } from '../../core/tensor.ts';
import type { Graph, Program, ValueId } from '../../graph/graph.ts';
import { costOf } from '../../graph/cost.ts';
import { ofEachOp } from '../../ops/registry.ts';
import type { TfKernel, TfTensor } from '../../ops/tfjs-kernel.ts';
import { allocated } from '../../spec/memory-check.ts';
import type { MemoryGrowth, MemoryReport } from '../../spec/metrics.ts';
import type { DeviceDescription, Executable, OpTime, TensorData } from '../device.ts';
import { layerKernels, tensorOps } from './lstm-layer.ts';
import type { Runtime } from './runtime.ts';
import { Scratch } from './scratch.ts';
import { planEntry, reportOf, type PlannedNode } from './tensor-plan.ts';

const kernels: Readonly<Record<string, TfKernel<never> | undefined>> = {
  ...ofEachOp((op) => op.kernels.tensorflow),
  ...layerKernels,
};

interface CompiledNode extends PlannedNode {
  readonly kernel: TfKernel<never>;
  /** Types of the outputs. */
  readonly types: readonly TensorType[];
  /** Values of the variables that the op changes. */
  readonly changes: readonly ValueId[];
}

interface CompiledEntry {
  readonly graph: Graph;
  readonly nodes: readonly CompiledNode[];
  /** Name of the variable behind each value; null for results of ops. */
  readonly variables: readonly (string | null)[];
  readonly milliseconds: Float64Array;
}

interface HeldVariable {
  readonly type: TensorType;
  tensor: TfTensor;
}

function compileEntry(graph: Graph, nodes: readonly PlannedNode[]): CompiledEntry {
  const compiled = nodes.map((planned): CompiledNode => {
    const { op, label, inputs, outputs } = planned.node;
    const kernel = kernels[op];
    if (!kernel) throw new Error(`tensorflow: op ${op} (${label}) must have a kernel, got none`);
    const changes = (tensorOps[op]?.mutates ?? []).map((input) => itemAt(inputs, input));
    return { ...planned, kernel, changes, types: outputs.map((output) => itemAt(graph.values, output).type) };
  });
  const variables = graph.values.map(({ variable }) => variable);
  return { graph, nodes: compiled, variables, milliseconds: new Float64Array(compiled.length) };
}

export class TensorflowExecutable implements Executable {
  readonly device: DeviceDescription;
  readonly #runtime: Runtime;
  readonly #report: MemoryReport;
  readonly #variables = new Map<string, HeldVariable>();
  readonly #entries = new Map<string, CompiledEntry>();
  readonly #variableBytes: number;
  #scratchBytes = 0;
  #disposed = false;

  constructor(runtime: Runtime, device: DeviceDescription, program: Program) {
    this.device = device;
    this.#runtime = runtime;
    const planned = program.entries.map((graph) => planEntry(graph, program.variables));
    this.#report = reportOf(program, planned);
    program.entries.forEach((graph, i) => this.#entries.set(graph.name, compileEntry(graph, itemAt(planned, i).nodes)));
    runtime.use();
    const before = runtime.tf.memory().numBytes;
    for (const { name, type } of program.variables) {
      this.#variables.set(name, { type, tensor: this.#upload(new Float64Array(sizeOf(type.shape)), type) });
    }
    this.#variableBytes = runtime.tf.memory().numBytes - before;
  }

  plannedBytes(): MemoryReport {
    return this.#report;
  }

  /** Bytes of the variables, plus the most that results of ops took in any run so far, as counted by TensorFlow.js. */
  allocatedBytes(): number {
    return this.#disposed ? 0 : this.#variableBytes + this.#scratchBytes;
  }

  grown(): MemoryGrowth {
    return allocated(this.allocatedBytes());
  }

  write(variable: string, data: ArrayLike<number>): void {
    const held = this.#variable(variable);
    if (data.length !== held.tensor.size) {
      throw new Error(`write: variable ${variable} takes ${held.tensor.size} numbers, got ${data.length}`);
    }
    this.#runtime.use();
    held.tensor.dispose();
    held.tensor = this.#upload(data, held.type);
  }

  run(entry: string): void {
    const compiled = this.#entry(entry);
    this.#runtime.use();
    const scratch = new Scratch(this.#runtime);
    try {
      compiled.nodes.forEach((step, i) => {
        const start = performance.now();
        this.#step(compiled, step, scratch);
        compiled.milliseconds[i] = performance.now() - start;
      });
    } finally {
      scratch.clear();
    }
    this.#scratchBytes = Math.max(this.#scratchBytes, scratch.peak);
  }

  async read(variable: string, into?: TensorData): Promise<TensorData> {
    const { tensor, type } = this.#variable(variable);
    if (into && into.length !== tensor.size) {
      throw new Error(`read: variable ${variable} has ${tensor.size} numbers, got room for ${into.length}`);
    }
    this.#runtime.use();
    const values = await tensor.data();
    const target = into ?? (type.dtype === 'i32' ? new Int32Array(values.length) : new Float32Array(values.length));
    target.set(values);
    return target;
  }

  /** Calls have finished on return, except on a GPU, where reading a number waits for all of them. */
  async settled(): Promise<void> {
    if (!this.#runtime.cuda) return;
    const smallest = [...this.#variables.values()].sort((a, b) => a.tensor.size - b.tensor.size).at(0);
    await smallest?.tensor.data();
  }

  typeOf(variable: string): TensorType {
    return this.#variable(variable).type;
  }

  /** Null on a GPU, which keeps working after a call has returned. */
  profile(entry: string): readonly OpTime[] | null {
    if (this.#runtime.cuda) return null;
    const { graph, nodes, milliseconds } = this.#entry(entry);
    return nodes.map(({ node }, i) => ({ ...costOf(graph, node, tensorOps), milliseconds: itemAt(milliseconds, i) }));
  }

  dispose(): Promise<void> {
    for (const { tensor } of this.#variables.values()) tensor.dispose();
    this.#variables.clear();
    this.#entries.clear();
    this.#disposed = true;
    return Promise.resolve();
  }

  /** Computes one node, keeps its results, replaces the variables it changes, and disposes of what is no longer needed. */
  #step({ variables }: CompiledEntry, step: CompiledNode, scratch: Scratch): void {
    const { node, changes, dispose, view } = step;
    const inputs = node.inputs.map((id) => {
      const variable = variables[id] ?? null;
      return variable === null ? scratch.get(id) : this.#variable(variable).tensor;
    });
    const results = this.#compute(step, inputs);
    node.outputs.forEach((id, place) => scratch.hold(id, itemAt(results, place), view));
    changes.forEach((id, place) => {
      const held = this.#variable(variables[id] ?? '');
      held.tensor.dispose();
      held.tensor = itemAt(results, node.outputs.length + place);
    });
    scratch.sample();
    for (const id of dispose) scratch.release(id);
  }

  /** The kernel's results; a result that is one of the inputs is cloned. */
  #compute({ node, kernel, types }: CompiledNode, inputs: readonly TfTensor[]): readonly TfTensor[] {
    const { tf, context } = this.#runtime;
    try {
      return tf.tidy(() =>
        kernel(context, inputs, node.attrs as never, types).map((result) => {
          return inputs.includes(result) ? tf.clone(result) : result;
        }),
      );
    } catch (error) {
      const why = wordsOf(error);
      const message = say`tensorflow: op ${asIs(node.op)} (${label(node.label)}) was not computed by ${asIs(this.device.module)}: ${foreignWords(why)}`;
      if (/OOM|out of memory|allocat/i.test(why))
        throw new AppFailure({ code: 'out-of-memory', message, cure: say`Use a smaller batch, sequence or model.` });
      throw new AppFailure({ code: 'engine-died', message, cure: say`Resume the run from its last checkpoint.` });
    }
  }

  /** Makes a tensor from a copy, since TensorFlow.js keeps the array it is given. */
  #upload(data: ArrayLike<number>, { shape, dtype }: TensorType): TfTensor {
    const { tf } = this.#runtime;
    if (dtype === 'f32') return tf.tensor(Float32Array.from(data), shape, 'float32');
    const values = Int32Array.from(data);
    const tensor = tf.tensor(values, shape, 'int32');
    this.#runtime.remember(tensor, values);
    return tensor;
  }

  #variable(name: string): HeldVariable {
    const variable = this.#variables.get(name);
    if (variable) return variable;
    throw new Error(
      this.#disposed ? 'tensorflow: the executable is disposed' : `variable ${name}: not part of this program`,
    );
  }

  #entry(name: string): CompiledEntry {
    const entry = this.#entries.get(name);
    if (entry) return entry;
    if (this.#disposed) throw new Error(`run: the executable of entry ${name} is disposed`);
    throw new Error(`entry ${name}: not part of this program, got ${[...this.#entries.keys()].join(', ')}`);
  }
}
