// What a trainer is made of, as prepare.ts puts it together.
import type { CompileOptions, Device, Executable } from '../device/device.ts';
import type { Program } from '../graph/graph.ts';
import type { RunFacts } from '../spec/metrics.ts';
import type { TrainingCursor } from '../spec/training-cursor.ts';
import type { RunSetup } from './setup.ts';
import type { TimeLedger } from './time-ledger.ts';
import type { TrainingListener } from './training-run.ts';

export interface TrainerParts {
  readonly setup: RunSetup;
  readonly program: Program;
  readonly executable: Executable;
  readonly device: Device;
  readonly options: CompileOptions;
  readonly listener: TrainingListener;
  readonly facts: RunFacts;
  readonly compileSeconds: number;
  readonly cursor: TrainingCursor;
  /** The checkpoint with the lowest validation loss of a run that continues, where one is kept. */
  readonly best: Uint8Array | null;
  /** Updates since the optimiser's state began. */
  readonly updates: number;
  /** Null for a run started by an older version. */
  readonly time: TimeLedger | null;
}
