// The device contract: compile a program once, then write, run, read and time. No device knows a model, a task or a file.
import type { Message } from '../core/say.ts';
import type { TensorType } from '../core/tensor.ts';
import type { Program } from '../graph/graph.ts';
import type { KernelTraits } from '../plan/lowering.ts';
import type { MemoryGrowth, MemoryReport } from '../spec/metrics.ts';

export type TensorData = Float32Array | Int32Array | Float64Array;

export interface CompileOptions {
  /** 0 = as many as the machine has. */
  readonly threads: number;
  /** Tests only: every output is filled with NaN before its op runs, so that a cell nobody writes is seen. */
  readonly poison?: boolean;
  /** Take the time of each op where the device can; runs are slower for it. */
  readonly profile?: boolean;
  /** `auto` lets the plan choose; `slab` runs a few samples at a time through all layers. */
  readonly schedule?: 'auto' | 'op-by-op' | 'slab';
  /** Which of the device's kernel modules; `auto` takes the first of `Device.modules` that works. Devices with one ignore it. */
  readonly module?: KernelModuleName | 'auto';
  /** How large activations of the forward pass are kept; f32 when left out. A device whose `storages` lacks it refuses it. */
  readonly storage?: StorageName;
  /** Tests only: values of so many numbers count as large. */
  readonly storageFrom?: number;
}

/** Bits of a stored activation. Variables, gradients and all arithmetic are float32 either way. */
export type StorageName = 'f32' | 'f16';

/** A device computes with one of these when it has several; results agree within the tolerance table, not bit for bit. */
export type KernelModuleName = 'native' | 'wasm';

export interface ModuleReport {
  readonly name: KernelModuleName;
  readonly state: 'ready' | 'missing';
  /** `avx512, /path/of/the/library` or why there is none. */
  readonly detail: Message;
  /** Block sizes that plans for it need; null when it is missing. */
  readonly kernels: KernelTraits | null;
}

export interface DeviceDescription {
  readonly kind: string;
  /** `CPU · wasm simd128 · 2 threads`. */
  readonly title: string;
  readonly module: string;
  readonly threads: number;
  /** Largest relative error against `reference` that this device is held to (the records of ops have one each). */
  readonly precision: 'f32' | 'f64';
}

/** What one op of a run took. */
export interface OpTime {
  /** Where in the model it stands, and which part of it where it has several. */
  readonly label: string;
  readonly op: string;
  readonly milliseconds: number;
  /** What it reads and writes at least: more where caches do not keep what is used again. */
  readonly bytes: number;
  readonly flops: number;
}

/** Runs one behind the other without a wait for the results of each: for devices that compute beside the host. */
export interface Pipeline {
  /** Most runs between two calls of `collect`. */
  readonly slots: number;
  /** Resolves when another run should be handed over: at most two are unfinished then. Null = now. */
  room(): Promise<void> | null;
  /** As `Executable.run`; what outputs of up to 4 KiB hold after it is kept on the device. */
  run(entry: string): void;
  /** First element of each of `variables` after each run since the last call: `into[run * variables.length + i]`. */
  collect(variables: readonly string[], into: Float64Array): Promise<void>;
}

/**
 * A compiled program. Calls take effect in the order they are made. Nothing allocates device memory after compile;
 * `plannedBytes().total` equals `allocatedBytes()` to the byte.
 */
export interface Executable {
  readonly device: DeviceDescription;
  /** Absent where a run has finished on return. */
  readonly pipeline?: Pipeline | undefined;
  /** Words on shared memory whose sum grows with every op, for a watcher on another thread; absent where the device cannot tell. */
  readonly signs?: Int32Array | undefined;
  plannedBytes(): MemoryReport;
  allocatedBytes(): number;
  /** Counted anew at the memory itself: pages that are resident where the system tells, else what the device has made. */
  grown(): MemoryGrowth;
  /** Copies data into a variable; the length must match its type. */
  write(variable: string, data: ArrayLike<number>): void;
  /** Enqueues one entry. On `cpu` and `reference` it has finished on return; elsewhere `read` and `settled` wait. */
  run(entry: string): void;
  /** A copy of a variable (into `into` when given), after everything enqueued before. */
  read(variable: string, into?: TensorData): Promise<TensorData>;
  settled(): Promise<void>;
  typeOf(variable: string): TensorType;
  /** Each op of the entry's last run, in order, where the device can tell; null otherwise. */
  profile(entry: string): readonly OpTime[] | null;
  dispose(): Promise<void>;
}

export interface Device {
  readonly kind: string;
  /** Why the device cannot be used here, or null. Never throws. */
  unavailable(): Promise<Message | null>;
  /** Its kernel modules, the preferred one first; absent when there is only one. Never throws. */
  modules?(): Promise<readonly ModuleReport[]>;
  /** How it can keep activations here; absent = f32 only. Never throws. */
  storages?(): Promise<readonly StorageName[]>;
  /** What really computes when that is software standing in for hardware (`SwiftShader`), else null. `auto` passes such a device over. */
  software?(): Promise<string | null>;
  compile(program: Program, options: CompileOptions): Promise<Executable>;
}
