// Names of themes and languages in the current language.
import type { Settings } from '../../protocol/state.ts';
import { t, type MessageKey } from '../i18n/index.ts';

const themeKeys: Readonly<Record<Settings['theme'], MessageKey>> = {
  system: 'settings.system',
  light: 'settings.light',
  dark: 'settings.dark',
  hc: 'settings.hc',
  'hc-light': 'settings.hcLight',
};

export const themeName = (theme: Settings['theme']): string => t(themeKeys[theme]);

/** A language's name is always written in that language. */
export const languageName = (language: Settings['language']): string =>
  language === 'system' ? t('settings.languageSystem') : language === 'zh' ? '中文' : 'English';
