// Text and tone of a session's state in a list. Pure.
import type { RecentSession } from '../../protocol/state.ts';
import { formatInt } from '../format/numbers.ts';
import { t } from '../i18n/index.ts';

/** Running, finished, diverged …; interrupted or paused with the progress. */
export function sessionStateText({ status, lastStep }: RecentSession): string {
  if (status === null) return t('sessions.noRuns');
  if (status === 'interrupted' || status === 'paused' || status === 'stopped') {
    return t('sessions.closedAt', { step: formatInt(lastStep) });
  }
  return t(`status.${status}`);
}

/** CSS class for the words: '' is calm. */
export function sessionTone({ status }: RecentSession): '' | 'running' | 'warn' | 'bad' {
  if (status === 'running' || status === 'preparing') return 'running';
  if (status === 'diverged' || status === 'failed') return 'bad';
  return status === 'interrupted' || status === 'paused' ? 'warn' : '';
}
