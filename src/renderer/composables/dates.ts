// Dates and times as people say them: now, today 14:02, yesterday 18:10, 17 Nov, 17 Nov 2025. Knows the current language.
import { languageTag, t } from '../i18n/index.ts';

const DAY = 86_400_000;

const startOfDay = (time: number): number => {
  const date = new Date(time);
  return new Date(date.getFullYear(), date.getMonth(), date.getDate()).getTime();
};

/** `iso` relative to `now`, both in this computer's time zone; a dash for an invalid date. */
export function formatMoment(iso: string, now: number = Date.now()): string {
  const time = Date.parse(iso);
  if (Number.isNaN(time)) return '–';
  if (Math.abs(now - time) < 60_000) return t('common.justNow');
  const clock = new Date(time).toLocaleTimeString(languageTag(), { hour: '2-digit', minute: '2-digit', hour12: false });
  const days = Math.round((startOfDay(now) - startOfDay(time)) / DAY);
  if (days === 0) return t('common.today', { time: clock });
  if (days === 1) return t('common.yesterday', { time: clock });
  const sameYear = new Date(time).getFullYear() === new Date(now).getFullYear();
  const year = sameYear ? {} : { year: 'numeric' as const };
  return new Date(time).toLocaleDateString(languageTag(), { day: 'numeric', month: 'short', ...year });
}

/** Date and time in full, for tooltips. */
export const formatMomentFull = (iso: string): string => new Date(iso).toLocaleString(languageTag());
