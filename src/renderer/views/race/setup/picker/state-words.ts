// What the state of one layer takes while a model generates, in words.
import type { MixerSize } from '../../../../../engine/spec/catalogue.ts';
import { formatBytes } from '../../../../format/bytes.ts';
import { t } from '../../../../i18n/index.ts';

const bytesOfNumber = 4;

/** `1.00 KiB`, `2.00 KiB a token`, `1.00 KiB and 512 B a token`; empty while nothing is known. */
export function stateWords(size: MixerSize | null | undefined): string {
  if (size === undefined) return '';
  if (size === null) return t('picker.refused');
  const constant = formatBytes(size.state * bytesOfNumber);
  if (size.growth === 0) return constant;
  const bytes = formatBytes(size.growth * bytesOfNumber);
  return size.state === 0 ? t('picker.perToken', { bytes }) : t('picker.both', { constant, bytes });
}
