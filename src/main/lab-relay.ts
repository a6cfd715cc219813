// Passes frames between the window and the lab process. Request ids are renumbered on the way, so that a reloaded page never gets an answer
// meant for the previous page, and main can send requests of its own. Independent of processes and windows.
import { AppFailure, type AppError } from '../engine/core/result.ts';
import { say } from '../engine/core/say.ts';
import type { LabParams, LabReply, LabRequest } from '../protocol/lab.ts';
import type { RunStatus } from '../protocol/state.ts';
import type { Frame, Grant } from '../protocol/rpc.ts';

type Settle = (frame: Frame & { readonly type: 'reply' | 'error' }) => void;

const inProgress: ReadonlySet<RunStatus> = new Set<RunStatus>(['queued', 'preparing', 'running']);

const died: AppError = {
  code: 'engine-died',
  message: say`lab: the lab process ended before it answered`,
  cure: say`It restarts automatically; repeat the action then.`,
};

interface RunLike {
  readonly id: string;
  readonly status: RunStatus;
}

const pathOf = (value: unknown): string | null =>
  typeof value === 'object' && value !== null && 'path' in value && typeof value.path === 'string' ? value.path : null;

const runsOf = (payload: unknown): readonly RunLike[] =>
  (payload as { readonly runs?: readonly RunLike[] } | null)?.runs ?? [];

/** `toLab` and `toWindow` must not throw. */
export class LabRelay {
  readonly #toLab: (frame: Frame | Grant) => void;
  readonly #toWindow: (frame: Frame) => void;
  readonly #active = new Set<string>();
  /** Files a person has chosen in this window's dialogs. */
  readonly #granted = new Set<string>();
  /** Files the lab has reported. */
  readonly #told = new Set<string>();
  #pending = new Map<number, Settle>();
  #lastId = 0;
  #page = 0;

  constructor(toLab: (frame: Frame | Grant) => void, toWindow: (frame: Frame) => void) {
    this.#toLab = toLab;
    this.#toWindow = toWindow;
  }

  /** A frame from the window; these are always requests. */
  fromWindow(frame: Frame): void {
    if (frame.type !== 'request') return;
    const page = this.#page;
    const path = pathOf(frame.params);
    // Sent with every request, since a restarted lab does not know earlier choices.
    if (path !== null && this.#granted.has(path)) this.#toLab({ type: 'grant', path });
    this.#request(frame.name, frame.params, (answer) => {
      if (answer.type === 'reply') this.#notePaths(answer.value);
      if (page === this.#page) this.#toWindow({ ...answer, id: frame.id });
    });
  }

  /** A person has chosen this file themselves: the page may ask the lab for it. */
  grant(path: string): string {
    this.#granted.add(path);
    return path;
  }

  /** Whether the page has this path from a person or from the lab, and not from itself. */
  knows(path: string): boolean {
    return this.#granted.has(path) || this.#told.has(path);
  }

  /** A frame from the lab. */
  fromLab(frame: Frame): void {
    if (frame.type === 'event') {
      this.#noteEvent(frame);
      this.#toWindow(frame);
    } else if (frame.type !== 'request') {
      const settle = this.#pending.get(frame.id);
      this.#pending.delete(frame.id);
      settle?.(frame);
    }
  }

  /** A request of main itself to the lab, about files a person chose in its dialogs. Rejects with AppFailure. */
  ask<K extends LabRequest>(name: K, params: LabParams<K>): Promise<LabReply<K>> {
    const path = pathOf(params);
    if (path !== null) this.#toLab({ type: 'grant', path });
    return new Promise((resolve, reject) => {
      this.#request(name, params, (answer) => {
        if (answer.type === 'reply') resolve(answer.value as LabReply<K>);
        else reject(new AppFailure(answer.error));
      });
    });
  }

  /** The page is loaded again: answers to the old one are dropped. */
  forgetWindow(): void {
    this.#page += 1;
  }

  /** The lab process ended: everything still open fails, and no run is in progress any more. */
  labEnded(): void {
    const open = this.#pending;
    this.#pending = new Map();
    this.#active.clear();
    for (const [id, settle] of open) settle({ type: 'error', id, error: died });
  }

  /** Runs that are queued, preparing or running, as the lab last said. */
  activeRuns(): number {
    return this.#active.size;
  }

  #request(name: LabRequest, params: unknown, settle: Settle): void {
    this.#lastId += 1;
    this.#pending.set(this.#lastId, settle);
    this.#toLab({ type: 'request', id: this.#lastId, name, params });
  }

  #notePaths(value: unknown): void {
    for (const one of Array.isArray(value) ? (value as readonly unknown[]) : [value]) {
      const path = pathOf(one);
      if (path !== null) this.#told.add(path);
    }
  }

  #noteEvent(frame: Frame & { readonly type: 'event' }): void {
    this.#notePaths(frame.payload);
    if (frame.name === 'session/changed') this.#active.clear();
    if (frame.name !== 'session/changed' && frame.name !== 'runs/changed') return;
    for (const { id, status } of runsOf(frame.payload)) {
      if (inProgress.has(status)) this.#active.add(id);
      else this.#active.delete(id);
    }
  }
}
