// The device contract: compile a program once, then write, run, read and time. Devices do not depend on models, tasks or files.
import type { Message } from '../core/say.ts';
import type { TensorType } from '../core/tensor.ts';
import type { Program } from '../graph/graph.ts';
import type { KernelTraits } from '../plan/lowering.ts';
import type { DeviceInfo } from '../spec/catalogue.ts';
import type { MemoryGrowth, MemoryReport } from '../spec/metrics.ts';

export type TensorData = Float32Array | Int32Array | Float64Array;

export interface CompileOptions {
  /** 0 = as many as the machine has. */
  readonly threads: number;
  /** Tests only: every output is filled with NaN before its op runs, so that an element that is never written shows up. */
  readonly poison?: boolean;
  /** Time each op if the device can; this makes runs slower. */
  readonly profile?: boolean;
  /** `auto` lets the plan choose; `slab` runs a few samples at a time through all layers. */
  readonly schedule?: 'auto' | 'op-by-op' | 'slab';
  /** Which of the device's kernel modules; `auto` takes the first of its capabilities that works. Devices with one ignore it. */
  readonly module?: string;
  /** How large activations of the forward pass are kept; f32 when left out. A device that cannot refuses it. */
  readonly storage?: StorageName;
  /** What the model's implementation needs (spec/catalogue.ts): a device that offers it computes the program so. */
  readonly needs?: string | undefined;
  /** Tests only: values with this many numbers count as large. */
  readonly storageFrom?: number;
}

/** Bits of a stored activation. Variables, gradients and all arithmetic are always float32. */
export type StorageName = 'f32' | 'f16';

/** One of several kernel modules of a device; their results agree within the tolerance table, not bit for bit. */
export interface ModuleReport {
  readonly name: string;
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
  /** Largest allowed relative error against `reference` (each op record has its own). */
  readonly precision: 'f32' | 'f64';
}

/** Time of one op of a run. */
export interface OpTime {
  /** Its place in the model, and which part of it if there are several. */
  readonly label: string;
  readonly op: string;
  readonly milliseconds: number;
  /** Least bytes it reads and writes; more if the caches do not keep reused data. */
  readonly bytes: number;
  readonly flops: number;
}

/** Runs in sequence without waiting for the results of each: for devices that compute asynchronously. */
export interface Pipeline {
  /** Most runs between two calls of `collect`. */
  readonly slots: number;
  /** Resolves when another run should be submitted, with at most two unfinished. Null = now. */
  room(): Promise<void> | null;
  /** As `Executable.run`; the contents of outputs of up to 4 KiB are kept on the device. */
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
  /** Absent if a run has finished on return. */
  readonly pipeline?: Pipeline | undefined;
  /** Counters in shared memory whose sum grows with every op, for a watchdog on another thread; absent if the device has none. */
  readonly signs?: Int32Array | undefined;
  plannedBytes(): MemoryReport;
  allocatedBytes(): number;
  /** Measured on the memory itself: resident pages if the system reports them, else the bytes the device has allocated. */
  grown(): MemoryGrowth;
  /** Copies data into a variable; the length must match its type. */
  write(variable: string, data: ArrayLike<number>): void;
  /** Enqueues one entry. On `reference` it has finished on return; elsewhere `read` and `settled` wait for it. */
  run(entry: string): void;
  /** A copy of a variable (into `into` when given), after everything enqueued before. */
  read(variable: string, into?: TensorData): Promise<TensorData>;
  settled(): Promise<void>;
  typeOf(variable: string): TensorType;
  /** Each op of the entry's last run, in order; null if the device cannot time ops. */
  profile(entry: string): readonly OpTime[] | null;
  dispose(): Promise<void>;
}

/** What a device finds that it can do on this machine. Plain data: another process may be asked. */
export interface Capabilities {
  /** Why it cannot be used here, or null. */
  readonly missing: Message | null;
  /** The software that emulates the hardware (`SwiftShader`), else null. `auto` skips such a device. */
  readonly software: string | null;
  /** Its kernel modules, the preferred one first; [] where it computes in one way. */
  readonly modules: readonly ModuleReport[];
  /** How it can keep activations. */
  readonly storages: readonly StorageName[];
}

export interface Device {
  readonly kind: string;
  /** As `missing` of its capabilities, sooner known. Never throws. */
  unavailable(): Promise<Message | null>;
  /** Never throws. */
  capabilities(): Promise<Capabilities>;
  /** For a process that plans but must not load drivers: what another process found. Absent = its plans are the same everywhere. */
  assume?(found: Capabilities): void;
  /** The exact memory that `compile` would take with these options, without taking it. */
  plan(program: Program, options: CompileOptions): MemoryReport;
  compile(program: Program, options: CompileOptions): Promise<Executable>;
}

/** A device as the registry has it: what is said of it everywhere, and the device itself, loaded when it is asked for. */
export interface DeviceEntry {
  readonly info: Omit<DeviceInfo, 'kind'>;
  load(): Promise<Device>;
}
