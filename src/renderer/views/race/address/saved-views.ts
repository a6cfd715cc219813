// Views kept by name in the lab's settings, so that every session and every window has them. Independent of menus.
import { computed } from 'vue';
import type { SavedView } from '../../../../protocol/state.ts';
import { t } from '../../../i18n/index.ts';
import { useSettingsStore } from '../../../stores/settings.ts';
import { useUiStore } from '../../../stores/ui.ts';
import { applyView, snapshot } from './snapshot.ts';
import { decodeView, encodeView } from './view-address.ts';

export function useSavedViews() {
  const settings = useSettingsStore();
  const ui = useUiStore();
  const views = computed<readonly SavedView[]>(() => settings.settings?.views ?? []);
  const others = (name: string): readonly SavedView[] => views.value.filter((view) => view.name !== name);
  /** Runs belong to one session, so a view names none of them. A view of the same name is replaced. */
  const save = (): Promise<unknown> =>
    ui.attempt(async () => {
      const answer = await ui.ask({
        title: t('reading.saveView'),
        label: t('reading.viewName'),
        action: t('common.save'),
      });
      const name = answer?.trim() ?? '';
      if (name === '') return;
      const query = encodeView({ ...snapshot(), solo: [], selection: [], run: null });
      await settings.set({ views: [...others(name), { name, query }] });
      ui.say(t('reading.viewSaved', { name }));
    });
  const remove = (name: string): Promise<unknown> => ui.attempt(() => settings.set({ views: others(name) }));
  const apply = ({ query }: SavedView): void => {
    const { solo, selection, run } = snapshot();
    applyView({ ...decodeView(query).state, solo, selection, run });
  };
  return { views, save, remove, apply };
}
