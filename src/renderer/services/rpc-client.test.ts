import { say } from '../../engine/core/say.ts';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { AppFailure } from '../../engine/core/result.ts';
import type { Frame, Port } from '../../protocol/rpc.ts';
import { RpcClient } from './rpc-client.ts';

/** The remote end of a port: received messages and simulated answers. */
class FarEnd {
  readonly received: Frame[] = [];
  private onFrame: (frame: Frame) => void = () => undefined;
  private onEnd: () => void = () => undefined;
  readonly port: Port = {
    send: (frame) => void this.received.push(frame),
    onMessage: (listener) => (this.onFrame = listener),
    onClose: (listener) => (this.onEnd = listener),
    close: () => this.onEnd(),
  };
  say(frame: Frame): void {
    this.onFrame(frame);
  }
  drop(): void {
    this.onEnd();
  }
}

const settle = async (): Promise<void> => {
  await vi.advanceTimersByTimeAsync(0);
};
const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const failure: unknown = await promise.catch((thrown: unknown) => thrown);
  return failure instanceof AppFailure ? failure.appError.code : 'no failure';
};

describe('RpcClient', () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  /** A client whose n-th connection attempt reaches the n-th remote end; null = refused. */
  function clientOf(...ends: readonly (FarEnd | null)[]) {
    let attempt = 0;
    const connect = (): Promise<Port> => {
      const end = ends[attempt++] ?? null;
      return end ? Promise.resolve(end.port) : Promise.reject(new Error('refused'));
    };
    return { client: new RpcClient({ connect, delays: [100, 1000], patience: 500 }), attempts: () => attempt };
  }

  it('answers each request with its own reply, in any order', async () => {
    const end = new FarEnd();
    const { client } = clientOf(end);
    const first = client.request('session/current', {});
    const second = client.request('session/list', {});
    await settle();
    const [a, b] = end.received.map((frame) => (frame.type === 'request' ? frame.id : -1));
    end.say({ type: 'reply', id: b ?? -1, value: [] });
    end.say({ type: 'reply', id: a ?? -1, value: null });
    expect(await first).toBeNull();
    expect(await second).toEqual([]);
  });

  it('rejects with the error of the lab, unchanged', async () => {
    const end = new FarEnd();
    const { client } = clientOf(end);
    const request = client.request('session/open', { path: '/x' });
    await settle();
    const error = { code: 'not-found', message: say`session: no file`, cure: say`Choose another.` } as const;
    end.say({ type: 'error', id: 1, error });
    await expect(request).rejects.toMatchObject({ appError: error });
  });

  it('sends what was asked before the connection was there', async () => {
    const end = new FarEnd();
    const { client } = clientOf(null, end);
    void client.request('session/list', {});
    await settle();
    expect(end.received).toEqual([]);
    await vi.advanceTimersByTimeAsync(100);
    expect(end.received).toHaveLength(1);
  });

  it('gives up on a request that found no connection in time', async () => {
    const { client } = clientOf(null, null, null);
    const code = codeOf(client.request('session/list', {}));
    await vi.advanceTimersByTimeAsync(501);
    expect(await code).toBe('network');
  });

  it('fails what was under way when the port closes, and never repeats it', async () => {
    const [before, after] = [new FarEnd(), new FarEnd()];
    const { client } = clientOf(before, after);
    await settle();
    const code = codeOf(client.request('race/act', { runs: [], action: { kind: 'stop' } }));
    before.drop();
    expect(await code).toBe('network');
    await vi.advanceTimersByTimeAsync(100);
    expect(after.received).toEqual([]);
  });

  it('says when the connection is lost and when it is back', async () => {
    const [before, after] = [new FarEnd(), new FarEnd()];
    const { client } = clientOf(before, null, after);
    const states: boolean[] = [];
    client.onConnection((open) => states.push(open));
    await settle();
    before.drop();
    await vi.advanceTimersByTimeAsync(100);
    await vi.advanceTimersByTimeAsync(1000);
    expect(states).toEqual([true, false, true]);
  });

  it('delivers events to every listener until it leaves, also after a reconnection', async () => {
    const [before, after] = [new FarEnd(), new FarEnd()];
    const { client } = clientOf(before, after);
    const seen: unknown[] = [];
    const leave = client.on('session/changed', (session) => seen.push(session));
    await settle();
    before.say({ type: 'event', name: 'session/changed', payload: null });
    before.drop();
    await vi.advanceTimersByTimeAsync(100);
    after.say({ type: 'event', name: 'session/changed', payload: null });
    leave();
    after.say({ type: 'event', name: 'session/changed', payload: null });
    expect(seen).toEqual([null, null]);
  });

  it('does not come back after it was closed', async () => {
    const end = new FarEnd();
    const { client, attempts } = clientOf(end, new FarEnd());
    await settle();
    client.close();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(attempts()).toBe(1);
    expect(await codeOf(client.request('session/list', {}))).toBe('network');
  });
});
