// How a race ends on the command line when not every run finished: exit code, messages, and that failed runs can be resumed.
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { unwrap } from '../src/engine/core/result.ts';
import { say } from '../src/engine/core/say.ts';
import { sessionFiles } from '../src/session/index.ts';
import { tinyRace } from './support/experiments.ts';
import { run, scratchFolder, start, writeJson } from './support/program.ts';

const home = scratchFolder();
const at = (name: string): string => join(home, name);

/** Weights grow a hundredfold each step and overflow 32 bits after twenty. */
const exploding = { learningRate: 10, weightDecay: 10, clip: 0 };

const variants = [
  { model: 'minGru', name: 'good', fields: { d: 16, layers: 1 } },
  { model: 'minGru', name: 'bad', fields: { d: 16, layers: 1, ...exploding } },
];

describe('a race in which a run diverges', () => {
  it('exits with 1, says how many, and resume tries what is left again', async () => {
    const file = writeJson(home, 'bad.json', tinyRace(60, { variants }));
    const session = at('bad.rnnlab');
    const raced = await run(['race', file, '--session', session], home);
    expect(raced.code).toBe(1);
    expect(raced.out).toContain('1 run diverged.');
    expect(raced.out).toContain('minrnn resume');
    const again = await run(['resume', session, '--json'], home);
    expect(again.code).toBe(1);
    const [end] = again.lines().filter((line) => line['type'] === 'end');
    expect(end).toMatchObject({ failed: 0, diverged: 1 });
    const started = again.lines().find((line) => line['type'] === 'start');
    expect(started).toMatchObject({ runs: [{ name: 'bad' }] });
  });
});

async function statuses(session: string): Promise<readonly string[]> {
  const shown = await run(['session', 'show', session, '--json'], home);
  return (JSON.parse(shown.out) as { runs: { status: string }[] }).runs.map((state) => state.status);
}

describe('a run that failed', () => {
  it('goes on with resume as its message advises, and what others became long ago does not count', async () => {
    const file = writeJson(home, 'two.json', tinyRace(400));
    const session = at('failed.rnnlab');
    expect((await run(['race', file, '--session', session], home)).code).toBe(0);
    const store = unwrap(await sessionFiles.open(session));
    const [first, second] = await store.runs();
    if (!first || !second) throw new Error('two runs are expected');
    await store.updateRun(first.id, { intent: 'failed', problem: say`the disk was full` });
    await store.updateRun(second.id, { intent: 'diverged', problem: say`a number broke` });
    await store.close();
    const resumed = await run(['resume', session, '--run', first.name], home);
    expect(resumed.out).not.toContain('nothing is left to resume');
    expect(resumed.code).toBe(0);
    expect(await statuses(session)).toEqual(['finished', 'diverged']);
    const rest = await run(['resume', session], home);
    expect(rest.out).not.toContain('nothing is left to resume');
    expect(rest.code).toBe(0);
    expect(await statuses(session)).toEqual(['finished', 'finished']);
  });
});

describe('a race that is interrupted', () => {
  it('has no run that is "running" in its last table', async () => {
    const file = writeJson(home, 'long.json', tinyRace(1_000_000, { training: { batch: 8, checkpointEvery: 0.2 } }));
    const racing = start(['race', file, '--session', at('cut.rnnlab'), '--json'], home);
    await racing.until(/"status":"running","step":[1-9]/);
    racing.child.kill('SIGINT');
    const ended = await racing.finished;
    expect(ended.code).toBe(130);
    const results = ended.lines().filter((line) => line['type'] === 'result');
    expect(results.map((line) => line['status'])).toEqual(['interrupted', 'interrupted']);
    expect(results[0]).toMatchObject({ problem: { cure: expect.stringContaining('Resume') } });
  });
});
