// Requests, replies and events over a port that may close and open again. Depends on the frames of the protocol; independent of WebSockets,
// Electron and the screens.
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { LabEvent, LabEvents, LabParams, LabReply, LabRequest } from '../../protocol/lab.ts';
import { Correlator } from '../../protocol/correlator.ts';
import { deadline, type Deadline } from '../../protocol/deadline.ts';
import type { Frame, LabClient, Port } from '../../protocol/rpc.ts';

export interface ClientOptions {
  /** Opens a port; rejects when the lab cannot be reached. */
  readonly connect: () => Promise<Port>;
  /** Milliseconds before each new attempt; the last one repeats. */
  readonly delays?: readonly number[];
  /** How long a request waits for the connection before it fails, in milliseconds. */
  readonly patience?: number;
}

type Listener = (payload: never) => void;

const lostWhileWaiting: AppError = {
  code: 'network',
  message: say`lab: the connection closed before the answer came`,
  cure: say`The screen reloads its state when the connection is back; repeat the action if it had no effect.`,
};
const notReached: AppError = {
  code: 'network',
  message: say`lab: the request needs a connection, and there is none`,
  cure: say`Check that the lab process still runs, then repeat the action.`,
};

/**
 * A client that keeps itself connected. Requests made while the port is closed wait up to `patience`, then reject with code
 * `network`; requests that were under way when it closed reject at once, since it is unknown whether they took effect.
 */
export class RpcClient implements LabClient {
  private readonly connect: () => Promise<Port>;
  private readonly delays: readonly number[];
  private readonly patience: number;
  private readonly questions = new Correlator();
  /** Requests that wait for a connection, by id. */
  private readonly unsent = new Map<number, { readonly frame: Frame; readonly limit: Deadline }>();
  private readonly listeners = new Map<LabEvent, Set<Listener>>();
  private readonly connectionListeners = new Set<(open: boolean) => void>();
  private port: Port | null = null;
  private attempts = 0;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private closed = false;
  private announced: boolean | null = null;

  constructor(options: ClientOptions) {
    this.connect = options.connect;
    this.delays = options.delays ?? [100, 250, 500, 1000, 2000, 4000];
    this.patience = options.patience ?? 8000;
    void this.attempt();
  }

  request<K extends LabRequest>(name: K, params: LabParams<K>): Promise<LabReply<K>> {
    return this.questions.ask<LabReply<K>>((id) => {
      const frame: Frame = { type: 'request', id, name, params };
      if (this.port) return this.port.send(frame);
      this.unsent.set(id, { frame, limit: deadline(this.patience, () => this.giveUp(id)) });
    });
  }

  on<K extends LabEvent>(name: K, listener: (payload: LabEvents[K]) => void): () => void {
    const set = this.listeners.get(name) ?? new Set<Listener>();
    this.listeners.set(name, set);
    set.add(listener);
    return () => set.delete(listener);
  }

  onConnection(listener: (open: boolean) => void): () => void {
    this.connectionListeners.add(listener);
    if (this.port) listener(true);
    return () => this.connectionListeners.delete(listener);
  }

  close(): void {
    this.closed = true;
    if (this.retry) clearTimeout(this.retry);
    this.questions.end(new AppFailure(notReached));
    for (const id of [...this.unsent.keys()]) this.takeUnsent(id);
    this.port?.close();
    this.port = null;
  }

  private async attempt(): Promise<void> {
    try {
      this.adopt(await this.connect());
    } catch {
      this.later();
    }
  }

  private adopt(port: Port): void {
    if (this.closed) return port.close();
    this.port = port;
    this.attempts = 0;
    port.onMessage((frame) => this.receive(frame));
    port.onClose(() => this.lose(port));
    for (const id of [...this.unsent.keys()]) {
      const frame = this.takeUnsent(id);
      if (frame) port.send(frame);
    }
    this.announce(true);
  }

  private lose(port: Port): void {
    if (this.port !== port) return;
    this.port = null;
    // Requests that wait for a connection were made after this.
    this.questions.refuseAll(new AppFailure(lostWhileWaiting));
    if (this.closed) return;
    this.later();
  }

  private later(): void {
    if (this.closed) return;
    this.announce(false);
    const delay = this.delays[Math.min(this.attempts, this.delays.length - 1)] ?? 1000;
    this.attempts += 1;
    this.retry = setTimeout(() => void this.attempt(), delay);
  }

  private takeUnsent(id: number): Frame | null {
    const waiting = this.unsent.get(id);
    waiting?.limit.cancel();
    this.unsent.delete(id);
    return waiting?.frame ?? null;
  }

  private giveUp(id: number): void {
    this.takeUnsent(id);
    this.questions.refuse(id, new AppFailure(notReached));
  }

  private receive(frame: Frame): void {
    if (frame.type === 'event') return this.emit(frame.name, frame.payload);
    if (frame.type === 'request') return;
    this.questions.settle(frame);
  }

  private emit(name: LabEvent, payload: unknown): void {
    for (const listener of this.listeners.get(name) ?? []) listener(payload as never);
  }

  private announce(open: boolean): void {
    if (open === this.announced) return;
    this.announced = open;
    for (const listener of this.connectionListeners) listener(open);
  }
}
