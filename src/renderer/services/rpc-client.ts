// Requests, replies and events over a port that may close and open again. Depends on the frames of the protocol; independent of WebSockets,
// Electron and the screens.
import { AppFailure, type AppError } from '../../engine/core/result.ts';
import { say } from '../../engine/core/say.ts';
import type { LabEvent, LabEvents, LabParams, LabReply, LabRequest } from '../../protocol/lab.ts';
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

interface Pending {
  readonly frame: Frame & { readonly type: 'request' };
  readonly resolve: (value: never) => void;
  readonly reject: (failure: AppFailure) => void;
  sent: boolean;
  timer: ReturnType<typeof setTimeout> | null;
}

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
  private readonly pending = new Map<number, Pending>();
  private readonly listeners = new Map<LabEvent, Set<Listener>>();
  private readonly connectionListeners = new Set<(open: boolean) => void>();
  private port: Port | null = null;
  private nextId = 1;
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
    if (this.closed) return Promise.reject(new AppFailure(notReached));
    return new Promise<LabReply<K>>((resolve, reject) => {
      const id = this.nextId++;
      const entry: Pending = {
        frame: { type: 'request', id, name, params },
        resolve,
        reject,
        sent: false,
        timer: null,
      };
      this.pending.set(id, entry);
      if (this.port) this.transmit(entry, this.port);
      else entry.timer = setTimeout(() => this.fail(id, notReached), this.patience);
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
    for (const id of [...this.pending.keys()]) this.fail(id, notReached);
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
    for (const entry of this.pending.values()) this.transmit(entry, port);
    this.announce(true);
  }

  private lose(port: Port): void {
    if (this.port !== port) return;
    this.port = null;
    for (const [id, entry] of [...this.pending]) if (entry.sent) this.fail(id, lostWhileWaiting);
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

  private transmit(entry: Pending, port: Port): void {
    if (entry.timer) clearTimeout(entry.timer);
    entry.sent = true;
    port.send(entry.frame);
  }

  private receive(frame: Frame): void {
    if (frame.type === 'event') return this.emit(frame.name, frame.payload);
    if (frame.type === 'request') return;
    const entry = this.pending.get(frame.id);
    if (!entry) return;
    if (frame.type === 'error') return this.fail(frame.id, frame.error);
    this.pending.delete(frame.id);
    entry.resolve(frame.value as never);
  }

  private emit(name: LabEvent, payload: unknown): void {
    for (const listener of this.listeners.get(name) ?? []) listener(payload as never);
  }

  private fail(id: number, error: AppError): void {
    const entry = this.pending.get(id);
    if (!entry) return;
    this.pending.delete(id);
    if (entry.timer) clearTimeout(entry.timer);
    entry.reject(new AppFailure(error));
  }

  private announce(open: boolean): void {
    if (open === this.announced) return;
    this.announced = open;
    for (const listener of this.connectionListeners) listener(open);
  }
}
