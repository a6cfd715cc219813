// When an engine counts as hung. Two things are watched: its pulse, sent every second by a thread that never computes, and the count of
// completed work, which comes with the pulse. A long step has a pulse and counts ops; a stopped process has no pulse; a step that hangs has
// a pulse and counts nothing. Pure except for the clock that is passed in.
import { type Message, say } from '../../engine/core/say.ts';
import { AwakeTime } from './awake.ts';

/** In milliseconds; Infinity = for ever. */
export interface Patience {
  /** Limit without a pulse or a message. */
  readonly silent: number;
  /** Limit with a pulse but without computed work. */
  readonly idle: number;
}

/** How often to look, in milliseconds. A look that comes late counts as two. */
export const lookMs = 1000;

export class Vigil {
  readonly #patience: () => Patience;
  readonly #time: AwakeTime;
  #silent = 0;
  #idle = 0;
  #count: string | null = null;

  constructor(patience: () => Patience, now: number) {
    this.#patience = patience;
    this.#time = new AwakeTime(2 * lookMs, now);
  }

  /** The process has started. */
  heard(): void {
    this.#silent = 0;
  }

  /** It has made progress on a request. */
  worked(): void {
    this.#silent = 0;
    this.#idle = 0;
  }

  /** A pulse, with what has been counted so far in digits. */
  pulse(count: string): void {
    if (count === this.#count) return this.heard();
    this.#count = count;
    this.worked();
  }

  /** Called about every `lookMs`. Returns what is wrong, or null. */
  look(now: number): Message | null {
    const passed = this.#time.look(now);
    const { idle } = this.#patience();
    this.#silent += passed;
    this.#idle = idle === Infinity ? 0 : this.#idle + passed;
    return this.verdict();
  }

  verdict(): Message | null {
    const { silent, idle } = this.#patience();
    if (this.#silent >= silent) return say`it sent no heartbeat for ${Math.round(this.#silent / 1000)} s`;
    if (this.#idle >= idle) return say`it computed nothing for ${Math.round(this.#idle / 1000)} s`;
    return null;
  }
}
