// The check of planned memory as text in the current language.
import type { MemoryCheck } from '../../engine/spec/memory-check.ts';
import { formatBytes } from './bytes.ts';
import { formatSigned } from './numbers.ts';
import { t } from '../i18n/index.ts';

/** `+1.6 %`; a text before anything was measured. */
export const checkText = (check: MemoryCheck | null): string =>
  check === null ? t('memory.notMeasured') : `${formatSigned(100 * check.share, 1)} %`;

/** `12.1 MiB, pages in memory`. */
export function growthText(check: MemoryCheck | null): string {
  if (check === null) return t('memory.notMeasured');
  const { bytes, counted } = check.growth;
  return t(`memory.${counted}`, { bytes: formatBytes(bytes) });
}
