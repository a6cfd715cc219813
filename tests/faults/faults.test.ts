// A disk that fails: an edit answered "saved" is in the file after reopening; one answered "failed" is not dropped silently but is in the
// file once the disk works again; a close that would lose something is refused and the session stays open. Errors and kills are injected
// into a real lab at the Nth call. MINRNN_FAULTS=500 injects that many, MINRNN_FAULT_SEED=7 others.
import { english } from '../../src/engine/core/say.ts';
import { mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../../src/engine/core/result.ts';
import { sessionFiles } from '../../src/session/index.ts';
import { scratchFolder } from '../support/program.ts';
import { choicesOf } from '../support/seeded.ts';
import { startLab, type Answer, type LabUnderTest } from '../support/lab-under-test.ts';
import { buildShim, type Effect, type Operation, type Plan, type Shim } from './shim.ts';

const rounds = Number(process.env['MINRNN_FAULTS'] ?? 20);
const seed = Number(process.env['MINRNN_FAULT_SEED'] ?? 20261129);
const shims = buildShim();
const home = scratchFolder();

/** Allowed error codes for a failing disk. A bug, a damaged file or "unsupported" would be wrong. */
const honest = new Set(['io-error', 'disk-full', 'permission', 'unsaved', 'engine-died']);

/** What the file must contain: all accepted changes, and those answered "saved". */
interface Expected {
  note: number;
  savedNote: number;
  points: number;
  savedPoints: number;
  step: number;
  savedStep: number;
}

const saved = (answer: Answer<unknown>): boolean => {
  if (answer.error) return false;
  const state = (answer.value as { readonly saved?: unknown } | null)?.saved;
  return state === undefined || state === 'saved';
};

/** The failure of an answer, whether rejected or part of the state. */
function failureOf(answer: Answer<unknown>): string | null {
  if (answer.error) return answer.error.code;
  const state = (answer.value as { readonly saved?: unknown } | null)?.saved;
  if (typeof state !== 'object' || state === null || !('failed' in state)) return null;
  return (state.failed as { readonly code: string }).code;
}

/** The calls that opening, writing and closing make. */
const kinds: readonly Operation[] = ['write', 'sync', 'truncate', 'open', 'unlink', 'read'];

class Round {
  readonly did: string[] = [];
  readonly #lab: LabUnderTest;
  readonly #expected: Expected;

  constructor(lab: LabUnderTest, expected: Expected) {
    this.#lab = lab;
    this.#expected = expected;
  }

  #note(what: string, answer: Answer<unknown>): boolean {
    const failure = failureOf(answer);
    this.did.push(`${what}: ${failure ?? 'saved'} ${answer.error ? english(answer.error.message) : ''}`);
    if (failure !== null) expect(honest, this.did.join('\n')).toContain(failure);
    return saved(answer);
  }

  async edit(): Promise<void> {
    const expected = this.#expected;
    const note = ++expected.note;
    const done = this.#note('edit', await this.#lab.ask('session/edit', { note: String(note) }));
    if (done) expected.savedNote = note;
  }

  async points(): Promise<void> {
    const expected = this.#expected;
    const from = expected.points;
    expected.points += 700;
    const done = this.#note('points', await this.#lab.bring('test/points', { run: 'a', from, to: expected.points }));
    if (done) expected.savedPoints = expected.points;
  }

  async checkpoint(): Promise<void> {
    const expected = this.#expected;
    const step = ++expected.step;
    if (this.#note('checkpoint', await this.#lab.bring('test/checkpoint', { run: 'a', step })))
      expected.savedStep = step;
  }

  /** Closes; the answer tells whether the session is closed now, and the state agrees. */
  async close(): Promise<boolean> {
    const answer = await this.#lab.ask('session/close', {});
    const closed = this.#note('close', answer);
    if (answer.error?.code === 'engine-died') return false;
    const current = await this.#lab.ask('session/current', {});
    if (current.error) return false;
    expect(current.value === null, this.did.join('\n')).toBe(closed);
    if (current.value !== null && this.#expected.note > 0) expect(current.value.note).toBe(String(this.#expected.note));
    return closed;
  }

  async open(path: string): Promise<boolean> {
    const answer = await this.#lab.ask('session/open', { path });
    this.#note('open', answer);
    return answer.value !== undefined && !answer.value.readOnly;
  }
}

async function holds(path: string, expected: Expected, killed: boolean, did: readonly string[]): Promise<void> {
  const story = did.join('\n');
  expect(unwrap(await sessionFiles.check(path)).problems, story).toEqual([]);
  const store = unwrap(await sessionFiles.open(path, { readOnly: true }));
  const note = Number((await store.head()).note);
  const points = ((await store.lastValues('a'))['train/loss']?.step ?? -1) + 1;
  const latest = await store.checkpoint('a', 'latest');
  const step = latest.ok ? latest.value.cursor.step : 0;
  await store.close();
  const { savedNote, savedPoints, savedStep } = expected;
  if (killed) {
    expect(note, story).toBeGreaterThanOrEqual(savedNote);
    expect(points, story).toBeGreaterThanOrEqual(savedPoints);
    expect(step, story).toBeGreaterThanOrEqual(savedStep);
    Object.assign(expected, { note, savedNote: note, points, savedPoints: points, step, savedStep: step });
  } else {
    expect({ note, points, step }, story).toEqual({
      note: expected.note,
      points: expected.points,
      step: expected.step,
    });
    Object.assign(expected, { savedNote: note, savedPoints: points, savedStep: step });
  }
}

class Bench {
  readonly #choices = choicesOf(seed);
  readonly #shim: Shim;
  readonly #path: string;
  readonly #seen = new Map<Operation, number>();
  readonly expected: Expected = { note: 0, savedNote: 0, points: 0, savedPoints: 0, step: 0, savedStep: 0 };
  #lab: LabUnderTest | null = null;
  /** The end of the previous round, for the failure report. */
  #before: readonly string[] = [];
  struck = 0;
  rounds = 0;
  kills = 0;

  constructor(shim: Shim, path: string) {
    this.#shim = shim;
    this.#path = path;
  }

  async lab(): Promise<LabUnderTest> {
    return (this.#lab ??= await startLab(home, this.#shim.env));
  }

  async end(): Promise<void> {
    await this.#lab?.kill();
  }

  #plan(): Plan {
    const kind = this.#choices.pick(kinds);
    const effect: Effect = this.#choices.below(12) === 0 ? 'kill' : this.#choices.pick(['EIO', 'ENOSPC', 'EACCES']);
    const reach = this.#seen.get(kind) ?? 8;
    const count = this.#choices.pick([1, 1, 2, 0]);
    return { operations: [kind], path: this.#path, effect, first: 1 + this.#choices.below(reach), count };
  }

  /** One fault somewhere in opening, working and closing; then the disk works again and the rule is checked. */
  async round(): Promise<void> {
    const lab = await this.lab();
    const round = new Round(lab, this.expected);
    const plan = this.#plan();
    round.did.push(...this.#before, `seed ${seed}: ${JSON.stringify(plan)}`);
    this.#shim.arm(plan);
    if (await round.open(this.#path)) {
      for (let i = 0; i < 3; i++)
        await this.#choices.pick([() => round.edit(), () => round.points(), () => round.checkpoint()])();
    }
    await round.close();
    const { seen, struck } = this.#shim.disarm();
    const [kind] = plan.operations;
    if (kind !== undefined) this.#seen.set(kind, Math.max(seen, 1));
    this.rounds += 1;
    if (struck > 0) this.struck += 1;
    const killed = struck > 0 && plan.effect === 'kill';
    if (killed) {
      this.kills += 1;
      await lab.ended;
      this.#lab = null;
    } else expect(await round.close(), round.did.join('\n')).toBe(true);
    await holds(this.#path, this.expected, killed, round.did);
    this.#before = round.did.slice(-12);
  }
}

describe(`a failing disk${shims.reason === '' ? '' : ` (skipped: ${shims.reason})`}`, () => {
  it.skipIf(shims.library === null)(
    `takes nothing that was answered "saved" and drops nothing in silence, at ${rounds} faults`,
    { timeout: 600_000 + 15_000 * rounds },
    async () => {
      const folder = join(home, 'sessions');
      mkdirSync(folder);
      const path = join(folder, 'day.rnnlab');
      const bench = new Bench(shims.make(), path);
      const lab = await bench.lab();
      await unwrap(
        await sessionFiles.create(path, { name: 'day', note: '0', experiment: null, baseline: null }),
      ).close();
      expect(await lab.ask('session/open', { path })).toMatchObject({ value: { saved: 'saved' } });
      expect((await lab.bring('test/add-run', { run: 'a' })).error).toBeUndefined();
      expect((await lab.ask('session/close', {})).error).toBeUndefined();
      while (bench.struck < rounds) await bench.round();
      if (process.env['MINRNN_FAULTS'] !== undefined) {
        process.stdout.write(
          `faults: seed ${seed}, ${bench.struck} faults injected in ${bench.rounds} rounds, ${bench.kills} of them kills\n`,
        );
      }
      await bench.end();
      expect(readdirSync(folder).filter((name) => name !== 'day.rnnlab')).toEqual([]);
    },
  );
});
