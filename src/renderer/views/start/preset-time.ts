// Duration of an experiment, rounded as people say it.
import { t } from '../../i18n/index.ts';

/** `60 s`, `90 s`, `3 min`: seconds up to two minutes, then whole minutes. */
export function formatPresetTime(seconds: number): string {
  if (seconds < 120) return t('common.seconds', { n: Math.max(5, Math.round(seconds / 5) * 5) });
  return t('common.minutes', { n: Math.round(seconds / 60) });
}
