// What a race is given by the lab. Types only.
import type { AppError } from '../engine/core/result.ts';
import type { Span } from '../engine/spec/remaining.ts';
import type { RunId } from '../protocol/state.ts';
import type { StoredRun } from '../session/store.ts';
import type { DeviceChoices } from './device-choices.ts';
import type { EngineLink, LinkOptions } from './engine-link.ts';
import type { RunTexts } from './run-texts.ts';
import type { SessionKeeper } from './session-keeper.ts';

export interface RaceSetup {
  readonly keeper: SessionKeeper;
  readonly startEngine: (options: LinkOptions) => EngineLink;
  /** What runs learn from, by what is in it. */
  readonly texts: RunTexts;
  readonly choices: DeviceChoices;
  readonly version: string;
  readonly commit: string | null;
  readonly onProblem: (error: AppError, run: RunId | null) => void;
  /** Seconds of work such a run still has by itself, from what this machine has shown before; null = not known. */
  readonly expected: (run: StoredRun) => Span | null;
  /** A run came to its end with these timings. */
  readonly onMeasured: (run: StoredRun) => void;
}
