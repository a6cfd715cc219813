// Where the time of a run went: every second is in exactly one part. Pure; the trainer measures, and all front ends show the same parts.

/**
 * In the order in which they are shown. training = steady steps at the run's own calm pace; disturbed = extra time of steady steps while
 * something else used the machine; evaluation = held-out data and samples; data = drawing batches, sending points and everything else
 * between steps; warmup = first steps, which do not show the pace; preparation = starting and compiling, before the first step;
 * waiting = turns of others, pauses, and the queue before the start. Older versions counted the warm-up as preparation.
 */
export const timeParts = [
  'training',
  'disturbed',
  'evaluation',
  'data',
  'checkpoint',
  'warmup',
  'preparation',
  'waiting',
] as const;

export type TimePart = (typeof timeParts)[number];

/** Activities of a run; whether a step was disturbed is only known afterwards. */
export type TimePhase = Exclude<TimePart, 'disturbed'>;

/** Seconds of each part. */
export type TimeAccount = Readonly<Record<TimePart, number>>;

export const noTime: TimeAccount = {
  training: 0,
  disturbed: 0,
  evaluation: 0,
  data: 0,
  checkpoint: 0,
  warmup: 0,
  preparation: 0,
  waiting: 0,
};

export const totalOf = (account: TimeAccount): number => timeParts.reduce((sum, part) => sum + account[part], 0);

/** Seconds in which the run had the machine: all but waiting. */
export const workedIn = (account: TimeAccount): number => totalOf(account) - account.waiting;

/** Seconds of all training steps, whatever they counted as. */
export const steppedIn = ({ training, disturbed, warmup }: TimeAccount): number => training + disturbed + warmup;

/** True if every step so far was warm-up: the run was too short to have a pace. */
export const onlyWarmedUp = (account: TimeAccount): boolean =>
  account.warmup > 0 && steppedIn(account) === account.warmup;

export const withTime = (account: TimeAccount, part: TimePart, seconds: number): TimeAccount => ({
  ...account,
  [part]: account[part] + seconds,
});
