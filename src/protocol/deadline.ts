// A time limit that counts only time in which this process or page ran: a sleeping laptop, or a process that was stopped and continues, must not
// cause a timeout. Needs nothing but timers, so it works in a page too.

/** Number of parts a limit is divided into; a pause of this process counts as at most one part. */
const parts = 20;

export interface Deadline {
  /** The deadline was met. */
  cancel(): void;
}

/** In Node a timer keeps its process alive unless told otherwise; in a page a timer is a number. */
const canRest = (timer: unknown): timer is { unref(): unknown } =>
  typeof timer === 'object' && timer !== null && 'unref' in timer;

/** Calls `missed` once `milliseconds` have passed here without `cancel`. Keeps no process alive. */
export function deadline(milliseconds: number, missed: () => void): Deadline {
  let left = parts;
  let last: ReturnType<typeof setTimeout> | undefined;
  const timer = setInterval(() => {
    if (--left > 0) return;
    clearInterval(timer);
    // Messages that arrived in the meantime are handled first.
    last = setTimeout(missed, 0);
  }, milliseconds / parts);
  const started: unknown = timer;
  if (canRest(started)) started.unref();
  return {
    cancel: () => {
      clearInterval(timer);
      clearTimeout(last);
    },
  };
}
