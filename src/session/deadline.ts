// A limit on how long somebody may take. Only time in which this process ran counts: a laptop that slept, or a process that was stopped
// and continues, is no reason to give up on whoever was stopped with it.

/** Parts a limit is counted in; a pause of this process is never taken for more than one of them. */
const parts = 20;

export interface Deadline {
  /** It was kept. */
  cancel(): void;
}

/** Calls `missed` once `milliseconds` have passed here without `cancel`. Keeps no process alive. */
export function deadline(milliseconds: number, missed: () => void): Deadline {
  let left = parts;
  const timer = setInterval(() => {
    if (--left > 0) return;
    clearInterval(timer);
    // What arrived meanwhile is heard first.
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
