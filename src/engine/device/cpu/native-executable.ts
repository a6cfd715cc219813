// A compiled program on the native module: the same arena and op table, threads of the addon's own. Runs are queued without blocking the
// event loop. Reads and writes wait for what was queued before them.
import { sizeOf, type TensorType } from '../../core/tensor.ts';
import type { NodeCost } from '../../graph/cost.ts';
import type { Plan, PlannedEntry, PlannedVariable } from '../../plan/plan.ts';
import { ENTRY_BYTES } from '../../plan/opcodes.shared.ts';
import { allocated } from '../../spec/memory-check.ts';
import type { MemoryGrowth, MemoryReport } from '../../spec/metrics.ts';
import type { DeviceDescription, Executable, OpTime, TensorData } from '../device.ts';
import { signsIn, SMALL_ENTRY_FLOPS } from './executable.ts';
import type { Machine, NativeAddon } from './native-module.ts';

/** A read blocks for this long before it goes through the event loop: blocking is cheaper than a callback for a step that is nearly done. */
const BRIEFLY_MS = 0.1;

interface Waiter {
  readonly count: number;
  readonly resolve: () => void;
}

export class NativeExecutable implements Executable {
  readonly device: DeviceDescription;
  readonly signs: Int32Array;
  readonly #plan: Plan;
  readonly #addon: NativeAddon;
  readonly #machine: Machine;
  readonly #bytes: number;
  readonly #views = new Map<string, Float32Array | Int32Array>();
  #waiters: readonly Waiter[] = [];
  #queued = 0;
  #disposed = false;

  constructor(device: DeviceDescription, plan: Plan, memory: WebAssembly.Memory, addon: NativeAddon) {
    this.device = device;
    this.signs = signsIn(memory, plan.threads);
    this.#plan = plan;
    this.#addon = addon;
    const { buffer } = memory;
    this.#bytes = buffer.byteLength;
    new Int32Array(buffer).set(plan.table, plan.tableAddress / 4);
    for (const [name, { address, type }] of plan.variables) {
      const length = sizeOf(type.shape);
      const isInteger = type.dtype === 'i32';
      const view = isInteger ? new Int32Array(buffer, address, length) : new Float32Array(buffer, address, length);
      this.#views.set(name, view);
    }
    const entries = Math.max(0, ...[...plan.entries.values()].map((entry) => this.#indexOf(entry.to)));
    const { scratchAddress, scratchStride, threads } = plan;
    const done = (): void => this.#progress();
    this.#machine = addon.create(new Uint8Array(buffer), scratchAddress, scratchStride, threads, entries, done);
  }

  plannedBytes(): MemoryReport {
    return this.#plan.report;
  }

  allocatedBytes(): number {
    return this.#bytes;
  }

  grown(): MemoryGrowth {
    if (this.#disposed) return allocated(0);
    const bytes = this.#addon.resident(this.#machine, this.#bytes);
    return bytes < 0 ? allocated(this.#bytes) : { bytes, counted: 'resident' };
  }

  write(variable: string, data: ArrayLike<number>): void {
    const view = this.#view(variable);
    if (data.length !== view.length) {
      throw new Error(`write: ${variable} takes ${view.length} elements, got ${data.length}`);
    }
    this.#addon.wait(this.#machine, this.#queued, -1);
    view.set(data);
  }

  run(name: string): void {
    const entry = this.#entry(name);
    this.#requireAlive();
    const threads = entry.flops < SMALL_ENTRY_FLOPS ? 1 : this.#plan.threads;
    this.#queued = this.#addon.start(this.#machine, entry.from, entry.to, this.#indexOf(entry.from), threads);
  }

  async read(variable: string, into?: TensorData): Promise<TensorData> {
    const view = this.#view(variable);
    if (into && into.length !== view.length) {
      throw new Error(`read: ${variable} has ${view.length} elements, got room for ${into.length}`);
    }
    await this.#finished();
    const target = into ?? (view instanceof Int32Array ? new Int32Array(view.length) : new Float32Array(view.length));
    target.set(view);
    return target;
  }

  async settled(): Promise<void> {
    this.#requireAlive();
    await this.#finished();
  }

  typeOf(variable: string): TensorType {
    return this.#variable(variable).type;
  }

  /** Times of each node as measured on thread 0; waiting at barriers is not counted. */
  profile(name: string): readonly OpTime[] {
    const { from, owners } = this.#entry(name);
    const times = this.#addon.profile(this.#machine, this.#indexOf(from), owners.length);
    const nodes = new Map<NodeCost, number>();
    owners.forEach((owner, i) => nodes.set(owner, (nodes.get(owner) ?? 0) + (times[i] ?? 0) / 1e6));
    return [...nodes].map(([cost, milliseconds]) => ({ ...cost, milliseconds }));
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    await this.#finished();
    this.#addon.end(this.#machine);
    this.#views.clear();
  }

  /** Resolves when everything queued so far is done. */
  async #finished(): Promise<void> {
    const count = this.#queued;
    if (this.#addon.wait(this.#machine, count, BRIEFLY_MS) >= count) return;
    await new Promise<void>((resolve) => {
      this.#waiters = [...this.#waiters, { count, resolve }];
      this.#addon.want(this.#machine, 1);
      if (this.#addon.finished(this.#machine) >= count) this.#progress();
    });
  }

  /** Called after a finished job while a caller waits. */
  #progress(): void {
    if (this.#waiters.length === 0) return;
    const finished = this.#addon.finished(this.#machine);
    const ready = this.#waiters.filter(({ count }) => count <= finished);
    this.#waiters = this.#waiters.filter(({ count }) => count > finished);
    for (const { resolve } of ready) resolve();
    this.#addon.want(this.#machine, this.#waiters.length > 0 ? 1 : 0);
    if (this.#waiters.some(({ count }) => count <= this.#addon.finished(this.#machine))) this.#progress();
  }

  /** Number of the table entry at a byte address. */
  #indexOf(address: number): number {
    return (address - this.#plan.tableAddress) / ENTRY_BYTES;
  }

  #requireAlive(): void {
    if (this.#disposed) throw new Error('cpu: the executable is disposed');
  }

  #entry(name: string): PlannedEntry {
    const entry = this.#plan.entries.get(name);
    if (entry) return entry;
    throw new Error(`run: entry ${name} is not part of the program, got ${[...this.#plan.entries.keys()].join(', ')}`);
  }

  #variable(name: string): PlannedVariable {
    const variable = this.#plan.variables.get(name);
    if (!variable) throw new Error(`cpu: variable ${name} is not part of the program`);
    return variable;
  }

  #view(name: string): Float32Array | Int32Array {
    this.#requireAlive();
    const view = this.#views.get(name);
    if (!view) throw new Error(`cpu: variable ${name} is not part of the program`);
    return view;
  }
}
