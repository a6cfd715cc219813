// One tone per part of the account, for bars, legend, table and pictures: trained time strongest, lost time amber, waiting hatched.
import type { TimePart } from '../../../../engine/spec/time-account.ts';

/** Custom property of the tone; null = hatched. */
export const timeTones: Readonly<Record<TimePart, string | null>> = {
  training: '--mem-1',
  disturbed: '--warn',
  evaluation: '--mem-2',
  data: '--mem-3',
  checkpoint: '--mem-4',
  warmup: '--mem-warm',
  preparation: '--mem-5',
  waiting: null,
};

export const toneStyle = (part: TimePart): Readonly<Record<string, string>> => {
  const tone = timeTones[part];
  return tone === null ? {} : { background: `var(${tone})` };
};
