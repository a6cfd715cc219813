// Keyboard control of a brush: arrows move it, Shift with an arrow makes it wider or narrower. Pure.
import type { Stretch, SweepAxis } from './sweep-axes.ts';

export type Press = 'up' | 'down' | 'wider' | 'narrower' | 'top' | 'bottom' | 'none';

const plain: Readonly<Record<string, Press>> = {
  ArrowUp: 'up',
  ArrowRight: 'up',
  ArrowDown: 'down',
  ArrowLeft: 'down',
  End: 'top',
  Home: 'bottom',
  Escape: 'none',
  Delete: 'none',
  Backspace: 'none',
};
const shifted: Readonly<Record<string, Press>> = {
  ArrowUp: 'wider',
  ArrowRight: 'wider',
  ArrowDown: 'narrower',
  ArrowLeft: 'narrower',
};

/** null = not a key of the brush. */
export const pressOf = ({ key, shiftKey }: Pick<KeyboardEvent, 'key' | 'shiftKey'>): Press | null =>
  (shiftKey ? shifted : plain)[key] ?? null;

/** One key press moves by one value, or a twentieth of a scale; a new brush covers one value, or a quarter of a scale. */
const stepOf = ({ values }: SweepAxis): number => (values === null ? 0.05 : 1 / values.length);
const firstOf = ({ values }: SweepAxis): number => (values === null ? 0.25 : 1 / values.length);
/** Smaller than any step and larger than rounding errors. */
const TINY = 1e-6;

function moved({ low, high }: Stretch, by: number): Stretch {
  const within = Math.min(Math.max(by, -low), 1 - high);
  return { low: low + within, high: high + within };
}

/** The far end moves as far as possible, then the near one. */
const wider = ({ low, high }: Stretch, step: number): Stretch =>
  high < 1 - TINY ? { low, high: Math.min(1, high + step) } : { low: Math.max(0, low - step), high: 1 };

const narrower = ({ low, high }: Stretch, step: number): Stretch => ({ low, high: Math.max(low + step, high - step) });

function next(axis: SweepAxis, now: Stretch | null, press: Exclude<Press, 'none'>): Stretch {
  const step = stepOf(axis);
  const whole: Stretch = { low: 0, high: 1 };
  const width = now === null ? firstOf(axis) : now.high - now.low;
  if (press === 'wider') return wider(now ?? whole, step);
  if (press === 'narrower') return narrower(now ?? whole, step);
  if (press === 'top' || (now === null && press === 'up')) return { low: 1 - width, high: 1 };
  if (press === 'bottom' || now === null) return { low: 0, high: width };
  return moved(now, press === 'up' ? step : -step);
}

/** The range after a key press; null = nothing is filtered any more. */
export function pressed(axis: SweepAxis, now: Stretch | null, press: Press): Stretch | null {
  if (press === 'none') return null;
  const { low, high } = next(axis, now, press);
  return low < TINY && high > 1 - TINY ? null : { low, high };
}
