// The side tasks of a race fail on purpose: the race continues to its end, on real engines, and reports the failure once.
import { join } from 'node:path';
import { expect, it, vi } from 'vitest';
import { english } from '../src/engine/core/say.ts';
import type { AppError } from '../src/engine/core/result.ts';
import { handlersOf } from '../src/lab/handlers/index.ts';
import { Lab } from '../src/lab/lab.ts';
import type { RaceMode } from '../src/engine/spec/run-spec.ts';
import { tinyRace } from './support/experiments.ts';
import { eventually, scratchFolder } from './support/program.ts';

it.each<RaceMode>(['race', 'queue', 'parallel'])(
  'a forecast that fails stops no run of a %s, and is told once',
  async (mode) => {
    const home = scratchFolder();
    const problems: AppError[] = [];
    const lab = await Lab.open({
      home: { config: home, sessions: join(home, 'sessions'), data: join(home, 'data') },
      onEvent: (name, payload) => {
        if (name === 'problem' && 'error' in payload!) problems.push(payload.error);
      },
    });
    vi.spyOn(lab.preflighter, 'workOf').mockImplementation(() => {
      throw new Error('no work is known');
    });
    const door = handlersOf(lab);
    await door['session/new']({ name: mode });
    await door['race/start']({ spec: { ...tinyRace(20), mode } });
    const states = () => lab.keeper.runs().map(({ id }) => lab.keeper.runState(id));
    await eventually('both have finished', () => states().every(({ status }) => status === 'finished'));
    expect(states().map(({ step }) => step)).toEqual([20, 20]);
    expect(problems.map(({ code, message }) => [code, english(message)])).toEqual([
      ['bug', expect.stringContaining('no work is known')],
    ]);
    await lab.close();
  },
);
