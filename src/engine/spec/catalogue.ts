// Plain-data descriptions of what can be chosen, sent to the renderer and printed by the CLI.
import type { Message } from '../core/say.ts';
import type { Family } from './families.ts';
import type { Fields, FieldValues, IntField } from './fields.ts';
import type { TableSize } from './table.ts';
import type { TaskGroup } from './task-groups.ts';

export interface ImplementationInfo {
  readonly id: string;
  readonly title: string;
  readonly help: string;
  /** What a device must offer to compute it (DeviceInfo.offers); left out = every device does. */
  readonly needs?: string;
}

/** A kernel module of a device that has several. */
export interface ModuleInfo {
  readonly name: string;
  readonly title: Message;
  readonly help: Message;
}

/** What a kind of device can do somewhere, as its folder says it. What of that works on this machine is in its DeviceReport. */
export interface DeviceInfo {
  readonly kind: string;
  readonly title: string;
  /** How it computes, in a line. */
  readonly detail: Message;
  /** Takes as many threads as it is given. */
  readonly threaded: boolean;
  /** Kernel modules it can have, the fastest first; [] = it computes in one way. */
  readonly modules: readonly ModuleInfo[];
  /** How it can store activations. */
  readonly storages: readonly string[];
  /** `auto` may take it; others are there to compare with. */
  readonly automatic: boolean;
  /** What only some devices have, for implementations that need it. */
  readonly offers: readonly string[];
}

/** Whether a device offers what an implementation needs; `auto`, which is none of them yet, promises nothing. */
export const offered = ({ needs }: Pick<ImplementationInfo, 'needs'>, device: DeviceInfo | undefined): boolean =>
  needs === undefined || device?.offers.includes(needs) === true;

/** Names of all kernel modules, and all ways to store activations, that some device has. */
export const moduleNames = (devices: readonly DeviceInfo[]): readonly string[] => [
  ...new Set(devices.flatMap(({ modules }) => modules.map(({ name }) => name))),
];
export const storageNames = (devices: readonly DeviceInfo[]): readonly string[] => [
  ...new Set(devices.flatMap(({ storages }) => storages)),
];

export interface ModelInfo {
  readonly kind: string;
  /** `minGRU`, as written in the field. */
  readonly title: string;
  readonly summary: string;
  readonly family: Family;
  /** When it was published. */
  readonly year: number;
  /** One step in the field's signs, a line each. */
  readonly equations: readonly string[];
  readonly paper: string;
  /** Settings with which it stands in the network it was published in; absent = the usual ones, or that network is not here. */
  readonly published?: FieldValues;
  readonly implementations: readonly ImplementationInfo[];
  /** Fields of this model only; the stack's are in Catalogue.stack. */
  readonly fields: Fields;
}

/** What one layer of a model holds, in numbers: weights, and a carried state of `state + growth * T` after T steps. */
export interface MixerSize {
  readonly weights: number;
  readonly state: number;
  readonly growth: number;
}

/** Kinds of content of a dataset, which a task may require. */
export type DataNeed = 'text' | 'series' | 'images' | 'table';

export interface TaskInfo {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly group: TaskGroup;
  readonly kind: 'classification' | 'regression' | 'language';
  readonly fields: Fields;
  /** Kind of dataset it needs; null if it generates its own data. */
  readonly needs: DataNeed | null;
}

/** What was changed on import: encoding, byte order mark, line ends. */
export type TextChange = 'utf-16le' | 'utf-16be' | 'bom' | 'crlf';

/** Sequences of a dataset, from the shortest to the longest, with `width` numbers at a step or as a picture, in so many classes. */
export interface DataSize {
  readonly sequences: number;
  readonly shortest: number;
  readonly longest: number;
  readonly width: number;
  readonly shape: readonly number[] | null;
  readonly classes: readonly string[];
}

export interface DatasetInfo {
  readonly id: string;
  readonly title: string;
  readonly bytes: number;
  readonly kind: DataNeed;
  /** Size and classes of sequences. */
  readonly holds?: DataSize;
  /** Rows and columns of a table. */
  readonly table?: TableSize;
  readonly licence: string;
  /** `here` = can be used now; `download` = must be fetched first. */
  readonly state: 'here' | 'download';
  readonly sha256: string | null;
  /** Only right after an import. */
  readonly changes?: readonly TextChange[];
}

export interface Catalogue {
  readonly models: readonly ModelInfo[];
  readonly stack: Fields;
  readonly tasks: readonly TaskInfo[];
  readonly training: Fields;
  /** `auto` comes before them in every list and is not one of them. */
  readonly devices: readonly DeviceInfo[];
  /** Threads of the engine on this machine. */
  readonly threads: IntField;
  readonly datasets: readonly DatasetInfo[];
}

export interface DeviceReport {
  readonly kind: string;
  readonly title: string;
  readonly state: 'ready' | 'software' | 'missing';
  /** Module and instruction set, threads; or why it is missing and how to get it. */
  readonly detail: Message;
  readonly threads: number;
  /** How it can store activations here. */
  readonly storages: readonly string[];
}

export interface MachineReport {
  readonly version: string;
  readonly commit: string | null;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly cores: number;
  readonly memoryTotal: number;
  readonly memoryFree: number;
  readonly diskFree: number | null;
  readonly devices: readonly DeviceReport[];
  readonly sessionsFolder: string;
}

/** Recorded with each run: where its numbers come from. */
export interface EnvironmentStamp {
  readonly version: string;
  readonly commit: string | null;
  readonly node: string;
  readonly platform: string;
  readonly cpu: string;
  readonly device: string;
  /** `wasm simd128`, `native avx512`, … */
  readonly module: string;
  readonly threads: number;
  /** Why `auto` took this device; null or absent when it was asked for by name. */
  readonly reason?: Message | null;
  /** Where the run was trained before it was resumed on another device or kernel module: from that step on it is not bit-exact. */
  readonly movedFrom?: { readonly step: number; readonly device: string; readonly module: string } | null;
  /** False in mode `parallel`: then timings are contended. */
  readonly exclusive: boolean;
  readonly started: string;
}
