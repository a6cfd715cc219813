// The lab's end of a port: checks each request, calls its handler and returns the reply or the error; broadcasts events to every open
// connection. Independent of transports and the lab.
import { AppFailure, asAppError, type AppError } from '../engine/core/result.ts';
import { asIs, say } from '../engine/core/say.ts';
import type { LabEvent, LabEvents, LabReply, LabRequest } from './lab.ts';
import type { LabHandlers, Port } from './rpc.ts';
import { readParams, readRequestFrame } from './validators.ts';

export interface RpcServerOptions {
  /** May still be starting: early requests wait for it, in order. */
  readonly handlers: LabHandlers | Promise<LabHandlers>;
  /** A defect of the program occurred; it is answered, and reported here with its stack. */
  readonly onBug: (error: AppError, request: LabRequest) => void;
}

/** All connections of one lab. */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #doors = new Set<Port>();

  constructor(options: RpcServerOptions) {
    this.#options = options;
  }

  /** Serves one connection until it closes. */
  add(port: Port): void {
    this.#doors.add(port);
    port.onClose(() => this.#doors.delete(port));
    port.onMessage((frame) => void this.#receive(port, frame));
  }

  emit<K extends LabEvent>(name: K, payload: LabEvents[K]): void {
    for (const port of this.#doors) port.send({ type: 'event', name, payload });
  }

  get doors(): number {
    return this.#doors.size;
  }

  close(): void {
    for (const port of this.#doors) port.close();
    this.#doors.clear();
  }

  async #receive(port: Port, input: unknown): Promise<void> {
    const frame = readRequestFrame(input);
    if (frame === null) return;
    if (frame.type === 'unknown') {
      const error: AppError = { code: 'unsupported', message: say`lab: there is no request "${asIs(frame.name)}"` };
      port.send({ type: 'error', id: frame.id, error });
      return;
    }
    try {
      port.send({ type: 'reply', id: frame.id, value: await this.#answer(frame.name, frame.params) });
    } catch (error) {
      const answer = asAppError(error, 'lab');
      if (answer.code === 'bug') this.#options.onBug(answer, frame.name);
      port.send({ type: 'error', id: frame.id, error: answer });
    }
  }

  async #answer<K extends LabRequest>(name: K, params: unknown): Promise<LabReply<K>> {
    const read = readParams(name, params);
    if (!read.ok) throw new AppFailure(read.error);
    const handlers = await this.#options.handlers;
    return handlers[name](read.value);
  }
}
