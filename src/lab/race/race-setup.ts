// What the lab provides to a race. Types only.
import type { AppError } from '../../engine/core/result.ts';
import type { Span } from '../../engine/spec/remaining.ts';
import type { RunId } from '../../protocol/state.ts';
import type { StoredRun } from '../../session/store.ts';
import type { DeviceChoices } from '../engines/device-choices.ts';
import type { EngineLink, LinkOptions } from '../engines/engine-link.ts';
import type { RunTexts } from '../runs/run-texts.ts';
import type { SessionKeeper } from '../session/session-keeper.ts';

export interface RaceSetup {
  readonly keeper: SessionKeeper;
  readonly startEngine: (options: LinkOptions) => EngineLink;
  /** Data sets of runs, by content. */
  readonly texts: RunTexts;
  readonly choices: DeviceChoices;
  readonly version: string;
  readonly commit: string | null;
  readonly onProblem: (error: AppError, run: RunId | null) => void;
  /** Remaining seconds of work of such a run alone, from earlier measurements on this machine; null = unknown. */
  readonly expected: (run: StoredRun) => Span | null;
  /** A run came to its end with these timings. */
  readonly onMeasured: (run: StoredRun) => void;
}
