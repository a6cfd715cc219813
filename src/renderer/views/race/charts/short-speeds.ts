// What the Throughput chart says of runs that ended before they had a steady speed: no curve, but the speed over all their steps.
import { shortSpeed } from '../../../../engine/spec/speed.ts';
import type { RunState } from '../../../../protocol/state.ts';
import { formatSi } from '../../../format/numbers.ts';
import { t } from '../../../i18n/index.ts';
import type { RunGroup } from '../run-groups.ts';

const underWay: ReadonlySet<RunState['status']> = new Set(['queued', 'preparing', 'running']);
/** More names than these would cover the chart. */
const most = 5;

/** Empty when every run that is at rest has a steady speed. `alone` = there is no curve beside the words. */
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
