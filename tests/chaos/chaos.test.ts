// Two labs on one home, runs training, and everything a person can do in random order and several things at once; now and then a lab is
// killed. Then the files are checked against the promises. MINRNN_CHAOS=600 runs for that many seconds, MINRNN_CHAOS_SEED=7 chooses other
// actions; a violation prints the seed and all actions.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { scratchFolder } from '../support/program.ts';
import { startLab, type LabUnderTest, type Listener } from '../support/lab-under-test.ts';
import { choicesOf, type Choices } from '../support/seeded.ts';
import { Person, type Place } from './actions.ts';
import { brokenLaws } from './laws.ts';
import { Ledger } from './ledger.ts';

const seconds = Number(process.env['MINRNN_CHAOS'] ?? 20);
const seed = Number(process.env['MINRNN_CHAOS_SEED'] ?? 20261129);
/** One action in this many ends with kill -9 of the lab. */
const killOneIn = 25;

interface Told {
  readonly place: Place;
  readonly ledger: Ledger;
}

const listenerOf =
  ({ place, ledger }: Told): Listener =>
  (name, payload) => {
    if (name === 'session/changed') {
      const state = payload as Parameters<Ledger['session']>[0];
      const moved = state !== null && ledger.path !== state.path && place.saveTargets.delete(state.path);
      ledger.session(state, moved);
    } else if (name === 'runs/changed') ledger.runs((payload as { runs: Parameters<Ledger['runs']>[0] }).runs);
    else if (name === 'metrics/appended') ledger.appended(payload as Parameters<Ledger['appended']>[0]);
  };

class Desk {
  readonly person: Person;
  readonly #home: string;
  readonly #told: Told;
  readonly #choices: Choices;
  readonly #log: string[];
  #lab: LabUnderTest | null = null;
  kills = 0;

  constructor(name: string, home: string, told: Told, choices: Choices, log: string[]) {
    this.#home = home;
    this.#told = told;
    this.#choices = choices;
    this.#log = log;
    this.person = new Person(name, choices, told.place, told.ledger, log);
  }

  async #up(): Promise<LabUnderTest> {
    if (this.#lab !== null) return this.#lab;
    const lab = await startLab(this.#home, {}, listenerOf(this.#told));
    this.#lab = lab;
    void lab.ended.then(() => {
      if (this.#lab === lab) this.person.broken.push('the lab ended by itself: see its last words above');
    });
    return lab;
  }

  async until(end: number): Promise<void> {
    while (performance.now() < end && this.person.broken.length === 0) {
      const acting = this.person.act(await this.#up());
      if (this.#choices.below(killOneIn) === 0) await this.kill();
      await acting;
      await this.#told.ledger.nextPoints(300);
    }
  }

  async kill(): Promise<void> {
    this.#log.push('kill -9');
    this.kills += 1;
    const lab = this.#lab;
    this.#lab = null;
    await lab?.kill();
    this.#told.ledger.died();
  }
}

it(
  `two labs at once for ${seconds} s, seed ${seed}: nothing promised is missing, nothing is left lying about`,
  { timeout: 600_000 + 3000 * seconds },
  async () => {
    const home = scratchFolder();
    const folder = join(home, 'sessions');
    mkdirSync(folder);
    const log: string[] = [];
    const files: ConstructorParameters<typeof Ledger>[0] = new Map();
    const place: Place = { folder, paths: [], saveTargets: new Set(), undo: [], notes: 0 };
    const desks = ['A', 'B'].map(
      (name, i) => new Desk(name, home, { place, ledger: new Ledger(files) }, choicesOf(seed + i), log),
    );
    const end = performance.now() + 1000 * seconds;
    await Promise.all(desks.map((desk) => desk.until(end)));
    await Promise.all(desks.map((desk) => desk.kill()));
    // The next start cleans up after the killed ones.
    const next = await startLab(home);
    await next.ask('session/list', {});
    await next.kill();
    const points = [...files.values()].flatMap((file) => [...file.points.values()]).reduce((n, set) => n + set.size, 0);
    const kills = desks.reduce((n, desk) => n + desk.kills, 0);
    const answers = log.filter((line) => line.includes(' -> ')).length;
    if (process.env['MINRNN_CHAOS'] !== undefined) {
      process.stdout.write(
        `chaos: seed ${seed}, ${answers} answers, ${kills} kills, ${points} announced points looked up\n`,
      );
    }
    const broken = [...desks.flatMap((desk) => desk.person.broken), ...(await brokenLaws(folder, files))];
    const story = `seed ${seed}\n${log.join('\n')}`;
    expect(broken, story).toEqual([]);
    expect(points).toBeGreaterThan(0);
  },
);
