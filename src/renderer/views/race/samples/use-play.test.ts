// Playing visits every stored step once and in order from any start, and stops at the end; with reduced motion nothing moves on its own.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { effectScope, ref } from 'vue';
import { pause, usePlay } from './use-play.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const steps = [0, 20, 40, 60];

function playing(from: number, still = false) {
  const step = ref(from);
  const seen: number[] = [];
  const scope = effectScope();
  const play = scope.run(() =>
    usePlay(
      () => steps,
      step,
      () => still,
    ),
  );
  if (play === undefined) throw new Error('a scope must run');
  const wait = (times: number): void => {
    for (let i = 0; i < times; i++) {
      seen.push(step.value);
      vi.advanceTimersByTime(pause(steps.length));
    }
  };
  return { step, seen, scope, play, wait };
}

test('plays to the last step and stops there, and then starts from the first', () => {
  const { step, seen, play, wait } = playing(20);
  play.toggle();
  expect(play.playing.value).toBe(true);
  wait(3);
  expect([seen, step.value, play.playing.value]).toEqual([[40, 60, 60], 60, false]);
  seen.length = 0;
  play.toggle();
  wait(5);
  expect(seen).toEqual([0, 20, 40, 60, 60]);
  expect(play.playing.value).toBe(false);
});

test('stops when it is paused, moved by hand or left', () => {
  const { step, play, wait, scope } = playing(0);
  play.toggle();
  play.toggle();
  wait(3);
  expect([step.value, play.playing.value]).toEqual([20, false]);
  play.toggle();
  play.stop();
  wait(3);
  expect(step.value).toBe(40);
  play.toggle();
  scope.stop();
  wait(3);
  expect(step.value).toBe(60);
  expect(vi.getTimerCount()).toBe(0);
});

test('with reduced motion each press is one step, and after the last comes the first', () => {
  const { step, play, wait } = playing(20, true);
  for (const expected of [40, 60, 0, 20]) {
    play.toggle();
    wait(3);
    expect([step.value, play.playing.value]).toEqual([expected, false]);
  }
});
