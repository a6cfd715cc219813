// Links that open a session, a view, a run or a chart, also in another window. The key to the lab is in none of them. The desktop window has an
// address of its own that no other program opens, so it offers no links.
import { fileOf } from '../../../composables/recent-sessions.ts';
import { t } from '../../../i18n/index.ts';
import { desktopBridge } from '../../../services/bridge.ts';
import { useUiStore } from '../../../stores/ui.ts';
import type { RunId } from '../../../../protocol/state.ts';
import type { LineChartId } from '../view-ids.ts';
import { queryNow, SESSION } from './use-view-address.ts';
import type { Query } from './view-address.ts';

/** Whether a link from this window opens anywhere. */
export const hasLinks = (): boolean => desktopBridge() === null;

function linkTo(query: Query): string {
  const { origin, pathname } = window.location;
  return `${origin}${pathname}#/race?${new URLSearchParams(query).toString()}`;
}

async function copy(query: Query): Promise<void> {
  const ui = useUiStore();
  await ui.attempt(async () => {
    await navigator.clipboard.writeText(linkTo(query));
    ui.say(t('reading.linkCopied'));
  });
}

export const copyViewLink = (): Promise<void> => copy(queryNow());
export const copyRunLink = (run: RunId): Promise<void> => copy({ ...queryNow(), select: run, run });
export const copyChartLink = (chart: LineChartId): Promise<void> => copy({ ...queryNow(), panel: 'charts', chart });
/** Of any session of the list, open or not. */
export const copySessionLink = (path: string): Promise<void> => copy({ [SESSION]: fileOf(path) });
