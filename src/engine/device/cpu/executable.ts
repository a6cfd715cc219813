// A compiled program on the cpu device: one shared memory, one op table, a crew of threads. A run is one call into the module.
import { AppFailure } from '../../core/result.ts';
import { asIs, type Message, say } from '../../core/say.ts';
import { foreignWords, wordsOf } from '../../core/system-words.ts';
import { sizeOf, type TensorType } from '../../core/tensor.ts';
import type { Plan, PlannedEntry, PlannedVariable } from '../../plan/plan.ts';
import * as control from '../../plan/opcodes.shared.ts';
import { allocated } from '../../spec/memory-check.ts';
import type { MemoryGrowth, MemoryReport } from '../../spec/metrics.ts';
import type { DeviceDescription, Executable, TensorData } from '../device.ts';
import type { Crew } from './crew.ts';
import type { KernelExports } from './kernel-module.ts';

/** Work below this does not pay for waking the other threads. Results do not depend on which thread works, so they stay bit-identical. */
export const SMALL_ENTRY_FLOPS = 200_000;

/** Naps of 20 ms that thread 0 waits for a thread that finishes no entry, before it gives up the run: two minutes. */
export const STALL_LIMIT = 6000;

export interface CpuParts {
  readonly device: DeviceDescription;
  readonly plan: Plan;
  readonly memory: WebAssembly.Memory;
  readonly kernels: KernelExports;
  readonly crew: Crew;
}

/** Writes the op table and the control block into a fresh memory. */
export function prepareMemory(memory: WebAssembly.Memory, plan: Plan, stallLimit: number): void {
  const words = new Int32Array(memory.buffer);
  words.set(plan.table, plan.tableAddress / 4);
  words[control.CONTROL_SCRATCH / 4] = plan.scratchAddress;
  words[control.CONTROL_SCRATCH_STRIDE / 4] = plan.scratchStride;
  words[control.CONTROL_STALL_LIMIT / 4] = stallLimit;
  words[control.CONTROL_COMMAND / 4] = control.COMMAND_RUN;
}

/** The threads' counters: arrivals at barriers and completed entries. */
export const signsIn = (memory: WebAssembly.Memory, threads: number): Int32Array =>
  new Int32Array(memory.buffer, control.CONTROL_ARRIVAL, (control.CACHE_LINE / 4) * threads);

export class CpuExecutable implements Executable {
  readonly device: DeviceDescription;
  readonly signs: Int32Array;
  readonly #plan: Plan;
  readonly #memory: WebAssembly.Memory;
  readonly #kernels: KernelExports;
  readonly #crew: Crew;
  readonly #views = new Map<string, Float32Array | Int32Array>();
  #failed: AppFailure | null = null;
  #disposed = false;

  constructor(parts: CpuParts) {
    this.device = parts.device;
    this.signs = signsIn(parts.memory, parts.plan.threads);
    this.#plan = parts.plan;
    this.#memory = parts.memory;
    this.#kernels = parts.kernels;
    this.#crew = parts.crew;
    for (const [name, { address, type }] of parts.plan.variables) {
      const { buffer } = parts.memory;
      const length = sizeOf(type.shape);
      const view =
        type.dtype === 'i32' ? new Int32Array(buffer, address, length) : new Float32Array(buffer, address, length);
      this.#views.set(name, view);
    }
  }

  plannedBytes(): MemoryReport {
    return this.#plan.report;
  }

  allocatedBytes(): number {
    return this.#memory.buffer.byteLength;
  }

  /** WebAssembly does not reveal addresses, so resident pages cannot be counted; this is the size its memory has grown to. */
  grown(): MemoryGrowth {
    return allocated(this.#memory.buffer.byteLength);
  }

  write(variable: string, data: ArrayLike<number>): void {
    const view = this.#view(variable);
    if (data.length !== view.length) {
      throw new Error(`write: ${variable} takes ${view.length} elements, got ${data.length}`);
    }
    view.set(data);
  }

  run(entry: string): void {
    const planned = this.#entry(entry);
    this.#requireAlive();
    const threads = planned.flops < SMALL_ENTRY_FLOPS ? 1 : this.#plan.threads;
    let code: number;
    try {
      code = this.#kernels.dispatch(planned.from, planned.to, threads);
    } catch (problem) {
      this.#kernels.abandon(0);
      throw this.#fail(say`thread 0 failed in entry ${asIs(entry)}: ${foreignWords(wordsOf(problem))}`);
    }
    if (code !== 0) throw this.#fail(say`entry ${asIs(entry)} was not finished: ${reasonOf(code)}`);
  }

  async read(variable: string, into?: TensorData): Promise<TensorData> {
    const view = this.#view(variable);
    if (into && into.length !== view.length) {
      throw new Error(`read: ${variable} has ${view.length} elements, got room for ${into.length}`);
    }
    const target = into ?? (view instanceof Int32Array ? new Int32Array(view.length) : new Float32Array(view.length));
    target.set(view);
    return target;
  }

  async settled(): Promise<void> {
    this.#requireAlive();
  }

  typeOf(variable: string): TensorType {
    return this.#variable(variable).type;
  }

  /** Always null: timing each op would need a call out of the module for each of them. */
  profile(): null {
    return null;
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#views.clear();
    await this.#crew.end(this.#kernels);
  }

  #requireAlive(): void {
    if (this.#failed) throw this.#failed;
    if (this.#disposed) throw new Error('cpu: the executable is disposed');
    const { failure } = this.#crew;
    if (failure) throw this.#fail(foreignWords(failure.message));
  }

  #fail(message: Message): AppFailure {
    const cure = say`Resume the run from its last checkpoint.`;
    this.#failed ??= new AppFailure({ code: 'engine-died', message: say`cpu: ${message}`, cure });
    return this.#failed;
  }

  #entry(name: string): PlannedEntry {
    const entry = this.#plan.entries.get(name);
    if (!entry)
      throw new Error(
        `run: entry ${name} is not part of the program, got ${[...this.#plan.entries.keys()].join(', ')}`,
      );
    return entry;
  }

  #variable(name: string): PlannedVariable {
    const variable = this.#plan.variables.get(name);
    if (!variable) throw new Error(`cpu: variable ${name} is not part of the program`);
    return variable;
  }

  #view(name: string): Float32Array | Int32Array {
    const view = this.#views.get(name);
    if (view) return view;
    if (this.#disposed) throw new Error('cpu: the executable is disposed');
    throw new Error(`cpu: variable ${name} is not part of the program`);
  }
}

function reasonOf(code: number): Message {
  return code === control.ABORT_STALLED ? say`a thread did not arrive in time` : say`thread ${code - 1} failed`;
}
