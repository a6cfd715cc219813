// Any input gets an answer with a message, and the lab's handlers only get checked parameters.
import { describe, expect, it } from 'vitest';
import { AppFailure } from '../engine/core/result.ts';
import { say } from '../engine/core/say.ts';
import type { Frame, LabHandlers, Port } from './rpc.ts';
import { RpcServer } from './rpc-server.ts';
import { saying } from '../../tests/support/saying.ts';

/** By then everything that needs no timer and no other process has happened. */
const everythingDue = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

function door(): Port & { readonly sent: Frame[]; receive(frame: unknown): Promise<void>; end(): void } {
  const sent: Frame[] = [];
  let listener: (frame: Frame) => void = () => undefined;
  let closed: () => void = () => undefined;
  return {
    sent,
    send: (frame) => void sent.push(frame),
    onMessage: (given) => void (listener = given),
    onClose: (given) => void (closed = given),
    close: () => closed(),
    end: () => closed(),
    receive: async (frame) => {
      listener(frame as Frame);
      await everythingDue();
    },
  };
}

const settings = { threads: 2 };
const handlers = {
  'settings/get': () => Promise.resolve(settings),
  'session/rename': ({ name }: { name: string }) => Promise.resolve({ name }),
  'session/open': () => Promise.reject(new AppFailure({ code: 'not-found', message: say`no such file` })),
  'session/close': () => Promise.reject(new Error('boom')),
} as Partial<Record<string, unknown>> as LabHandlers;

describe('RpcServer', () => {
  it('answers, refuses and survives whatever a door sends', async () => {
    const bugs: unknown[] = [];
    const server = new RpcServer({ handlers, onBug: (error) => bugs.push(error) });
    const port = door();
    server.add(port);
    await port.receive({ type: 'request', id: 1, name: 'settings/get', params: {} });
    await port.receive({ type: 'request', id: 2, name: 'session/rename', params: { name: '  race  ' } });
    await port.receive({ type: 'request', id: 3, name: 'session/rename', params: { name: '' } });
    await port.receive({ type: 'request', id: 4, name: 'no/such', params: {} });
    await port.receive({ type: 'request', id: 5, name: 'session/open', params: { path: '/x' } });
    await port.receive({ type: 'request', id: 6, name: 'session/close', params: {} });
    await port.receive({
      type: 'request',
      id: 7,
      name: 'race/act',
      params: { runs: [], action: { kind: 'learning-rate', value: -1 } },
    });
    for (const junk of [null, 7, 'x', [], { type: 'request' }, { type: 'reply', id: 1 }]) await port.receive(junk);
    expect(port.sent[0]).toEqual({ type: 'reply', id: 1, value: settings });
    expect(port.sent[1]).toEqual({ type: 'reply', id: 2, value: { name: 'race' } });
    expect(port.sent[2]).toMatchObject({ type: 'error', id: 3, error: { code: 'bad-input', field: 'name' } });
    expect(port.sent[3]).toMatchObject({ type: 'error', id: 4, error: { code: 'unsupported' } });
    expect(port.sent[4]).toMatchObject({
      type: 'error',
      id: 5,
      error: { code: 'not-found', message: saying('no such file') },
    });
    expect(port.sent[5]).toMatchObject({
      type: 'error',
      id: 6,
      error: { code: 'bug', stack: expect.stringContaining('boom') },
    });
    expect(port.sent[6]).toMatchObject({ type: 'error', id: 7, error: { code: 'bad-input', field: 'action.value' } });
    expect(port.sent).toHaveLength(7);
    expect(bugs).toMatchObject([{ code: 'bug' }]);
  });

  it('keeps requests made before the lab is up, and sends events to open doors only', async () => {
    let up: (handlers: LabHandlers) => void = () => undefined;
    const server = new RpcServer({ handlers: new Promise((resolve) => (up = resolve)), onBug: () => undefined });
    const [first, second] = [door(), door()];
    server.add(first);
    server.add(second);
    await first.receive({ type: 'request', id: 1, name: 'settings/get', params: {} });
    expect(first.sent).toHaveLength(0);
    up(handlers);
    await everythingDue();
    expect(first.sent).toEqual([{ type: 'reply', id: 1, value: settings }]);
    second.end();
    server.emit('session/changed', null);
    expect(first.sent).toHaveLength(2);
    expect(second.sent).toHaveLength(0);
  });
});
