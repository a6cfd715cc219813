// Messages between the calling thread and the thread with SQLite. Plain data only.
import type { AppError } from '../engine/core/result.ts';
import type { Operations } from './operations.ts';

export interface WorkerRequest {
  readonly id: number;
  readonly name: keyof Operations;
  readonly args: readonly unknown[];
}

export type WorkerReply =
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly failure: AppError }
  /** An exception caused by a defect of the program. */
  | { readonly id: number; readonly bug: { readonly message: string; readonly stack: string } };
