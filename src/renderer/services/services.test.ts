import { describe, expect, it, vi } from 'vitest';
import type { DesktopBridge } from '../../protocol/ipc.ts';
import type { Frame } from '../../protocol/rpc.ts';
import { BridgeLink } from './bridge.ts';
import { socketAddress, takeToken } from './websocket-port.ts';

describe('access token', () => {
  it('is taken out of the address, whose other parts stay', () => {
    const shown: string[] = [];
    const history = {
      replaceState: (_: unknown, __: string, url?: string | URL | null) => void shown.push(String(url)),
    };
    expect(takeToken({ location: { href: 'http://127.0.0.1:8123/?token=s3cr3t&a=b#/race' }, history })).toBe('s3cr3t');
    expect(shown).toEqual(['http://127.0.0.1:8123/?a=b#/race']);
    expect(takeToken({ location: { href: 'http://127.0.0.1:8123/#/race' }, history })).toBeNull();
    expect(shown).toHaveLength(1);
  });

  it('goes to the host of the page and to no other', () => {
    expect(socketAddress({ protocol: 'http:', host: '127.0.0.1:8123' }, 'a b')).toBe(
      'ws://127.0.0.1:8123/ws?token=a%20b',
    );
    expect(socketAddress({ protocol: 'https:', host: 'lab.local' }, null)).toBe('wss://lab.local/ws');
  });
});

describe('desktop bridge', () => {
  function fakeBridge() {
    const frames = new Set<(frame: Frame) => void>();
    let connection: (open: boolean) => void = () => undefined;
    const sent: Frame[] = [];
    const bridge: Pick<DesktopBridge, 'send' | 'onFrame' | 'onConnection'> = {
      send: (frame) => void sent.push(frame),
      onFrame: (listener) => {
        frames.add(listener);
        return () => frames.delete(listener);
      },
      onConnection: (listener) => {
        connection = listener;
        return () => undefined;
      },
    };
    const say = (frame: Frame): void => frames.forEach((listener) => listener(frame));
    return { bridge, sent, say, connection: (open: boolean) => connection(open) };
  }
  const event: Frame = { type: 'event', name: 'session/changed', payload: null };

  it('connects when the lab is up, closes when it ends, and connects again', async () => {
    const { bridge, say, connection } = fakeBridge();
    const link = new BridgeLink(bridge);
    const first = link.connect();
    connection(true);
    const port = await first;
    const heard = vi.fn();
    const closed = vi.fn();
    port.onMessage(heard);
    port.onClose(closed);
    say(event);
    connection(false);
    say(event);
    expect(heard).toHaveBeenCalledTimes(1);
    expect(closed).toHaveBeenCalledTimes(1);
    const second = link.connect();
    connection(true);
    const again = vi.fn();
    (await second).onMessage(again);
    say(event);
    expect(again).toHaveBeenCalledTimes(1);
  });

  it('learns from the answer to ready that the lab was up already', async () => {
    const { bridge, sent } = fakeBridge();
    const link = new BridgeLink(bridge);
    const port = link.connect();
    link.change(true);
    (await port).send(event);
    expect(sent).toEqual([event]);
  });
});
