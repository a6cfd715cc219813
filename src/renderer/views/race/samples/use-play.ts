// Playing through stored steps: one after the other until the last, then from the first again. With reduced motion each press advances by
// one step and nothing moves on its own.
import { onScopeDispose, type Ref, shallowRef } from 'vue';

/** Milliseconds: total duration, with a lower and upper limit per step. */
const whole = 10_000;
const shortest = 120;
const longest = 700;

export const pause = (steps: number): number => Math.max(shortest, Math.min(longest, whole / Math.max(1, steps)));

export interface Play {
  readonly playing: Readonly<Ref<boolean>>;
  /** Plays or pauses; with reduced motion, advances by one step. */
  toggle(): void;
  stop(): void;
}

export function usePlay(steps: () => readonly number[], step: Ref<number>, isStill: () => boolean): Play {
  const playing = shallowRef(false);
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = (): void => {
    clearTimeout(timer);
    playing.value = false;
  };
  /** The next stored step; at the last one nothing. */
  const next = (): number | undefined => steps().find((one) => one > step.value);
  const goOn = (): void => {
    const to = next();
    if (to === undefined) return stop();
    step.value = to;
    timer = setTimeout(goOn, pause(steps().length));
  };
  const first = (): void => {
    step.value = steps()[0] ?? step.value;
  };
  onScopeDispose(stop);
  return {
    playing,
    stop,
    toggle() {
      if (isStill()) {
        stop();
        const to = next();
        if (to === undefined) first();
        else step.value = to;
        return;
      }
      if (playing.value) return stop();
      playing.value = true;
      if (next() !== undefined) return goOn();
      first();
      timer = setTimeout(goOn, pause(steps().length));
    },
  };
}
