// Opens the session that a link names, through the same door as a click in the list. A link names a file of the list and no path: it
// opens no other file.
import { verbatim } from '../../../../engine/core/say.ts';
import { fileOf } from '../../../composables/recent-sessions.ts';
import { openSession } from '../../../composables/session-files.ts';
import { AppFailure } from '../../../../engine/core/result.ts';
import type { RecentSession } from '../../../../protocol/state.ts';
import { t } from '../../../i18n/index.ts';
import { lab } from '../../../services/lab.ts';
import { useSessionStore } from '../../../stores/session.ts';
import { useUiStore } from '../../../stores/ui.ts';

/** Of several files of one name in different folders a person says which; null = none of them. */
async function choose(found: readonly RecentSession[], file: string): Promise<RecentSession | null> {
  const [first, ...others] = found;
  if (first === undefined || others.length === 0) return first ?? null;
  const answer = await useUiStore().choose({
    title: t('reading.whichSession', { file }),
    action: first.path,
    others: others.map(({ path }) => ({ value: path, label: path })),
  });
  return answer === null ? null : (others.find(({ path }) => path === answer) ?? first);
}

/** What a person reads whose link leads to nothing. */
function missing(file: string): AppFailure {
  const open = useSessionStore().session;
  return new AppFailure({
    code: 'not-found',
    message: verbatim(t('reading.missingSession', { file })),
    cure: verbatim(open === null ? t('reading.missingNoneOpen') : t('reading.missingStays', { name: open.name })),
  });
}

/** True when the session of that file name is open; false when a person stays with the one that is. */
export async function openNamed(named: string): Promise<boolean> {
  const file = named.slice(0, 80);
  const { session } = useSessionStore();
  if (session !== null && fileOf(session.path) === named) return true;
  const found = (await lab().request('session/list', {})).filter(({ path }) => fileOf(path) === named);
  if (found.length === 0) throw missing(file);
  const chosen = await choose(found, file);
  return chosen !== null && openSession(chosen.path);
}
