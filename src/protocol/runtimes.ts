// What the lab tells its doors of what computes: of runtimes that can be added to it, and of what is part of it. Plain data for the Settings screen and the command line.
import type { AppError } from '../engine/core/result.ts';
import type { Message } from '../engine/core/say.ts';
import type { Agreement } from '../engine/spec/agreement.ts';

export const runtimeIds = ['tensorflow', 'tensorflow-gpu'] as const;
export type RuntimeId = (typeof runtimeIds)[number];

/** The steps of an installation, in their order. */
export const runtimeStages = ['fetch', 'unpack', 'build', 'check'] as const;
export type RuntimeStage = (typeof runtimeStages)[number];

/** What a runtime computed against the 64-bit reference, in a process of its own. */
export interface RuntimeCheck {
  /** When it was made. */
  readonly at: string;
  /** What answered: `tfjs-node TF 2.15.1`. */
  readonly module: string;
  readonly cuda: boolean;
  readonly passed: number;
  readonly total: number;
  /** Ops beyond their tolerance, each with the sentence that says by how much. */
  readonly differ: readonly { readonly op: string; readonly problem: string }[];
  /** The largest relative error of those that passed. */
  readonly worst: number;
  /** With the step of one network; null when it was not computed. */
  readonly agreement: Agreement | null;
  /** A training step of the larger network that all are timed by; null when it was not timed. */
  readonly step: StepTime | null;
}

export interface StepTime {
  /** The median. */
  readonly seconds: number;
  readonly steps: number;
}

/** A device with one of its kernel modules, which is part of the program, and how it compares. */
export interface WayReport {
  /** `cpu native`. */
  readonly id: string;
  readonly kind: string;
  /** Null = the device computes in one way. */
  readonly module: string | null;
  /** The last check; null when none has come to its end. */
  readonly check: RuntimeCheck | null;
  /** Operations that are done, while it is checked; null when it is not. */
  readonly work: { readonly done: number; readonly total: number } | null;
  /** Why the last check did not come to its end. */
  readonly failed: AppError | null;
}

export interface RuntimeWork {
  readonly stage: RuntimeStage;
  /** Bytes while it is fetched and unpacked, ops while it is checked; the compiler tells nothing: 0 of 0. */
  readonly done: number;
  readonly total: number;
  /** Whether this lab can end it; false while another lab does it. */
  readonly mine: boolean;
}

export interface RuntimeReport {
  readonly id: RuntimeId;
  readonly title: string;
  readonly version: string;
  readonly package: string;
  readonly fetchBytes: number;
  readonly diskBytes: number;
  /** Why it cannot be installed here, with what would help; null where it can. */
  readonly impossible: AppError | null;
  readonly work: RuntimeWork | null;
  /** What is in the data folder; null when nothing is. */
  readonly installed: {
    readonly at: string;
    readonly version: string;
    readonly packageVersion: string;
    readonly bytes: number;
    readonly folder: string;
    /** The last one; null when none has come to its end. */
    readonly check: RuntimeCheck | null;
    /** Why engines do not get it; null when they do. */
    readonly broken: Message | null;
  } | null;
  /** Why the last attempt to install it here did not come to its end. */
  readonly failed: AppError | null;
}

/** What is tried, in a process of its own. */
export interface CheckTarget {
  readonly kind: string;
  /** The kernel module; null = the device computes in one way. */
  readonly module: string | null;
  /** The folder of the package that the device stands on; null = what is part of the program. */
  readonly library: string | null;
  /** All when empty. */
  readonly ops: readonly string[];
  /** Whether a training step is timed too. */
  readonly timed: boolean;
}

/** What the process that tries it writes, a line each. */
export type CheckLine =
  | { readonly type: 'loaded'; readonly module: string; readonly cuda: boolean; readonly ops: number }
  | { readonly type: 'op'; readonly op: string; readonly problem: string | null; readonly worst: number }
  | { readonly type: 'agreement'; readonly agreement: Agreement }
  | ({ readonly type: 'step' } & StepTime)
  | { readonly type: 'end' };
