// A person's actions in a lab, in random order and several at once. Each action returns its description and result.
import { english, say } from '../../src/engine/core/say.ts';
import { join } from 'node:path';
import type { LabParams, LabReply, LabRequest } from '../../src/protocol/lab.ts';
import type { SessionState } from '../../src/protocol/state.ts';
import { tinyRace } from '../support/experiments.ts';
import type { Answer, LabUnderTest } from '../support/lab-under-test.ts';
import type { Choices } from '../support/seeded.ts';
import type { Ledger } from './ledger.ts';

/** Refusals that are correct when two labs and several actions collide. Anything else (a bug, damage, a disk error) is a violation. */
const fair = new Set(['conflict', 'not-found', 'bad-input', 'engine-died', 'cancelled']);

export interface Place {
  readonly folder: string;
  /** Every reported path of a session. */
  readonly paths: string[];
  readonly saveTargets: Set<string>;
  readonly undo: string[];
  notes: number;
}

export class Person {
  readonly #name: string;
  readonly #choices: Choices;
  readonly #place: Place;
  readonly #ledger: Ledger;
  readonly #log: string[];
  readonly broken: string[] = [];

  constructor(name: string, choices: Choices, place: Place, ledger: Ledger, log: string[]) {
    this.#name = name;
    this.#choices = choices;
    this.#place = place;
    this.#ledger = ledger;
    this.#log = log;
  }

  async #ask<K extends LabRequest>(lab: LabUnderTest, name: K, params: LabParams<K>): Promise<Answer<LabReply<K>>> {
    const line = `${this.#name} ${name} ${JSON.stringify(params).slice(0, 160)}`;
    this.#log.push(line);
    let timer: NodeJS.Timeout | undefined;
    const never = new Promise<Answer<never>>((resolve) => {
      timer = setTimeout(() => resolve({ error: { code: 'bug', message: say`no answer within 60 s` } }), 60_000);
    });
    const answer = await Promise.race([lab.ask(name, params), never]);
    clearTimeout(timer);
    this.#log.push(
      `${this.#name} ${name} -> ${answer.error ? `${answer.error.code}: ${english(answer.error.message)}` : 'ok'}`,
    );
    if (answer.error && !fair.has(answer.error.code)) this.broken.push(`${line}: ${JSON.stringify(answer.error)}`);
    const saved = (answer.value as SessionState | null | undefined)?.saved;
    // An action that was in progress when its session was closed gets this answer.
    const late = typeof saved === 'object' && saved.failed.code === 'conflict';
    if (typeof saved === 'object' && !late) this.broken.push(`${line}: not saved: ${JSON.stringify(saved.failed)}`);
    return answer;
  }

  #newPath(name: string): string {
    const path = join(this.#place.folder, `${name} ${this.#place.paths.length}.rnnlab`);
    this.#place.paths.push(path);
    return path;
  }

  #runs(state: SessionState): LabParams<'race/act'>['runs'] {
    return this.#choices.below(2) === 0 || state.runs.length === 0 ? [] : [this.#choices.pick(state.runs).id];
  }

  async #edit(lab: LabUnderTest): Promise<void> {
    const note = ++this.#place.notes;
    const { value } = await this.#ask(lab, 'session/edit', { note: String(note) });
    if (value?.saved === 'saved') this.#ledger.noteSaved(value.path, note);
  }

  async #saveAs(lab: LabUnderTest): Promise<void> {
    const again = this.#place.paths.length > 0 && this.#choices.below(4) === 0;
    const path = again ? this.#choices.pick(this.#place.paths) : this.#newPath('copy');
    if (!again) this.#place.saveTargets.add(path);
    await this.#ask(lab, 'session/save-as', { path });
  }

  async #start(lab: LabUnderTest): Promise<void> {
    const spec = tinyRace(this.#choices.pick([50, 400, 3000]), {
      mode: this.#choices.pick(['race', 'parallel', 'queue']),
      device: { kind: 'cpu', threads: 1, module: 'wasm' },
    });
    await this.#ask(lab, 'race/start', { spec });
  }

  async #fork(lab: LabUnderTest, state: SessionState): Promise<void> {
    const able = state.runs.filter((run) => run.checkpoints.length > 0 && state.runs.length < 12);
    if (able.length === 0) return;
    const run = this.#choices.pick(able);
    const { step } = this.#choices.pick(run.checkpoints);
    await this.#ask(lab, 'race/act', { runs: [run.id], action: { kind: 'fork', step } });
  }

  async #act(lab: LabUnderTest, state: SessionState): Promise<void> {
    const kind = this.#choices.pick(['pause', 'resume', 'resume', 'stop', 'step'] as const);
    await this.#ask(lab, 'race/act', { runs: this.#runs(state), action: { kind } });
  }

  async #removeRun(lab: LabUnderTest, state: SessionState): Promise<void> {
    if (state.runs.length > 1) await this.#ask(lab, 'run/delete', { run: this.#choices.pick(state.runs).id });
  }

  async #open(lab: LabUnderTest): Promise<void> {
    if (this.#place.paths.length > 0)
      await this.#ask(lab, 'session/open', { path: this.#choices.pick(this.#place.paths) });
  }

  async #duplicate(lab: LabUnderTest): Promise<void> {
    if (this.#place.paths.length === 0) return;
    const { value } = await this.#ask(lab, 'session/duplicate', { path: this.#choices.pick(this.#place.paths) });
    if (value) this.#place.paths.push(value.path);
  }

  async #remove(lab: LabUnderTest): Promise<void> {
    if (this.#place.paths.length < 3) return;
    const path = this.#choices.pick(this.#place.paths);
    const { value } = await this.#ask(lab, 'session/delete', { path });
    if (!value) return;
    this.#ledger.forget(path);
    this.#place.undo.push(value.undo);
  }

  async #export(lab: LabUnderTest): Promise<void> {
    const path = join(this.#place.folder, `table ${this.#choices.below(3)}.csv`);
    await this.#ask(lab, 'session/export', { format: 'csv', path, overwrite: true });
  }

  /** One to three things at the same time. */
  async act(lab: LabUnderTest): Promise<void> {
    const { value: state } = await this.#ask(lab, 'session/current', {});
    if (!state) return this.#begin(lab);
    const together = 1 + this.#choices.below(3);
    await Promise.all(Array.from({ length: together }, () => this.#something(lab, state)));
  }

  async #begin(lab: LabUnderTest): Promise<void> {
    if (this.#place.paths.length > 4 && this.#choices.below(3) > 0) return this.#open(lab);
    const { value } = await this.#ask(lab, 'session/new', { name: `race ${this.#name}` });
    if (!value) return;
    if (!this.#place.paths.includes(value.path)) this.#place.paths.push(value.path);
    await this.#start(lab);
    // An engine takes a moment to start; the following actions should find training runs.
    await this.#ledger.nextPoints(20_000);
  }

  #something(lab: LabUnderTest, state: SessionState): Promise<unknown> {
    const { undo } = this.#place;
    return this.#choices.pick<() => Promise<unknown>>([
      () => this.#edit(lab),
      () => this.#edit(lab),
      () => this.#saveAs(lab),
      () => this.#saveAs(lab),
      () => this.#duplicate(lab),
      () => this.#fork(lab, state),
      () => this.#act(lab, state),
      () => this.#act(lab, state),
      () => this.#act(lab, state),
      () => this.#start(lab),
      () => this.#removeRun(lab, state),
      () => this.#export(lab),
      () => this.#ask(lab, 'session/list', {}),
      () => this.#ask(lab, 'session/rename', { name: `name ${this.#choices.below(9)}` }),
      () => this.#open(lab),
      () => this.#ask(lab, 'session/close', {}),
      () => this.#remove(lab),
      () => (undo.length > 0 ? this.#ask(lab, 'session/undelete', { undo: undo.pop() ?? '' }) : Promise.resolve()),
    ])();
  }
}
