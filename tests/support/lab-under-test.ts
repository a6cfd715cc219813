// The test's end of lab-under-test-child.ts: a lab in a process of its own as one object.
import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { AppError } from '../../src/engine/core/result.ts';
import { say } from '../../src/engine/core/say.ts';
import type { LabEvent, LabEvents, LabParams, LabReply, LabRequest } from '../../src/protocol/lab.ts';

/** What the lab answered: the value, or why not. */
export type Answer<T> =
  { readonly value: T; readonly error?: undefined } | { readonly value?: undefined; readonly error: AppError };

interface TestRequests {
  'test/add-run': { readonly run: string };
  'test/points': { readonly run: string; readonly from: number; readonly to: number };
  'test/checkpoint': { readonly run: string; readonly step: number };
}

export interface LabUnderTest {
  ask<K extends LabRequest>(name: K, params: LabParams<K>): Promise<Answer<LabReply<K>>>;
  bring<K extends keyof TestRequests>(name: K, params: TestRequests[K]): Promise<Answer<null>>;
  /** The signal that ended it, null when it ended by itself. */
  readonly ended: Promise<NodeJS.Signals | null>;
  kill(): Promise<void>;
}

const died: AppError = { code: 'engine-died', message: say`the lab is gone` };
const script = fileURLToPath(new URL('lab-under-test-child.ts', import.meta.url));

export type Listener = <K extends LabEvent>(name: K, payload: LabEvents[K]) => void;

export async function startLab(
  home: string,
  env: Readonly<Record<string, string>> = {},
  onEvent: Listener = () => undefined,
): Promise<LabUnderTest> {
  const child = fork(script, [], {
    execArgv: ['--disable-warning=ExperimentalWarning'],
    env: { ...process.env, MINRNN_HOME: home, ...env },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const waiting = new Map<number, (answer: Answer<never>) => void>();
  const ready = Promise.withResolvers<void>();
  child.on('message', (message: { id?: number; event?: string; ready?: boolean; payload?: unknown }) => {
    if (message.ready) ready.resolve();
    else if (message.event !== undefined) onEvent(message.event as LabEvent, message.payload as never);
    else {
      waiting.get(message.id ?? -1)?.(message as unknown as Answer<never>);
      waiting.delete(message.id ?? -1);
    }
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.on('close', (_, signal) => {
      ready.reject(new Error('the lab ended before it was up'));
      for (const settle of waiting.values()) settle({ error: died });
      waiting.clear();
      resolve(signal);
    });
  });
  let last = 0;
  const request = (name: string, params: unknown): Promise<Answer<never>> =>
    new Promise((resolve) => {
      const id = ++last;
      waiting.set(id, resolve);
      if (child.connected) child.send({ id, name, params }, (problem) => problem && resolve({ error: died }));
      else resolve({ error: died });
    });
  await ready.promise;
  return {
    ask: request,
    bring: request,
    ended,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
