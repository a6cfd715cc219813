// A person's own text, from a dialog or dropped anywhere on the window: imported, and selected at once for the race being set up. Depends
// on the setup store, not on screens.
import { nextTick, onBeforeUnmount, onMounted, type Ref, shallowRef } from 'vue';
import { useRouter } from 'vue-router';
import type { DataNeed } from '../../engine/spec/catalogue.ts';
import { t } from '../i18n/index.ts';
import { textOfFile, type PickedText } from '../services/dialogs.ts';
import { useLabStore } from '../stores/lab.ts';
import { useSessionStore } from '../stores/session.ts';
import { useUiStore } from '../stores/ui.ts';
import { firstDraft, setTask, setTaskField } from '../views/race/setup/draft.ts';
import { useSetupStore } from '../views/race/setup/setup-store.ts';
import { useRaceViewStore } from '../views/race/view-store.ts';

/** Imports a text and selects it as the training text: in the open draft, or with `again` in a new one. */
export async function takeText(picked: PickedText, anew = false): Promise<void> {
  const { id, changes, kind } = await useLabStore().importText(picked);
  if (anew || useSetupStore().draft !== null) await chooseText(id, kind);
  const said = t('settings.importedAs', { name: 'name' in picked ? picked.name : picked.path, id });
  const words = changes.map((change) => t(`settings.textChange.${change}`)).join(', ');
  useUiStore().say(words === '' ? said : `${said} ${t('settings.converted', { what: words })}`);
}

/** In the open draft, else in a new one; a task without text is replaced by the text task. */
async function chooseText(id: string, kind: DataNeed): Promise<void> {
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
  const next = setTaskField(reads ? draft : setTask(draft, task.id, catalogue), 'dataset', id);
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
    void ui.attempt(async () => {
      await router.push('/race');
      await takeText(await textOfFile(file), true);
    });
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
