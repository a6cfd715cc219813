// Messages between the calling thread and the thread with SQLite. Plain data only; answers are those of `protocol/correlator.ts`.
import type { Operations } from './operations.ts';

export interface WorkerRequest {
  readonly id: number;
  readonly name: keyof Operations;
  readonly args: readonly unknown[];
}
