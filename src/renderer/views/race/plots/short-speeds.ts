// Note in the Throughput chart on runs that ended before they had a steady speed: the speed over all their steps.
import { shortSpeed } from '../../../../engine/spec/speed.ts';
import type { RunState } from '../../../../protocol/state.ts';
import { formatSi } from '../../../format/numbers.ts';
import { t } from '../../../i18n/index.ts';
import type { RunGroup } from '../run-groups.ts';

const underWay: ReadonlySet<RunState['status']> = new Set(['queued', 'preparing', 'running']);
/** More names than this would cover the chart. */
const most = 5;

/** Empty if every stopped run has a steady speed. `alone` = there is no curve besides the text. */
export function shortSpeedWords(groups: readonly RunGroup[], alone: boolean): string {
  const short = groups
    .flatMap(({ runs }) => runs)
    .flatMap((run) => {
      const speed = underWay.has(run.status) ? null : shortSpeed(run);
      return speed === null ? [] : [t('account.shortOf', { name: run.name, speed: formatSi(speed) })];
    });
  if (short.length === 0) return '';
  const left = short.length - most;
  const list = [...short.slice(0, most), ...(left > 0 ? [t('race.moreRuns', {}, left)] : [])].join(', ');
  return alone ? `${t('account.tooShort')} ${list}` : t('account.shortRuns', { list }, short.length);
}
