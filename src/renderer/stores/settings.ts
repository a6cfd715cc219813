// The lab's settings as the window applies them: theme on the document, language of the texts. Saved by the lab, not here; the last
// theme and language are also kept in this browser so that the first frame is right before the lab has answered.
import { useMediaQuery } from '@vueuse/core';
import { defineStore } from 'pinia';
import { computed, shallowRef, watchEffect } from 'vue';
import type { Settings } from '../../protocol/state.ts';
import { locale, resolveLanguage, setLocale, type Locale } from '../i18n/index.ts';
import { desktopBridge } from '../services/bridge.ts';
import { lab } from '../services/lab.ts';

export type Theme = Exclude<Settings['theme'], 'system'>;
type Look = Pick<Settings, 'theme' | 'language'>;

const LOOK_KEY = 'minrnn.look';
export const themes = ['system', 'light', 'dark', 'hc', 'hc-light'] as const satisfies readonly Settings['theme'][];
export const languages = ['system', 'en', 'zh'] as const satisfies readonly Settings['language'][];

/** The theme for `system`: light or dark as set on the computer, in high contrast if requested. */
export function resolveTheme(setting: Settings['theme'], system: { dark: boolean; contrast: boolean }): Theme {
  if (setting !== 'system') return setting;
  if (system.contrast) return system.dark ? 'hc' : 'hc-light';
  return system.dark ? 'dark' : 'light';
}

/** The stored look; unexpected content is ignored. */
export function rememberedLook(text: string | null): Look {
  try {
    const stored = JSON.parse(text ?? '{}') as Partial<Record<keyof Look, unknown>>;
    return {
      theme: themes.find((theme) => theme === stored.theme) ?? 'system',
      language: languages.find((language) => language === stored.language) ?? 'system',
    };
  } catch {
    return { theme: 'system', language: 'system' };
  }
}

function applyLook(look: { readonly value: Look }) {
  const dark = useMediaQuery('(prefers-color-scheme: dark)');
  const contrast = useMediaQuery('(prefers-contrast: more)');
  const theme = computed(() => resolveTheme(look.value.theme, { dark: dark.value, contrast: contrast.value }));
  const language = computed<Locale>(() => resolveLanguage(look.value.language, navigator.languages));
  watchEffect(() => (document.documentElement.dataset.theme = theme.value));
  watchEffect(() => {
    if (locale() !== language.value) setLocale(language.value);
    desktopBridge()?.setLanguage(language.value);
  });
  return { theme, language };
}

export const useSettingsStore = defineStore('settings', () => {
  const settings = shallowRef<Settings | null>(null);
  const look = shallowRef<Look>(rememberedLook(localStorage.getItem(LOOK_KEY)));
  const take = (next: Settings): void => {
    settings.value = next;
    look.value = { theme: next.theme, language: next.language };
    localStorage.setItem(LOOK_KEY, JSON.stringify(look.value));
  };
  const load = async (): Promise<void> => take(await lab().request('settings/get', {}));
  /** Applied at once, then confirmed by the lab; a refusal brings the old values back. */
  const set = async (patch: Partial<Settings>): Promise<void> => {
    const before = settings.value;
    if (before) take({ ...before, ...patch });
    else look.value = { ...look.value, ...patch };
    try {
      take(await lab().request('settings/set', patch));
    } catch (failure) {
      if (before) take(before);
      throw failure;
    }
  };
  const listen = (): void => void lab().on('settings/changed', take);
  return { settings, look, load, set, listen, ...applyLook(look) };
});
