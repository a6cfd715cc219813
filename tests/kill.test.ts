// kill -9 of any process at any time: written data stay, other runs continue, and resumed runs end with the same bits.
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../src/engine/core/result.ts';
import { Lab } from '../src/lab/lab.ts';
import { act } from '../src/lab/race/race-actions.ts';
import type { RunState } from '../src/protocol/state.ts';
import { sessionFiles } from '../src/session/index.ts';
import { readCurves } from './support/curves.ts';
import { tinyRace } from './support/experiments.ts';
import { Gate } from './support/gate.ts';
import { alive, eventually, root, scratchFolder, startScript, writeJson } from './support/program.ts';
import { saying } from './support/saying.ts';

const home = scratchFolder();
const at = (name: string): string => join(home, name);
const labHome = { config: home, sessions: home, data: at('data') };
const steps = 3000;
const file = writeJson(home, 'race.json', tinyRace(steps));

interface Line {
  readonly type: string;
  readonly run?: string;
  readonly metric?: string;
  readonly step?: number | readonly number[];
  readonly value?: readonly (number | null)[];
  readonly pids?: readonly number[];
}

/** Whole lines only: a kill may cut the last one. */
const linesOf = (out: string): readonly Line[] =>
  out
    .slice(0, out.lastIndexOf('\n') + 1)
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as Line);

async function undisturbed(name: string): Promise<string> {
  const lab = await Lab.open({ home: labHome, onEvent: () => undefined });
  await lab.session.create(name, null, at(name));
  await lab.start(tinyRace(steps));
  await lab.race.idle();
  await lab.close();
  return at(name);
}

/** How often a run writes and answers depends on time, but the content depends on its weights: equal at every step that both files have. */
async function expectSameAnswers(path: string, other: string): Promise<void> {
  const [killed, whole] = await Promise.all(
    [path, other].map(async (file) => {
      const store = unwrap(await sessionFiles.open(file, { readOnly: true }));
      const all = await Promise.all((await store.runs()).map(({ id }) => store.answers(id)));
      await store.close();
      return all;
    }),
  );
  killed?.forEach((answers, i) => {
    const known = new Map(whole?.[i]?.map(({ step, answers: told }) => [step, told]));
    expect(answers.at(-1)?.step).toBe(steps);
    expect(new Set(answers.map(({ step }) => step)).size).toBe(answers.length);
    for (const { step, answers: told } of answers) if (known.has(step)) expect(told).toEqual(known.get(step));
  });
}

describe('kill -9', () => {
  it('of an engine: its run reports it, the other continues, resume ends with the same bits', async () => {
    const problems: unknown[] = [];
    const lab = await Lab.open({
      home: labHome,
      onEvent: (name, payload) => name === 'problem' && problems.push(payload),
    });
    await lab.session.create('engine', null, at('engine.rnnlab'));
    const gate = new Gate(home);
    const [first, second] = await gate.around(async () => {
      await lab.start(tinyRace(steps));
      const [one, two] = lab.keeper.runs();
      if (!one || !two) throw new Error('two runs are expected');
      await gate.reached();
      // A pause leaves a checkpoint.
      await act(lab.race, [], { kind: 'pause' }, lab.catalogue().training);
      const saved = ({ status, checkpoints }: RunState): boolean => status === 'paused' && checkpoints.length > 0;
      await eventually('both are saved', () => [one, two].every(({ id }) => saved(lab.keeper.runState(id))));
      await act(lab.race, [], { kind: 'resume' }, lab.catalogue().training);
      await eventually('both run', () => [one, two].every(({ id }) => lab.keeper.live(id).status === 'running'));
      return [one, two];
    });
    const pid = lab.race.pidOf(first.id);
    if (pid === undefined) throw new Error('an engine is expected');
    process.kill(pid, 'SIGKILL');
    await eventually('the message', () => lab.keeper.live(first.id).status === 'interrupted');
    expect(lab.keeper.live(first.id).problem).toMatchObject({
      code: 'engine-died',
      cure: saying('Resume'),
    });
    expect(problems).toHaveLength(1);
    const stepThen = lab.keeper.run(second.id).cursor.step;
    gate.open();
    await eventually('the other goes on', () => lab.keeper.run(second.id).cursor.step > stepThen);
    await act(lab.race, [first.id], { kind: 'resume' }, lab.catalogue().training);
    await lab.race.idle();
    expect(lab.session.current()?.runs.map((run) => run.status)).toEqual(['finished', 'finished']);
    await lab.close();
    const whole = await undisturbed('whole.rnnlab');
    expect(await readCurves(at('engine.rnnlab'))).toEqual(await readCurves(whole));
    await expectSameAnswers(at('engine.rnnlab'), whole);
  });

  it('of an engine before its first regular checkpoint: there is one from before the first step, and resume ends with the same bits', async () => {
    const far = tinyRace(steps, { training: { batch: 8, evaluateEvery: 100, checkpointEvery: 86_400 } });
    const [alone] = far.variants;
    if (!alone) throw new Error('a variant is expected');
    const experiment = { ...far, variants: [alone] };
    const lab = await Lab.open({ home: labHome, onEvent: () => undefined });
    const finish = async (name: string, during: (id: string, gate: Gate) => Promise<void>): Promise<string> => {
      await lab.session.create(name, null, at(name));
      const gate = new Gate(home);
      await gate.around(async () => {
        await lab.start(experiment);
        await gate.reached();
      });
      const [run] = lab.keeper.runs();
      if (!run) throw new Error('a run is expected');
      await during(run.id, gate);
      gate.open();
      await lab.race.idle();
      await lab.session.close();
      return at(name);
    };
    const whole = await finish('early-whole.rnnlab', () => Promise.resolve());
    const cut = await finish('early.rnnlab', async (id, gate) => {
      process.kill(lab.race.pidOf(id) ?? 0, 'SIGKILL');
      await eventually('the message', () => lab.keeper.live(id).status === 'interrupted');
      await lab.keeper.settled();
      expect(lab.keeper.live(id).checkpoints.map(({ kind }) => kind)).toContain('latest');
      gate.open();
      await act(lab.race, [id], { kind: 'resume' }, lab.catalogue().training);
    });
    await lab.close();
    expect(await readCurves(cut)).toEqual(await readCurves(whole));
  });

  it('of the lab at ten moments: no written data are lost, no engine stays, resume ends with the same bits', async () => {
    const session = at('lab.rnnlab');
    const script = join(root, 'tests/support/lab-child.ts');
    for (let round = 0; round < 10; round++) {
      const child = startScript(round === 0 ? [script, session, file] : [script, session], home);
      // One more message in each round, with another delay after it, so that every moment is covered.
      await child.until(new RegExp(`("type":"(points|checkpoint)"[^]*?){${1 + round}}`)).catch(() => undefined);
      await pause((round * 37) % 90);
      child.child.kill('SIGKILL');
      await child.finished;
      const said = linesOf(child.out());
      const pids = said.flatMap((line) => line.pids ?? []);
      await eventually('no engine outlives its lab', () => !pids.some(alive));
      await everythingIsThere(session, said);
      if (said.some((line) => line.type === 'end')) break;
    }
    const last = startScript([script, session], home);
    expect((await last.finished).code).toBe(0);
    expect(linesOf(last.out()).filter((line) => line.type === 'problem')).toEqual([]);
    expect(await readCurves(session)).toEqual(await readCurves(at('whole.rnnlab')));
  });
});

/** The file is intact, and contains every announced point and checkpoint. */
async function everythingIsThere(session: string, said: readonly Line[]): Promise<void> {
  expect(unwrap(await sessionFiles.check(session)).problems).toEqual([]);
  const store = unwrap(await sessionFiles.open(session, { readOnly: true }));
  const stored = new Map<string, ReadonlyMap<number, number | null>>();
  for (const { type, run, metric, step, value } of said) {
    if (type === 'checkpoint' && run !== undefined && typeof step === 'number') {
      expect(unwrap(await store.checkpoint(run, 'latest')).cursor.step).toBeGreaterThanOrEqual(step);
    }
    if (type !== 'points' || run === undefined || typeof step !== 'object') continue;
    const key = `${run} ${metric}`;
    const known = stored.get(key) ?? (await pointsOf(store, run, metric as 'train/loss'));
    stored.set(key, known);
    step.forEach((at, i) => expect(known.get(at)).toBe(value?.[i]));
  }
  await store.close();
}

type Store = Extract<Awaited<ReturnType<typeof sessionFiles.open>>, { ok: true }>['value'];

async function pointsOf(store: Store, run: string, metric: 'train/loss'): Promise<ReadonlyMap<number, number | null>> {
  const [window] = await store.series({ runs: [run], metric, x: 'step', from: null, to: null, columns: 1_000_000 });
  return new Map(window?.step.map((step, i) => [step, window.value[i] ?? null]));
}
