// "Edit as new race": turns the selected runs, or all, into a setup. In a new session, so that the original race stays unchanged, or in the
// same session on request.
import { distinct } from '../../../../engine/spec/names.ts';
import { createSession, mayLeave } from '../../../composables/session-files.ts';
import { lab } from '../../../services/lab.ts';
import { useLabStore } from '../../../stores/lab.ts';
import { useSessionStore } from '../../../stores/session.ts';
import { useUiStore } from '../../../stores/ui.ts';
import type { RunGroup } from '../run-groups.ts';
import { useRaceViewStore } from '../view-store.ts';
import { experimentOf } from './as-run.ts';
import { useSetupStore } from './setup-store.ts';

/** The name with the next number that no session of the lab has. */
async function freeSessionName(name: string): Promise<string> {
  const list = await lab().request('session/list', {});
  return (
    distinct(
      [name.replace(/ \(\d+\)$/, '')],
      list.map((one) => one.name),
    )[0] ?? name
  );
}

export function useEditAsNew(groups: () => readonly RunGroup[]) {
  const session = useSessionStore();
  const ui = useUiStore();
  const setup = useSetupStore();
  const view = useRaceViewStore();
  const made = (name: string) => {
    const { catalogue } = useLabStore();
    const chosen = groups().filter((group) => group.runs.some((run) => ui.selection.has(run.id)));
    return catalogue && experimentOf(chosen.length > 0 ? chosen : groups(), catalogue, name);
  };
  const editHere = (): void => {
    setup.open(made(session.session?.name ?? ''));
    view.mode = 'setup';
  };
  const editAsNew = (): Promise<unknown> =>
    ui.attempt(async () => {
      if (session.session === null || !(await mayLeave())) return;
      const name = await freeSessionName(session.session.name);
      const experiment = made(name);
      if (experiment !== null) await createSession(name, experiment);
    });
  return { editAsNew, editHere };
}
