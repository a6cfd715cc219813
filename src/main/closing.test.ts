// Closing the program: the questions asked, what happens to the lab, and that nothing waits for ever.
import { asIs, say } from '../engine/core/say.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Frame } from '../protocol/rpc.ts';

import { desk, runsChanged } from '../../tests/support/desk.ts';

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

describe('closing', () => {
  const settle = () => vi.advanceTimersByTimeAsync(100);

  it('without runs asks nothing, closes the session, ends the lab, then the program', async () => {
    const d = desk();
    expect(d.window().onClosing()).toBe(false);
    await settle();
    const close = d.lab().received[0] as Frame & { type: 'request' };
    expect(close.name).toBe('session/close');
    expect(d.happened).toEqual([]);
    d.lab().frame({ type: 'reply', id: close.id, value: null });
    await settle();
    expect(d.questions).toEqual([]);
    expect(d.lab().calls).toEqual(['disconnect']);
    expect(d.happened).toEqual(['destroy', 'exit 0']);
    expect(d.labs).toHaveLength(1);
  });

  it('during a run asks, and cancelling changes nothing', async () => {
    const d = desk({ answer: 1 });
    d.lab().frame(runsChanged('running'));
    d.quit();
    await settle();
    expect(d.questions).toMatchObject([{ message: 'One run is in progress.' }]);
    expect(d.lab().received).toEqual([]);
    expect(d.happened).toEqual([]);
    d.window().onClosing();
    await settle();
    expect(d.questions).toHaveLength(2);
  });

  it('asks once however often it is called, and not for runs that are over', async () => {
    const d = desk({ answer: 1 });
    d.lab().frame(runsChanged('running'));
    d.quit();
    d.window().onClosing();
    await settle();
    expect(d.questions).toHaveLength(1);
    d.lab().frame(runsChanged('finished'));
    d.quit();
    await settle();
    expect(d.questions).toHaveLength(1);
    expect(d.lab().received).toHaveLength(1);
  });

  /** Answers the newest request, which must be of this name. */
  const reply = (d: ReturnType<typeof desk>, name: string, saved: boolean): unknown => {
    const asked = d.lab().received.at(-1) as Frame & { type: 'request' };
    expect(asked.name).toBe(name);
    const { id } = asked;
    const message = say`session: one change is not in ${asIs<string>('/x.rnnlab')}: ${say`the disk is full`}`;
    const error = { code: 'unsaved', message } as const;
    d.lab().frame(saved ? { type: 'reply', id, value: null } : { type: 'error', id, error });
    return asked.params;
  };

  it('with unsaved changes asks what to do: try again, save elsewhere, discard', async () => {
    const d = desk({ answers: [0, 1, 2], exists: false });
    d.quit();
    await settle();
    expect(reply(d, 'session/close', false)).toEqual({ unsaved: 'keep' });
    await settle();
    expect(d.questions).toMatchObject([{ message: expect.stringContaining('One change is not in /x.rnnlab') }]);
    reply(d, 'session/close', false);
    await settle();
    expect(reply(d, 'session/save-as', false)).toEqual({ path: '/data/copy.rnnlab', overwrite: true });
    await settle();
    expect(d.happened).toEqual(['error: Not everything is saved']);
    expect(reply(d, 'session/close', false)).toEqual({ unsaved: 'keep' });
    await settle();
    expect(reply(d, 'session/close', true)).toEqual({ unsaved: 'give-up' });
    await settle();
    expect(d.questions).toHaveLength(3);
    expect(d.happened.slice(1)).toEqual(['destroy', 'exit 0']);
  });

  it('with unsaved changes reports what happened in the language of the window', async () => {
    const d = desk({ answers: [3] });
    await d.invoke('window/ready', { language: 'zh' });
    d.quit();
    await settle();
    reply(d, 'session/close', false);
    await settle();
    expect(d.questions).toMatchObject([{ message: expect.stringContaining('1 项更改未写入 /x.rnnlab') }]);
  });

  it('with unsaved changes keeps the program if the person cancels, and asks again at the next close', async () => {
    const d = desk({ answer: 3 });
    for (const times of [1, 2]) {
      d.quit();
      await settle();
      reply(d, 'session/close', false);
      await settle();
      expect(d.questions).toHaveLength(times);
    }
    expect(d.happened).toEqual([]);
    expect(d.lab().calls).toEqual([]);
  });

  it('is not blocked for ever by a lab that neither answers nor ends', async () => {
    const d = desk({ labIgnoresDisconnect: true });
    d.quit();
    await vi.advanceTimersByTimeAsync(25_000);
    expect(d.lab().calls).toEqual(['disconnect', 'kill']);
    d.lab().end(say`it was ended by ${asIs<string>('SIGKILL')}`);
    await settle();
    expect(d.happened).toEqual(['destroy', 'exit 0']);
  });
});
