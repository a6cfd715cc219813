// The command line from the first race to the last export, and the effect of Ctrl+C.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readSafetensors } from '../src/engine/core/safetensors.ts';
import { memoryCheck } from '../src/engine/spec/memory-check.ts';
import type { RunFacts } from '../src/engine/spec/metrics.ts';
import { totalOf, workedIn, type TimeAccount } from '../src/engine/spec/time-account.ts';
import { readCurves } from './support/curves.ts';
import { tinyRace, tinyText } from './support/experiments.ts';
import { Gate } from './support/gate.ts';
import { run, scratchFolder, start, writeJson } from './support/program.ts';

const home = scratchFolder();
const at = (name: string): string => join(home, name);

/** Every second of a run is in exactly one part; runs that take turns never overlap. */
function accountsAgree(results: readonly Record<string, unknown>[], outside: number): void {
  const times = results.map((result) => result['time'] as TimeAccount);
  for (const [i, time] of times.entries()) {
    const { wallSeconds, activeSeconds } = results[i] as { wallSeconds: number; activeSeconds: number };
    expect(time.training + time.disturbed).toBeCloseTo(activeSeconds, 6);
    // The wall clock of a run starts with its first turn, its account when it is started.
    expect(totalOf(time)).toBeGreaterThanOrEqual(wallSeconds - 1e-3);
    expect(totalOf(time)).toBeLessThanOrEqual(outside);
  }
  expect(times.reduce((sum, time) => sum + workedIn(time), 0)).toBeLessThanOrEqual(outside);
}

describe('race', () => {
  it('trains, stores, shows, checks and exports; resume has nothing left to do', async () => {
    const file = writeJson(home, 'tiny.experiment.json', tinyRace(300));
    const session = at('tiny.rnnlab');
    const begun = performance.now();
    const raced = await run(['race', at('tiny'), '--session', session, '--json'], home);
    expect(raced.err).toBe('');
    expect(raced.code).toBe(0);
    const results = raced.lines().filter((line) => line['type'] === 'result');
    expect(results.map((line) => [line['name'], line['status'], line['step']])).toEqual([
      ['minGRU', 'finished', 300],
      ['minLSTM', 'finished', 300],
    ]);
    for (const result of results) {
      expect(result['facts']).toMatchObject({ memory: { total: expect.any(Number) } });
      expect(result['environment']).toMatchObject({ device: expect.any(String), threads: 1, exclusive: true });
      expect(result['peakBytes']).toBeGreaterThan(10_000_000);
    }
    accountsAgree(results, (performance.now() - begun) / 1000);
    const checked = await run(['session', 'check', session, '--json'], home);
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.out)).toMatchObject({ passed: true, problems: [], checked: { runs: 2 } });

    const csv = await run(['session', 'export', session, '--format', 'csv'], home);
    const losses = csv.out.split('\r\n').filter((row) => row.includes(',train/loss,'));
    expect(losses).toHaveLength(600);
    const weights = await run(
      ['session', 'export', session, '--format', 'safetensors', '--run', 'minGRU', '--out', at('w.safetensors')],
      home,
    );
    expect(weights.code).toBe(0);
    const read = readSafetensors(new Uint8Array(readFileSync(at('w.safetensors'))));
    expect(read.ok && [...read.value.tensors.keys()].every((name) => !name.startsWith('optimiser/'))).toBe(true);
    const again = await run(
      ['session', 'export', session, '--format', 'safetensors', '--run', 'minGRU', '--out', at('w.safetensors')],
      home,
    );
    expect(again.code).toBe(2);

    const resumed = await run(['resume', session], home);
    expect(resumed.code).toBe(0);
    expect(resumed.out).toContain('nothing is left to resume');

    const refused = await run(['race', file, '--session', session], home);
    expect(refused.code).toBe(2);
    expect(refused.err).toContain('--overwrite');
    expect(readFileSync(session).subarray(0, 15).toString()).toBe('SQLite format 3');
  });

  it('says what a race would cost, to the byte it then takes, and keeps what its memory really grew by', async () => {
    const file = writeJson(home, 'plan.json', tinyRace(20));
    const planned = await run(['plan', file, '--json'], home);
    expect(planned.code).toBe(0);
    const { variants } = JSON.parse(planned.out) as { variants: { memory: Record<string, number> }[] };
    const raced = await run(['race', file, '--session', at('planned.rnnlab'), '--json'], home);
    const facts = raced
      .lines()
      .filter((line) => line['type'] === 'result')
      .map((line) => line['facts'] as RunFacts);
    expect(facts.map(({ memory }) => memory)).toEqual(variants.map((variant) => variant.memory));
    for (const run of facts) expect(memoryCheck(run)).toMatchObject({ off: false });
    const shown = await run(['session', 'show', at('planned.rnnlab'), '--json'], home);
    const stored = (JSON.parse(shown.out) as { runs: { facts: RunFacts }[] }).runs;
    expect(stored.map((run) => run.facts.growth)).toEqual(facts.map(({ growth }) => growth));
    for (const { memory } of variants) {
      const { total, ...parts } = memory;
      expect(Object.values(parts).reduce((sum, part) => sum + part, 0)).toBe(total);
    }
  });

  it('Ctrl+C ends with 130 and a whole session; resume reaches the same bits as an undisturbed run', async () => {
    const file = writeJson(home, 'cut.json', tinyRace(2500));
    const [cut, whole] = [at('cut.rnnlab'), at('whole.rnnlab')];
    const undisturbed = run(['race', file, '--session', whole], home);
    const gate = new Gate(home);
    const racing = start(['race', file, '--session', cut, '--json'], home, gate.env);
    await gate.reached();
    racing.child.kill('SIGINT');
    const ended = await racing.finished;
    expect(ended.code).toBe(130);
    expect((await run(['session', 'check', cut], home)).code).toBe(0);
    const shown = await run(['session', 'show', cut, '--json'], home);
    const states = (JSON.parse(shown.out) as { runs: { status: string; step: number }[] }).runs;
    expect(states.every((state) => state.status === 'interrupted')).toBe(true);
    expect(states.every((state) => state.step >= 1 && state.step < 2500)).toBe(true);
    expect((await run(['resume', cut], home)).code).toBe(0);
    expect((await undisturbed).code).toBe(0);
    expect(await readCurves(cut)).toEqual(await readCurves(whole));
  });

  it('writes text with a model that learned it', async () => {
    const file = writeJson(home, 'text.json', tinyText());
    const session = at('text.rnnlab');
    expect((await run(['race', file, '--session', session, '--budget', '40steps'], home)).code).toBe(0);
    const sampled = await run(
      ['sample', session, '--run', 'mingru', '--prompt', 'Call me ', '--length', '20', '--json'],
      home,
    );
    expect(sampled.code).toBe(0);
    const sample = JSON.parse(sampled.out) as { text: string; step: number };
    expect(sample.step).toBe(40);
    expect([...sample.text]).toHaveLength(20);
    const again = await run(
      ['sample', session, '--run', 'mingru', '--prompt', 'Call me ', '--length', '20', '--json'],
      home,
    );
    expect((JSON.parse(again.out) as { text: string }).text).toBe(sample.text);
    expect(existsSync(`${session}-journal`)).toBe(false);
  });
});
