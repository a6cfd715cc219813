// Opens the session that a link names, in the same way as a click in the list. A link contains a file name of the list and no path, so it
// cannot open other files.
import { verbatim } from '../../../../engine/core/say.ts';
import { fileOf } from '../../../composables/recent-sessions.ts';
import { openSession } from '../../../composables/session-files.ts';
import { AppFailure } from '../../../../engine/core/result.ts';
import type { RecentSession } from '../../../../protocol/state.ts';
import { t } from '../../../i18n/index.ts';
import { lab } from '../../../services/lab.ts';
import { useSessionStore } from '../../../stores/session.ts';
import { useUiStore } from '../../../stores/ui.ts';

/** If several files in different folders have the name, a person chooses; null = none of them. */
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

/** The message for a link to a missing session. */
function missing(file: string): AppFailure {
  const open = useSessionStore().session;
  return new AppFailure({
    code: 'not-found',
    message: verbatim(t('reading.missingSession', { file })),
    cure: verbatim(open === null ? t('reading.missingNoneOpen') : t('reading.missingStays', { name: open.name })),
  });
}

/** True if the session of that file name is open; false if a person stays with the current one. */
export async function openNamed(named: string): Promise<boolean> {
  const file = named.slice(0, 80);
  const { session } = useSessionStore();
  if (session !== null && fileOf(session.path) === named) return true;
  const found = (await lab().request('session/list', {})).filter(({ path }) => fileOf(path) === named);
  if (found.length === 0) throw missing(file);
  const chosen = await choose(found, file);
  return chosen !== null && openSession(chosen.path);
}
