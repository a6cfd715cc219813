// Seconds as words and back. Uses the international symbols (h, min, s), which both languages read.
import { isWide, middle, type Span } from '../../engine/spec/remaining.ts';

/** `4 min 10 s`, `2 h 05 min`, `3 d 4 h`, `12.3 s`, `8.20 ms`; a dash for unknown. */
export function formatDuration(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  if (seconds < 0) return `−${formatDuration(-seconds)}`;
  if (seconds === 0) return '0 s';
  if (seconds < 1e-3) return `${Number((seconds * 1e6).toPrecision(3))} µs`;
  if (seconds < 1) return `${Number((seconds * 1e3).toPrecision(3))} ms`;
  if (seconds < 59.95) return `${seconds.toFixed(1)} s`;
  return formatLong(Math.round(seconds));
}

/** Whole seconds only, for countdowns that would flicker with decimals: `12 s`, `4 min 10 s`. */
export function formatCountdown(seconds: number | null | undefined): string {
  if (seconds === null || seconds === undefined || !Number.isFinite(seconds)) return '–';
  const whole = Math.max(0, Math.round(seconds));
  return whole < 60 ? `${whole} s` : formatLong(whole);
}

/** `30 s` while its bounds are close, `20 s – 40 s` while they are not. */
export function formatSpan(span: Span | null): string {
  if (span === null) return formatCountdown(null);
  return isWide(span) ? `${formatCountdown(span.low)} – ${formatCountdown(span.high)}` : formatCountdown(middle(span));
}

function formatLong(seconds: number): string {
  const two = (value: number): string => String(value).padStart(2, '0');
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${two(seconds % 60)} s`;
  const minutes = Math.round(seconds / 60);
  if (minutes < 24 * 60) return `${Math.floor(minutes / 60)} h ${two(minutes % 60)} min`;
  const hours = Math.round(minutes / 60);
  return `${Math.floor(hours / 24)} d ${hours % 24} h`;
}
