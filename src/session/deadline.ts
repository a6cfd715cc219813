// A time limit that counts only time in which this process ran: a sleeping laptop, or a process that was stopped and continues, must not
// cause a timeout.

/** Number of parts a limit is divided into; a pause of this process counts as at most one part. */
const parts = 20;

export interface Deadline {
  /** The deadline was met. */
  cancel(): void;
}

/** Calls `missed` once `milliseconds` have passed here without `cancel`. Keeps no process alive. */
export function deadline(milliseconds: number, missed: () => void): Deadline {
  let left = parts;
  const timer = setInterval(() => {
    if (--left > 0) return;
    clearInterval(timer);
    // Messages that arrived in the meantime are handled first.
    setImmediate(() => {
      if (!cancelled) missed();
    });
  }, milliseconds / parts).unref();
  let cancelled = false;
  return {
    cancel: () => {
      cancelled = true;
      clearInterval(timer);
    },
  };
}
