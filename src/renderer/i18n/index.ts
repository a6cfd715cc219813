// The only access to texts: `t(key, values, count)` with keys checked by the compiler, and the current locale. Uses vue-i18n's
// interpreting message compiler, which needs no eval and so fits the content policy.
import { createI18n } from 'vue-i18n';
import { en } from './en/index.ts';
import type { TextPath } from './shape.ts';
import { zh } from './zh/index.ts';

export type Locale = 'en' | 'zh';
export type MessageKey = TextPath<typeof en>;

export const i18n = createI18n({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages: { en, zh },
  missingWarn: false,
  fallbackWarn: false,
});

const composer = i18n.global;

/**
 * The text of `key` in the current language, with `{name}` placeholders filled from `values`. `count` picks the plural form
 * (`zero | one | many`) and is available as `{n}`. Reactive to the language when called while rendering.
 */
export function t(key: MessageKey, values: Record<string, string | number> = {}, count?: number): string {
  if (count === undefined) return composer.t(key, values);
  return composer.t(key, { n: formatInteger(count), ...values }, { plural: count });
}

/** The current language; reactive. */
export function locale(): Locale {
  return composer.locale.value === 'zh' ? 'zh' : 'en';
}

/** Sentences one after the other, as the language sets them apart; empty ones are left out. */
export const sentences = (texts: readonly string[]): string =>
  texts.filter((text) => text !== '').join(locale() === 'zh' ? '' : ' ');

/** BCP 47 tag for Intl and the `lang` attribute. */
export function languageTag(): string {
  return locale() === 'zh' ? 'zh-CN' : 'en-GB';
}

export function setLocale(next: Locale): void {
  composer.locale.value = next;
  document.documentElement.lang = languageTag();
}

/** The setting resolved against the browser's languages: the first one that is Chinese or English wins. */
export function resolveLanguage(setting: 'system' | Locale, languages: readonly string[]): Locale {
  if (setting !== 'system') return setting;
  const first = languages.map((tag) => tag.toLowerCase().slice(0, 2)).find((tag) => tag === 'zh' || tag === 'en');
  return first === 'zh' ? 'zh' : 'en';
}

/** A whole number with thousands separators, the same in both languages. */
function formatInteger(value: number): string {
  return value.toLocaleString('en-US', { maximumFractionDigits: 0 });
}
