// The lab put together: settings, texts, sessions, one open session with its race. Every front end (window, browser, command line) uses
// this and nothing below it.
import { freemem } from 'node:os';
import { AppFailure, asAppError, unwrap, type AppError } from '../engine/core/result.ts';
import { label, say } from '../engine/core/say.ts';
import { checkField } from '../engine/spec/field-check.ts';
import type { Catalogue } from '../engine/spec/catalogue.ts';
import type { ExperimentSpec } from '../engine/spec/run-spec.ts';
import type { LabEvent, LabEvents } from '../protocol/lab.ts';
import type { RecentSession, RunId, SessionState, Settings } from '../protocol/state.ts';
import { sessionFiles, type SessionHead, type SessionStore, type StoredRun } from '../session/index.ts';
import { calibrate } from './timing/calibration.ts';
import { catalogueWith, threadsHere } from './experiments/catalogue.ts';
import { Datasets } from './data/datasets.ts';
import { DeviceChoices, machineName } from './engines/device-choices.ts';
import { startEngine } from './engines/engine-link.ts';
import { programCommit, programVersion } from './files/program.ts';
import { EventHub } from './event-hub.ts';
import { judge, refusal, type Judged } from './experiments/experiments.ts';
import { findHome, type Home } from './files/home.ts';
import { Measurements } from './timing/measurements.ts';
import { PathPolicy } from './files/path-policy.ts';
import { Preflighter } from './timing/preflight.ts';
import { Race } from './race/race.ts';
import { runtimesOfLab } from './runtimes/of-lab.ts';
import { RunTexts } from './runs/run-texts.ts';
import { SessionKeeper } from './session/session-keeper.ts';
import { SessionLibrary } from './session/session-library.ts';
import { SettingsStore } from './files/settings.ts';
import { storedRuns } from './race/starting-grid.ts';
import { Scaling } from './scaling/scaling.ts';
import { ScalingStore } from './scaling/store.ts';
import * as schedule from './race/scheduler.ts';

/** What earlier sessions measured on this machine. */
interface Known {
  readonly measurements: Measurements;
  readonly choices: DeviceChoices;
}

/** Receives every event of the lab. */
export type LabListener = <K extends LabEvent>(name: K, payload: LabEvents[K]) => void;

export interface LabOptions {
  readonly home?: Home;
  readonly onEvent: LabListener;
}

/** What to do on closing with changes that are not saved. */
export type Unsaved = 'keep' | 'give-up';

interface Open {
  readonly keeper: SessionKeeper;
  readonly race: Race;
}

/** Longest wait for checkpoints when a session is closed. */
const closeMs = 10_000;
/** Resident bytes assumed per engine when choosing how many may be alive at once. */
const engineBytes = 150 * 2 ** 20;

export class Lab {
  readonly hub: EventHub;
  readonly settings: SettingsStore;
  readonly datasets: Datasets;
  readonly sessionLibrary: SessionLibrary;
  readonly paths: PathPolicy;
  readonly preflighter: Preflighter;
  readonly scaling: Scaling;
  readonly runtimes: ReturnType<typeof runtimesOfLab>;
  readonly #measurements: Measurements;
  readonly #choices: DeviceChoices;
  #open: Open | null = null;
  #untold: readonly AppError[] = [];
  /** Opening and closing are serialised. */
  #turn: Promise<unknown> = Promise.resolve();

  private constructor(home: Home, hub: EventHub, settings: SettingsStore, known: Known) {
    const { measurements, choices } = known;
    this.hub = hub;
    this.settings = settings;
    this.#measurements = measurements;
    this.#choices = choices;
    this.datasets = new Datasets(
      () => settings.now.dataFolder,
      (id, received, total) => hub.send('dataset/progress', { id, received, total }),
    );
    this.sessionLibrary = new SessionLibrary(sessionFiles, () => settings.now.sessionsFolder, home.config);
    this.paths = new PathPolicy(
      home,
      () => settings.now,
      () => this.sessionLibrary.opened(),
    );
    this.preflighter = new Preflighter(this.datasets, measurements, {
      // A timed race needs the machine to itself, and its runs are measured anyway.
      calibrate: async (device) => {
        if (!this.#racing() && !this.scaling.running) await calibrate(device, startEngine, measurements);
      },
      chosen: (spec) => choices.known(spec),
    });
    this.scaling = new Scaling({
      store: new ScalingStore(home.config),
      judge: (experiment) => this.judge(experiment),
      startEngine,
      version: programVersion(),
      commit: programCommit(),
      busy: () => this.#racing(),
      needFree: (who) => this.runtimes.needIdle(who),
      changed: (result) => hub.send('scaling/changed', result),
      failed: (error) => this.#problem(asAppError(error, 'scaling'), null),
    });
    this.runtimes = runtimesOfLab(this, () => this.#racing() || this.scaling.running);
  }

  static async open(options: LabOptions): Promise<Lab> {
    const home = options.home ?? findHome();
    const settings = await SettingsStore.load(home);
    const measurements = await Measurements.load(home.config);
    const choices = await DeviceChoices.load(home.config, machineName());
    const lab = new Lab(home, new EventHub(options.onEvent), settings, { measurements, choices });
    await lab.datasets.refresh();
    await lab.runtimes.refresh();
    const lists = [settings.problem, measurements.problem, choices.problem, lab.datasets.problem];
    lab.#untold = [...lists, await lab.sessionLibrary.problem()].filter((problem) => problem !== null);
    await lab.sessionLibrary.tidy([home.config, settings.now.dataFolder]);
    return lab;
  }

  /** Problems with the lists of the home at start-up; reported once, to the first client. */
  takeProblems(): readonly AppError[] {
    const problems = this.#untold;
    this.#untold = [];
    return problems;
  }

  catalogue(): Catalogue {
    return catalogueWith(this.datasets.list());
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
  newSession(name: string, experiment: ExperimentSpec | null, path: string | null = null): Promise<SessionState> {
    return this.#inTurn(async () => {
      const target = path ?? (await this.sessionLibrary.freePath(name));
      const head: SessionHead = { name, note: '', experiment, baseline: null };
      await this.#open?.keeper.needNothingUnsaved();
      const store = unwrap(await sessionFiles.create(target, head));
      return this.#adopt(await this.#keeperOf(store));
    });
  }

  /** Opens a file; the session open so far is saved and closed only once the other one is open. */
  openSession(path: string, options: { readonly readOnly?: boolean } = {}): Promise<SessionState> {
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
  closeSession(unsaved: Unsaved = 'keep'): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#open === null) return;
      await this.#leave(unsaved);
      this.hub.send('session/changed', null);
    });
  }

  /** Continues in a copy of the open session; runs under way keep training. */
  saveAs(path: string, overwrite: boolean): Promise<SessionState> {
    return this.#inTurn(async () => {
      const { keeper } = this.#need();
      if (keeper.path === path) return keeper.state();
      const left = await keeper.moveTo(path, overwrite);
      if (left !== null) this.#problem(left, null);
      await this.sessionLibrary.remember(keeper.path);
      return keeper.state();
    });
  }

  /** A copy beside the original, of the open session or of a closed one. */
  duplicate(path: string): Promise<RecentSession> {
    return this.#inTurn(() => {
      const open = this.#open?.keeper.path === path ? this.#open.keeper : null;
      return this.sessionLibrary.duplicate(path, open && ((to) => open.copyTo(to)));
    });
  }

  /** To the trash; the open session is closed before. */
  deleteSession(path: string): Promise<string> {
    return this.#inTurn(async () => {
      if (this.#open?.keeper.path === path) {
        await this.#leave('keep');
        this.hub.send('session/changed', null);
      }
      return this.sessionLibrary.delete(path);
    });
  }

  judge(spec: unknown): Promise<Judged> {
    return judge(spec, this.catalogue(), this.datasets, this.settings.now);
  }

  /** Adds the runs of an experiment and starts them; a bad experiment changes nothing. */
  async start(input: unknown): Promise<SessionState> {
    this.scaling.needIdle('race');
    this.runtimes.needIdle('race');
    const judged = await this.judge(input);
    if (judged.spec === null) throw refusal('race', judged.issues);
    const { keeper, race } = this.#need();
    keeper.needWritable();
    const [first] = judged.runs;
    const runs = storedRuns(judged.runs, keeper.runs(), first ? await race.texts.beginning(first.spec) : []);
    keeper.edit({ experiment: input as ExperimentSpec });
    keeper.addRuns(runs);
    await this.#needStored(keeper, runs);
    race.configure(judged.spec.mode ?? 'race', judged.spec.slice ?? 0.5);
    race.change((state) => runs.reduce((next, run) => schedule.join(next, run.id), state));
    return keeper.state();
  }

  /** Runs that could not be written wait, as after a restart of the lab: Resume starts them once they are saved. */
  async #needStored(keeper: SessionKeeper, runs: readonly StoredRun[]): Promise<void> {
    try {
      await keeper.needSaved();
    } catch (error) {
      for (const { id } of runs) keeper.showAtRest(id);
      throw error;
    }
  }

  async changeSettings(change: Partial<Settings>): Promise<Settings> {
    const before = this.settings.now;
    const problem = change.threads === undefined ? null : checkField(threadsHere(), change.threads);
    if (problem !== null)
      throw new AppFailure({
        code: 'bad-input',
        message: say`settings: ${problem}`,
        field: 'threads',
        cure: say`${label(threadsHere().help)}`,
      });
    const now = await this.settings.set(change);
    if (now.dataFolder !== before.dataFolder) await Promise.all([this.datasets.refresh(), this.runtimes.moved()]);
    this.hub.send('settings/changed', now);
    return now;
  }

  /** Like `closeSession`, for the end of the process. */
  async close(unsaved: Unsaved = 'keep'): Promise<void> {
    await this.scaling.stop();
    await this.#inTurn(() => this.#leave(unsaved));
    await this.runtimes.close();
    this.datasets.handed.close();
  }

  /** An unreadable store is closed again, since otherwise its file would stay locked. */
  async #keeperOf(store: SessionStore): Promise<SessionKeeper> {
    try {
      return await SessionKeeper.of(store, this.hub);
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
    this.#open = { keeper, race: this.#raceOf(keeper) };
    await this.sessionLibrary.remember(keeper.path);
    const state = keeper.state();
    this.hub.send('session/changed', state);
    return state;
  }

  #raceOf(keeper: SessionKeeper): Race {
    return new Race(
      {
        keeper,
        startEngine,
        choices: this.#choices,
        texts: new RunTexts(keeper, this.datasets),
        version: programVersion(),
        commit: programCommit(),
        onProblem: (error, run) => this.#problem(error, run),
        expected: (run) => this.preflighter.workOf(run.spec, run.cursor),
        onMeasured: (run) => {
          if (run.facts && run.stepSeconds) void this.#measurements.record(run.spec, run.facts, run.stepSeconds.median);
        },
      },
      Math.max(2, Math.min(16, Math.floor((0.7 * freemem()) / engineBytes))),
    );
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
    this.#open = { keeper, race: this.#raceOf(keeper) };
    for (const { id } of keeper.runs()) keeper.showAtRest(id);
    this.hub.send('session/changed', keeper.state());
  }

  /** Whether runs train or want to. */
  #racing(): boolean {
    return (this.#open?.race.underWay().length ?? 0) > 0;
  }

  #problem(error: AppError, run: RunId | null): void {
    if (error.stack !== undefined) process.stderr.write(`lab: ${error.stack}\n`);
    this.hub.send('problem', { error, run });
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
