// What travels between the thread that asks and the thread that has SQLite. Plain data only.
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
  /** An exception that is nobody's fault but the program's. */
  | { readonly id: number; readonly bug: { readonly message: string; readonly stack: string } };
