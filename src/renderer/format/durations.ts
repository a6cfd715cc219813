// Seconds as words, with the units of the language.
import { t, type MessageKey } from '../i18n/index.ts';
import { isWide, middle, type Span } from '../../engine/spec/remaining.ts';

/** `4 min 10 s`, `2 h 05 min`, `3 d 4 h`, `12.3 s`, `8.20 ms`; a dash for unknown. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds === 0) return within('s', 0);
  if (seconds < 1e-3) return within('us', Number((seconds * 1e6).toPrecision(3)));
  if (seconds < 1) return within('ms', Number((seconds * 1e3).toPrecision(3)));
  if (seconds < 59.95) return within('s', seconds.toFixed(1));
  return formatLong(Math.round(seconds));
}

/** Whole seconds only, for countdowns that would flicker with decimals: `12 s`, `4 min 10 s`. */
export function formatCountdown(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? within('s', whole) : formatLong(whole);
}

/** `30 s` while its bounds are close, `20 s – 40 s` while they are not. */
export function formatSpan(span: Span | null): string {
  if (span === null) return formatCountdown(null);
  return isWide(span) ? `${formatCountdown(span.low)} – ${formatCountdown(span.high)}` : formatCountdown(middle(span));
}

type Unit = 'd' | 'h' | 'min' | 's' | 'ms' | 'us';
const within = (unit: Unit, value: string | number): string =>
  `${value} ${t(`common.unit.${unit}` satisfies MessageKey)}`;

function formatLong(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 3600) return `${within('min', Math.floor(seconds / 60))} ${within('s', two(seconds % 60))}`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${within('h', Math.floor(minutes / 60))} ${within('min', two(minutes % 60))}`;
  const hours = Math.round(minutes / 60);
  return `${within('d', Math.floor(hours / 24))} ${within('h', hours % 24)}`;
}
