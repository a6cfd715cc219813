// The session that is open and its race: opened, copied and closed one after the other, so that two requests never meet halfway. Nothing is
// closed before what comes next is open and everything is saved.
import { AppFailure, unwrap, type AppError } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { ExperimentSpec } from '../../engine/spec/run-spec.ts';
import type { RecentSession, SessionState } from '../../protocol/state.ts';
import { sessionFiles, type SessionHead, type SessionStore } from '../../session/index.ts';
import type { EventHub } from '../event-hub.ts';
import type { Race } from '../race/race.ts';
import { SessionKeeper } from './session-keeper.ts';
import type { SessionLibrary } from './session-library.ts';

/** What to do on closing with changes that are not saved. */
export type Unsaved = 'keep' | 'give-up';

interface Open {
  readonly keeper: SessionKeeper;
  readonly race: Race;
}

interface OpenSessionSetup {
  readonly hub: EventHub;
  readonly library: SessionLibrary;
  readonly raceOf: (keeper: SessionKeeper) => Race;
  /** The old file of a session that continues elsewhere could not be closed as a single file. */
  readonly onLeft: (error: AppError) => void;
}

/** Longest wait for checkpoints when a session is closed. */
const closeMs = 10_000;

export class OpenSession {
  readonly #setup: OpenSessionSetup;
  #open: Open | null = null;
  /** Opening and closing are serialised. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(setup: OpenSessionSetup) {
    this.#setup = setup;
  }

  get keeper(): SessionKeeper {
    return this.#need().keeper;
  }

  get race(): Race {
    return this.#need().race;
  }

  current(): SessionState | null {
    return this.#open?.keeper.state() ?? null;
  }

  /** A new session in the sessions folder, or at `path`. */
  create(name: string, experiment: ExperimentSpec | null, path: string | null = null): Promise<SessionState> {
    return this.#inTurn(async () => {
      const target = path ?? (await this.#setup.library.freePath(name));
      const head: SessionHead = { name, note: '', experiment, baseline: null };
      await this.#open?.keeper.needNothingUnsaved();
      const store = unwrap(await sessionFiles.create(target, head));
      return this.#adopt(await this.#keeperOf(store));
    });
  }

  /** Opens a file; the session open so far is saved and closed only once the other one is open. */
  open(path: string, options: { readonly readOnly?: boolean } = {}): Promise<SessionState> {
    return this.#inTurn(async () => {
      if (this.#open?.keeper.path === path) return this.#open.keeper.state();
      const store = unwrap(await sessionFiles.open(path, options));
      return this.#adopt(await this.#keeperOf(store));
    });
  }

  /**
   * Runs under way are saved; they are offered for resuming when the file is opened again. Rejects with AppFailure `unsaved` and keeps
   * the session open while a change is not in the file, unless it is given up.
   */
  close(unsaved: Unsaved = 'keep'): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#open === null) return;
      await this.#leave(unsaved);
      this.#setup.hub.send('session/changed', null);
    });
  }

  /** Continues in a copy of the open session; runs under way keep training. */
  saveAs(path: string, overwrite: boolean): Promise<SessionState> {
    return this.#inTurn(async () => {
      const { keeper } = this.#need();
      if (keeper.path === path) return keeper.state();
      const left = await keeper.moveTo(path, overwrite);
      if (left !== null) this.#setup.onLeft(left);
      await this.#setup.library.remember(keeper.path);
      return keeper.state();
    });
  }

  /** A copy beside the original, of the open session or of a closed one. */
  duplicate(path: string): Promise<RecentSession> {
    return this.#inTurn(() => {
      const open = this.#open?.keeper.path === path ? this.#open.keeper : null;
      return this.#setup.library.duplicate(path, open && ((to) => open.copyTo(to)));
    });
  }

  /** To the trash; the open session is closed before. */
  delete(path: string): Promise<string> {
    return this.#inTurn(async () => {
      if (this.#open?.keeper.path === path) {
        await this.#leave('keep');
        this.#setup.hub.send('session/changed', null);
      }
      return this.#setup.library.delete(path);
    });
  }

  /** Like `close`, for the end of the process. */
  end(unsaved: Unsaved): Promise<void> {
    return this.#inTurn(() => this.#leave(unsaved));
  }

  /** Whether runs train or want to. */
  racing(): boolean {
    return (this.#open?.race.underWay().length ?? 0) > 0;
  }

  /** An unreadable store is closed again, since otherwise its file would stay locked. */
  async #keeperOf(store: SessionStore): Promise<SessionKeeper> {
    try {
      return await SessionKeeper.of(store, this.#setup.hub);
    } catch (error) {
      await store.close();
      throw error;
    }
  }

  async #adopt(keeper: SessionKeeper): Promise<SessionState> {
    try {
      await this.#leave('keep');
    } catch (error) {
      await keeper.giveUp();
      throw error;
    }
    this.#open = { keeper, race: this.#setup.raceOf(keeper) };
    await this.#setup.library.remember(keeper.path);
    const state = keeper.state();
    this.#setup.hub.send('session/changed', state);
    return state;
  }

  async #leave(unsaved: Unsaved): Promise<void> {
    const open = this.#open;
    if (open === null) return;
    // Checked before any run is ended, so that a refusal costs no training.
    if (unsaved === 'keep') await open.keeper.needNothingUnsaved();
    this.#open = null;
    await open.race.close(closeMs);
    try {
      await (unsaved === 'keep' ? open.keeper.close() : open.keeper.giveUp());
    } catch (error) {
      if (unsaved === 'keep') this.#stay(open.keeper);
      throw error;
    }
  }

  /** The last writes failed: the session stays open, with its runs as after a restart of the lab. */
  #stay(keeper: SessionKeeper): void {
    this.#open = { keeper, race: this.#setup.raceOf(keeper) };
    for (const { id } of keeper.runs()) keeper.showAtRest(id);
    this.#setup.hub.send('session/changed', keeper.state());
  }

  #need(): Open {
    if (this.#open) return this.#open;
    throw new AppFailure({
      code: 'not-found',
      message: say`lab: a session must be open, got none`,
      cure: say`Open a session or start a new one.`,
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work, work);
    this.#turn = mine.catch(() => undefined);
    return mine;
  }
}
