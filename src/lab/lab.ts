// The lab put together: settings, texts, sessions, one open session with its race. Every front end (window, browser, command line) uses
// this and nothing below it.
import { planOf } from '../engine/spec/statistics/plans.ts';
import { freemem } from 'node:os';
import { AppFailure, asAppError, type AppError } from '../engine/core/result.ts';
import { label, say } from '../engine/core/say.ts';
import type { Part } from '../engine/core/terms.ts';
import { checkField } from '../engine/spec/field-check.ts';
import type { Catalogue } from '../engine/spec/catalogue.ts';
import type { ExperimentSpec } from '../engine/spec/run-spec.ts';
import type { LabEvent, LabEvents } from '../protocol/lab.ts';
import type { RunId, SessionState, Settings } from '../protocol/state.ts';
import { sessionFiles, type StoredRun } from '../session/index.ts';
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
import type { Comparison } from './runtimes/comparison.ts';
import { comparisonOfLab, runtimesOfLab } from './runtimes/of-lab.ts';
import type { Runtimes } from './runtimes/runtimes.ts';
import { RunTexts } from './runs/run-texts.ts';
import { OpenSession, type Unsaved } from './session/open-session.ts';
import type { SessionKeeper } from './session/session-keeper.ts';
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

/** Resident bytes assumed per engine when choosing how many may be alive at once. */
const engineBytes = 150 * 2 ** 20;

export class Lab {
  readonly hub: EventHub;
  readonly settings: SettingsStore;
  readonly datasets: Datasets;
  readonly sessionLibrary: SessionLibrary;
  readonly session: OpenSession;
  readonly paths: PathPolicy;
  readonly preflighter: Preflighter;
  readonly scaling: Scaling;
  readonly runtimes: Runtimes;
  readonly comparison: Comparison;
  readonly #measurements: Measurements;
  readonly #choices: DeviceChoices;
  #untold: readonly AppError[] = [];

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
    this.session = this.#noSession();
    this.paths = new PathPolicy(
      home,
      () => settings.now,
      () => this.sessionLibrary.opened(),
    );
    this.preflighter = new Preflighter(this.datasets, measurements, {
      // A timed race needs the machine to itself, and its runs are measured anyway.
      calibrate: async (device) => {
        if (!this.session.racing() && !this.scaling.running) await calibrate(device, startEngine, measurements);
      },
      chosen: (spec) => choices.known(spec),
    });
    this.scaling = new Scaling({
      store: new ScalingStore(home.config),
      judge: (experiment) => this.judge(experiment),
      startEngine,
      version: programVersion(),
      commit: programCommit(),
      busy: () => this.session.racing(),
      needFree: (who) => this.#needUntried(who),
      changed: (result) => hub.send('scaling/changed', result),
      failed: (error) => this.#problem(asAppError(error, 'scaling'), null),
    });
    const timing = (): boolean => this.session.racing() || this.scaling.running;
    this.runtimes = runtimesOfLab(this, () => timing() || this.comparison.running);
    this.comparison = comparisonOfLab(this, timing, this.runtimes);
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

  /** Refuses what wants the machine for itself while runtimes or devices are tried. */
  #needUntried(who: Part): void {
    this.runtimes.needIdle(who);
    this.comparison.needIdle(who);
  }

  get keeper(): SessionKeeper {
    return this.session.keeper;
  }

  get race(): Race {
    return this.session.race;
  }

  judge(spec: unknown): Promise<Judged> {
    return judge(spec, this.catalogue(), this.datasets, this.settings.now);
  }

  /** Adds the runs of an experiment and starts them; a bad experiment changes nothing. */
  async start(input: unknown): Promise<SessionState> {
    this.scaling.needIdle('race');
    this.#needUntried('race');
    const judged = await this.judge(input);
    if (judged.spec === null) throw refusal('race', judged.issues);
    const { keeper, race } = this.session;
    keeper.needWritable();
    const [first] = judged.runs;
    const runs = storedRuns(judged.runs, keeper.runs(), first ? await race.texts.beginning(first.spec) : []);
    // Chosen widths are kept, so that the experiment is that of its runs.
    const chosen = judged.matched === undefined ? {} : { variants: judged.spec.variants };
    keeper.edit({ experiment: { ...(input as ExperimentSpec), ...chosen } });
    const ids = [...Map.groupBy(runs, ({ variant }) => variant).values()].map((group) => group.map(({ id }) => id));
    const plan = planOf({ ...judged.spec, ...chosen }, ids);
    if (plan !== null) keeper.addPlan(plan);
    keeper.addRuns(runs);
    await this.#needStored(keeper, runs);
    race.configure(judged.spec.mode ?? 'race', judged.spec.slice ?? 0.5);
    race.change((state) => runs.reduce((next, run) => schedule.join(next, run.id), state));
    return keeper.state();
  }

  /** Runs that could not be written wait, as after a restart of the lab: Resume starts them once they are saved. */
  async #needStored(keeper: SessionKeeper, runs: readonly StoredRun[]): Promise<void> {
    try {
      await keeper.saving.needSaved();
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

  /** At the end of the process. Rejects with AppFailure `unsaved` while a change is not in the file, unless it is given up. */
  async close(unsaved: Unsaved = 'keep'): Promise<void> {
    await this.scaling.stop();
    await this.session.end(unsaved);
    await Promise.all([this.runtimes.close(), this.comparison.cancel()]);
    this.datasets.handed.close();
  }

  #noSession(): OpenSession {
    return new OpenSession({
      hub: this.hub,
      library: this.sessionLibrary,
      raceOf: (keeper) => this.#raceOf(keeper),
      onLeft: (error) => this.#problem(error, null),
    });
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

  #problem(error: AppError, run: RunId | null): void {
    if (error.stack !== undefined) process.stderr.write(`lab: ${error.stack}\n`);
    this.hub.send('problem', { error, run });
  }
}
