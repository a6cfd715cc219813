// A comparison that an experiment declares is in the file before the first step, survives closing, and is shown as planned until seeds are added.
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { Lab } from '../src/lab/lab.ts';
import { headlineStatistics } from '../src/lab/race/seed-statistics.ts';
import { planEvent } from '../src/engine/spec/statistics/plans.ts';
import { minrnn } from './support/command-line.ts';
import { tinyRace } from './support/experiments.ts';
import { scratchFolder } from './support/program.ts';

const home = scratchFolder();
let lab: Lab;
beforeAll(async () => {
  process.env['MINRNN_HOME'] = home;
  lab = await Lab.open({
    home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
    onEvent: () => undefined,
  });
  await lab.session.create('planned', null);
});
afterAll(async () => {
  delete process.env['MINRNN_HOME'];
  await lab.close();
});

const planned = { ...tinyRace(4), seeds: [1, 2, 3], comparison: { metric: 'loss', reference: 1 } };

it('is kept before its runs, followed to the letter, and left by another seed', async () => {
  await expect(lab.start({ ...planned, comparison: { metric: 'loss', reference: -1, more: 1 } })).rejects.toThrow();
  expect(lab.keeper.state().plans).toBeUndefined();
  await lab.start(planned);
  await lab.race.idle();
  await lab.keeper.settled();
  const events = await lab.keeper.store.events();
  const at = events.findIndex(({ kind }) => kind === planEvent);
  expect(at).toBeGreaterThanOrEqual(0);
  expect(events.slice(0, at).every(({ run }) => run === null)).toBe(true);

  const found = headlineStatistics(lab.keeper.state());
  expect(found?.comparison.metric.name).toBe('val/loss');
  expect(found?.reference).toBe(1);
  expect(found?.plan?.hash).toMatch(/^[0-9a-f]{64}$/);
  const shown = await minrnn('session', 'show', lab.keeper.path);
  expect(shown.out).toContain(`planned before the race, ${found?.plan?.hash.slice(0, 12)}`);
  expect(shown.out).toContain('paired by seed, 3 pairs');

  const { comparison: _, ...more } = planned;
  await lab.start({ ...more, seeds: [4] });
  await lab.race.idle();
  expect(headlineStatistics(lab.keeper.state())?.plan).toBeNull();
});
