// The reference device: every op by its float64 definition, one array a value, nothing shared or reused.
// Not optimised; all other devices and the gradients are compared with it. Independent of plans.
import { itemAt } from '../../core/item.ts';
import { sizeOf, type TensorType } from '../../core/tensor.ts';
import type { Graph, Node, Program, Value } from '../../graph/graph.ts';
import { costOf, type NodeCost } from '../../graph/cost.ts';
import { allocated } from '../../spec/memory-check.ts';
import type { MemoryGrowth, MemoryReport } from '../../spec/metrics.ts';
import type { ReferenceKernel, ReferenceTensor } from '../../ops/reference-kernel.ts';
import { ofEachOp, opTable } from '../../ops/registry.ts';
import type { CompileOptions, Device, DeviceDescription, Executable, OpTime, TensorData } from '../device.ts';
import { reportOf, type OwnedArray } from './memory.ts';
import { planReference } from './plan.ts';

const description: DeviceDescription = {
  kind: 'reference',
  title: 'Reference · float64 · TypeScript',
  module: 'typescript',
  threads: 1,
  precision: 'f64',
};

const kernels: Readonly<Record<string, ReferenceKernel<never> | undefined>> = ofEachOp(({ reference }) => reference);

interface CompiledNode {
  readonly node: Node;
  readonly kernel: ReferenceKernel<never>;
  readonly inputs: readonly ReferenceTensor[];
  readonly outputs: readonly ReferenceTensor[];
}

interface CompiledEntry {
  readonly costs: readonly NodeCost[];
  readonly nodes: readonly CompiledNode[];
  readonly milliseconds: Float64Array;
}

class ReferenceExecutable implements Executable {
  readonly device = description;
  readonly #variables = new Map<string, { readonly type: TensorType; readonly data: Float64Array }>();
  readonly #entries = new Map<string, CompiledEntry>();
  readonly #arrays: OwnedArray[] = [];
  readonly #poison: boolean;
  #disposed = false;

  constructor(program: Program, poison: boolean) {
    this.#poison = poison;
    for (const { name, type, role } of program.variables) {
      this.#variables.set(name, { type, data: this.#allocate(type, role) });
    }
    for (const entry of program.entries) this.#entries.set(entry.name, this.#compile(entry));
  }

  plannedBytes(): MemoryReport {
    return reportOf(this.#arrays);
  }

  allocatedBytes(): number {
    return this.#arrays.reduce((bytes, { data }) => bytes + data.byteLength, 0);
  }

  grown(): MemoryGrowth {
    return allocated(this.allocatedBytes());
  }

  write(variable: string, data: ArrayLike<number>): void {
    const target = this.#variable(variable).data;
    if (data.length !== target.length) {
      throw new Error(`write: variable ${variable} takes ${target.length} numbers, got ${data.length}`);
    }
    target.set(data);
  }

  run(entry: string): void {
    if (this.#disposed)
      throw new Error(`run: the executable of entry ${entry} must not be disposed of, got a run after dispose`);
    const { nodes, milliseconds } = this.#entry(entry);
    nodes.forEach(({ node, kernel, inputs, outputs }, i) => {
      const start = performance.now();
      if (this.#poison) for (const output of outputs) output.data.fill(NaN);
      kernel(inputs, outputs, node.attrs as never);
      milliseconds[i] = performance.now() - start;
    });
  }

  read(variable: string, into?: TensorData): Promise<TensorData> {
    const { type, data } = this.#variable(variable);
    if (into) into.set(data);
    return Promise.resolve(into ?? (type.dtype === 'i32' ? Int32Array.from(data) : data.slice()));
  }

  settled(): Promise<void> {
    return Promise.resolve();
  }

  typeOf(variable: string): TensorType {
    return this.#variable(variable).type;
  }

  profile(entry: string): readonly OpTime[] {
    const { costs, milliseconds } = this.#entry(entry);
    return costs.map((cost, i) => ({ ...cost, milliseconds: itemAt(milliseconds, i) }));
  }

  dispose(): Promise<void> {
    this.#disposed = true;
    this.#entries.clear();
    this.#variables.clear();
    this.#arrays.length = 0;
    return Promise.resolve();
  }

  #allocate(type: TensorType, role: OwnedArray['role']): Float64Array {
    const data = new Float64Array(sizeOf(type.shape));
    this.#arrays.push({ role, data });
    return data;
  }

  #variable(name: string): { readonly type: TensorType; readonly data: Float64Array } {
    const variable = this.#variables.get(name);
    if (!variable) throw new Error(`variable ${name}: not part of this program`);
    return variable;
  }

  #entry(name: string): CompiledEntry {
    const entry = this.#entries.get(name);
    if (!entry) throw new Error(`entry ${name}: not part of this program, got ${[...this.#entries.keys()].join(', ')}`);
    return entry;
  }

  #compile(graph: Graph): CompiledEntry {
    const tensors = graph.values.map((value) => this.#tensorOf(value));
    const nodes = graph.nodes.map((node) => {
      const kernel = kernels[node.op];
      if (!kernel) throw new Error(`reference: op ${node.op} (${node.label}) has no definition`);
      return {
        node,
        kernel,
        inputs: node.inputs.map((input) => itemAt(tensors, input)),
        outputs: node.outputs.map((output) => itemAt(tensors, output)),
      };
    });
    const costs = graph.nodes.map((node) => costOf(graph, node, opTable));
    return { costs, nodes, milliseconds: new Float64Array(nodes.length) };
  }

  #tensorOf({ type, variable }: Value): ReferenceTensor {
    const data = variable === null ? this.#allocate(type, 'scratch') : this.#variable(variable).data;
    return { shape: type.shape, data };
  }
}

/** Float64 and plain loops: defines the correct results. `read` gives Float64Array for f32 variables. */
export const referenceDevice: Device = {
  kind: 'reference',
  unavailable: () => Promise.resolve(null),
  capabilities: () => Promise.resolve({ missing: null, software: null, modules: [], storages: ['f32'] }),
  plan: (program) => planReference(program),
  compile: (program: Program, options: CompileOptions): Promise<Executable> =>
    Promise.resolve(new ReferenceExecutable(program, options.poison ?? false)),
};
