// A reading engine is handed out once, for the run and text it was prepared with, and ends when it is not used.
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Readers } from './readers.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

class Engine {
  #end: () => void = () => undefined;
  readonly gone = new Promise<void>((resolve) => (this.#end = resolve));
  killed = false;
  async kill(): Promise<void> {
    this.killed = true;
    this.#end();
    await this.gone;
  }
}

test('is handed out once and is the same', () => {
  const readers = new Readers<Engine>(2);
  const engine = new Engine();
  readers.keep('a', engine, 'text');
  expect(readers.take('b', 'text')).toBeNull();
  expect(readers.take('a', 'text')).toBe(engine);
  expect(readers.take('a', 'text')).toBeNull();
  vi.runAllTimers();
  expect(engine.killed).toBe(false);
});

test('ends for another text, for a newer one beyond the room there is, after a minute, and with the race', async () => {
  const readers = new Readers<Engine>(2);
  const engines = Array.from({ length: 5 }, () => new Engine());
  const killed = (): readonly boolean[] => engines.map((one) => one.killed);
  const [a, b, c, d, e] = engines;
  if (!a || !b || !c || !d || !e) throw new Error('five are expected');
  readers.keep('a', a, 'one');
  expect(readers.take('a', 'other')).toBeNull();
  expect(killed()).toEqual([true, false, false, false, false]);
  readers.keep('b', b, null);
  readers.keep('c', c, null);
  readers.keep('d', d, null);
  expect(killed()).toEqual([true, true, false, false, false]);
  vi.advanceTimersByTime(59_000);
  expect(killed()).toEqual([true, true, false, false, false]);
  vi.advanceTimersByTime(2_000);
  expect(killed()).toEqual([true, true, true, true, false]);
  readers.keep('e', e, null);
  await readers.close();
  expect(killed()).toEqual([true, true, true, true, true]);
});

test('one whose process has ended is not handed out', async () => {
  const readers = new Readers<Engine>(2);
  const engine = new Engine();
  readers.keep('a', engine, null);
  await engine.kill();
  await Promise.resolve();
  expect(readers.take('a', null)).toBeNull();
});
