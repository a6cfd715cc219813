// Calls in the order they are made: one that has to wait holds up those behind it. Independent of devices.

type Call = () => void | Promise<void>;

export class CallOrder {
  readonly #waiting: Call[] = [];
  #pending: Promise<void> | null = null;

  /** Resolves when no call is waiting; null = now. */
  get pending(): Promise<void> | null {
    return this.#pending;
  }

  /** Makes a call now, or after those that wait. A waiting call rejects its own caller; nothing is thrown here. */
  take(call: Call): void {
    if (this.#pending) {
      this.#waiting.push(call);
      return;
    }
    const first = call();
    if (first) this.#pending = this.#workOff(first);
  }

  async #workOff(first: Promise<void>): Promise<void> {
    await first.catch(() => undefined);
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await next();
      } catch {
        // Only a lost or failed device refuses; the session keeps that problem and the next call or read reports it.
      }
    }
    this.#pending = null;
  }
}
