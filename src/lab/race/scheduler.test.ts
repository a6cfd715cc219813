// Properties of a fair race for any sequence of events: one baton, equal shares, no starvation, a pause is a pause.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import * as schedule from './scheduler.ts';
import type { ScheduleCommand, ScheduleState } from './scheduler.ts';

interface Sim {
  state: ScheduleState;
  readonly done: Map<string, number>;
  readonly log: string[];
}

const sim = (mode: 'race' | 'queue' | 'parallel', runs: readonly string[], engines = 16): Sim => ({
  state: runs.reduce((state, run) => schedule.join(state, run), schedule.emptySchedule(mode, 0.5, engines)),
  done: new Map(),
  log: [],
});

function carryOut(world: Sim, command: ScheduleCommand, seconds: (run: string) => number): void {
  world.state = schedule.begin(world.state, command);
  world.log.push(`${command.kind} ${command.run}`);
  const spent = command.kind === 'grant' ? seconds(command.run) : 0;
  world.done.set(command.run, (world.done.get(command.run) ?? 0) + spent);
  world.state = schedule.settled(world.state, command.run, spent);
}

function turn(world: Sim, times: number, seconds: (run: string) => number = () => 0.5): void {
  for (let i = 0; i < times; i++) {
    const [command] = schedule.next(world.state);
    if (command === undefined) return;
    carryOut(world, command, seconds);
  }
}

describe('scheduler', () => {
  it('race: who is ready trains before the next is prepared, then all take turns in grid order', () => {
    const world = sim('race', ['a', 'b', 'c']);
    turn(world, 9);
    expect(world.log).toEqual([
      'prepare a',
      'grant a',
      'prepare b',
      'grant b',
      'prepare c',
      'grant c',
      'grant a',
      'grant b',
      'grant c',
    ]);
  });

  it('race: shares of any engines differ by at most one longest slice', () => {
    const lengths = fc.array(fc.double({ min: 0.01, max: 20, noNaN: true }), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(lengths, (seconds) => {
        const runs = seconds.map((_, i) => `r${i}`);
        const world = sim('race', runs);
        turn(world, 400, (run) => seconds[Number(run.slice(1))] ?? 0);
        const shares = runs.map((run) => world.done.get(run) ?? 0);
        expect(Math.max(...shares) - Math.min(...shares)).toBeLessThanOrEqual(Math.max(...seconds) + 1e-9);
      }),
      { numRuns: 50 },
    );
  });

  it('holds at most one baton in race and queue, whatever happens', () => {
    const event = fc.tuple(
      fc.constantFrom('next', 'settle', 'pause', 'resume', 'step', 'leave', 'join', 'errand'),
      fc.constantFrom('a', 'b', 'c'),
    );
    fc.assert(
      fc.property(
        fc.constantFrom('race' as const, 'queue' as const),
        fc.array(event, { maxLength: 80 }),
        (mode, events) => {
          let { state } = sim(mode, ['a', 'b']);
          for (const [kind, run] of events) {
            if (kind === 'next') for (const command of schedule.next(state)) state = schedule.begin(state, command);
            if (kind === 'settle') {
              const held = state.lanes.find((lane) => ['preparing', 'training', 'errand'].includes(lane.phase));
              if (held) state = schedule.settled(state, held.run, 0.5);
            }
            if (kind === 'pause') state = schedule.pause(state, run);
            if (kind === 'resume') state = schedule.resume(state, run);
            if (kind === 'step') state = schedule.singleStep(state, run);
            if (kind === 'leave') state = schedule.leave(state, run);
            if (kind === 'join') state = schedule.join(state, run);
            if (kind === 'errand') state = schedule.addErrand(state, run, 1);
            expect(
              state.lanes.filter((lane) => ['preparing', 'training', 'errand'].includes(lane.phase)).length,
            ).toBeLessThanOrEqual(1);
          }
        },
      ),
      { numRuns: 300 },
    );
  });

  it('queue: one run to its end, then the next', () => {
    const world = sim('queue', ['a', 'b']);
    turn(world, 4);
    expect(world.log).toEqual(['prepare a', 'grant a', 'grant a', 'grant a']);
    world.state = schedule.leave(world.state, 'a');
    turn(world, 2);
    expect(world.log.slice(4)).toEqual(['prepare b', 'grant b']);
  });

  it('parallel: everybody at once, as soon as the first engine has settled what all of them run on', () => {
    const world = sim('parallel', ['a', 'b', 'c']);
    const [first, ...more] = schedule.next(world.state);
    expect([first, ...more]).toEqual([{ kind: 'prepare', run: 'a' }]);
    world.state = schedule.begin(world.state, first);
    expect(schedule.next(world.state)).toEqual([]);
    world.state = schedule.settled(world.state, 'a', 0);
    expect(schedule.next(world.state).map(({ kind, run }) => `${kind} ${run}`)).toEqual([
      'prepare b',
      'prepare c',
      'grant a',
    ]);
    for (const command of schedule.next(world.state)) carryOut(world, command, () => 0);
    expect(schedule.next(world.state)).toHaveLength(3);
    // Its engine never became ready: the next one goes first.
    const failed = sim('parallel', ['a', 'b']);
    failed.state = schedule.leave(schedule.begin(failed.state, { kind: 'prepare', run: 'a' }), 'a');
    expect(schedule.next(failed.state)).toEqual([{ kind: 'prepare', run: 'b' }]);
  });

  it('pause in the middle of a slice takes effect when the baton comes back; resume and single step work from there', () => {
    const world = sim('race', ['a']);
    turn(world, 1);
    const [grant] = schedule.next(world.state);
    expect(grant).toEqual({ kind: 'grant', run: 'a', seconds: 0.5, steps: null });
    world.state = schedule.pause(schedule.begin(world.state, grant), 'a');
    world.state = schedule.settled(world.state, 'a', 0.3);
    expect(schedule.next(world.state)).toEqual([]);
    world.state = schedule.singleStep(world.state, 'a');
    expect(schedule.next(world.state)[0]).toMatchObject({ kind: 'grant', steps: 1 });
    turn(world, 1);
    expect(schedule.next(world.state)).toEqual([]);
    world.state = schedule.resume(world.state, 'a');
    expect(schedule.next(world.state)[0]).toMatchObject({ kind: 'grant', steps: null });
  });

  it('errands come first and leave a paused run paused', () => {
    const world = sim('race', ['a', 'b']);
    turn(world, 3);
    world.state = schedule.addErrand(schedule.pause(world.state, 'b'), 'b', 7);
    expect(schedule.next(world.state)).toEqual([{ kind: 'errand', run: 'b', errand: 7 }]);
    turn(world, 1);
    expect(schedule.laneOf(world.state, 'b')?.phase).toBe('held');
  });

  it('a newcomer competes from where the others stand', () => {
    const world = sim('race', ['a', 'b']);
    turn(world, 42);
    world.state = schedule.join(world.state, 'c');
    turn(world, 31);
    const late = world.log.slice(42);
    const grants = (run: string): number => late.filter((entry) => entry === `grant ${run}`).length;
    expect(Math.abs(grants('c') - grants('a'))).toBeLessThanOrEqual(1);
  });

  it('keeps the number of engines within its limit, and a waiting run takes the place of one that ended', () => {
    const world = sim('race', ['a', 'b', 'c'], 2);
    turn(world, 6);
    expect(world.log.filter((entry) => entry.endsWith('c'))).toEqual([]);
    world.state = schedule.leave(world.state, 'a');
    turn(world, 1);
    expect(world.log.at(-1)).toBe('prepare c');
  });
});
