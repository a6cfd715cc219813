// A person's own data, from a dialog or dropped anywhere on the window: imported, and selected for the race being set up, a table after its
// columns have roles. Depends on the setup store, not on screens.
import { nextTick, onBeforeUnmount, onMounted, type Ref, shallowRef } from 'vue';
import { useRouter, type Router } from 'vue-router';
import type { DataNeed } from '../../engine/spec/catalogue.ts';
import type { FieldValues } from '../../engine/spec/fields.ts';
import { t } from '../i18n/index.ts';
import { dataOfFile, type PickedData } from '../services/dialogs.ts';
import { useLabStore } from '../stores/lab.ts';
import { useSessionStore } from '../stores/session.ts';
import { useUiStore } from '../stores/ui.ts';
import { firstDraft, setTask, setTaskField } from '../views/race/setup/draft.ts';
import { useSetupStore } from '../views/race/setup/setup-store.ts';
import { useRaceViewStore } from '../views/race/view-store.ts';

/**
 * Imports a file and shows it: a table on its own screen, where its columns get their roles; anything else is selected at once, in the open draft
 * or with `anew` in a new one.
 */
export async function takeData(picked: PickedData, router: Router, anew = false): Promise<void> {
  const { id, changes, kind } = await useLabStore().importText(picked);
  if (kind === 'table' || router.currentRoute.value.path === '/data')
    await router.push({ path: '/data', query: { id } });
  else if (anew || useSetupStore().draft !== null) {
    if (anew) await router.push('/race');
    await chooseData(id, kind);
  }
  const said = t('settings.importedAs', { name: 'name' in picked ? picked.name : picked.path, id });
  const words = changes.map((change) => t(`settings.textChange.${change}`)).join(', ');
  useUiStore().say(words === '' ? said : `${said} ${t('settings.converted', { what: words })}`);
}

/** In the open draft, else in a new one; a task that does not learn such data is replaced by the one that does, with these fields. */
export async function chooseData(id: string, kind: DataNeed, fields: FieldValues = {}): Promise<void> {
  const { catalogue } = useLabStore();
  const session = useSessionStore();
  const setup = useSetupStore();
  const task = catalogue?.tasks.find((one) => one.needs === kind);
  if (catalogue === null || task === undefined) return;
  const name = session.session?.name ?? t('start.untitled');
  if (session.session === null) await session.create(name);
  // The Race screen opens what a new session holds; the draft comes after that.
  await nextTick();
  const draft = setup.draft ?? firstDraft(catalogue, name);
  const reads = catalogue.tasks.some((one) => one.id === draft.task.id && one.needs === kind);
  const based = reads ? draft : setTask(draft, task.id, catalogue);
  const next = Object.entries({ ...fields, dataset: id }).reduce(
    (sofar, [name, value]) => setTaskField(sofar, name, value === task.fields[name]?.default ? undefined : value),
    based,
  );
  if (setup.draft === null) setup.open(next);
  setup.change(next);
  useRaceViewStore().mode = 'setup';
}

const hasFiles = (event: DragEvent): boolean => event.dataTransfer?.types.includes('Files') === true;

/** Whether a file is being dragged over the window; dropping it imports it. */
export function useFileDrop(): Readonly<Ref<boolean>> {
  const over = shallowRef(false);
  const router = useRouter();
  const ui = useUiStore();
  const drop = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over.value = false;
    const [file] = event.dataTransfer?.files ?? [];
    if (file === undefined) return;
    void ui.attempt(async () => takeData(await dataOfFile(file), router, true));
  };
  const drag = (event: DragEvent): void => {
    if (!hasFiles(event)) return;
    event.preventDefault();
    over.value = true;
  };
  /** The pointer has left the window itself, not one of its parts. */
  const leave = (event: DragEvent): void => {
    if (event.relatedTarget === null) over.value = false;
  };
  onMounted(() => {
    window.addEventListener('dragover', drag);
    window.addEventListener('dragleave', leave);
    window.addEventListener('drop', drop);
  });
  onBeforeUnmount(() => {
    window.removeEventListener('dragover', drag);
    window.removeEventListener('dragleave', leave);
    window.removeEventListener('drop', drop);
  });
  return over;
}
