import { afterEach, describe, expect, it } from 'vitest';
import type { Field } from '../../engine/spec/fields.ts';
import { en } from './en/index.ts';
import { fieldLabel } from './fields.ts';
import { resolveLanguage, setLocale, t, type MessageKey } from './index.ts';
import { zh } from './zh/index.ts';

/** Every text with its dotted key. */
function leaves(tree: object, path = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]: [string, unknown]) =>
    typeof value === 'string' ? [[path + key, value] as [string, string]] : leaves(value as object, `${path}${key}.`),
  );
}
const places = (text: string): string[] => [...new Set(text.match(/\{\w+\}/g) ?? [])].sort();
const chinese = new Map(leaves(zh));

describe('texts', () => {
  afterEach(() => setLocale('en'));

  it('are complete in Chinese and fill the same places', () => {
    for (const [key, text] of leaves(en)) {
      expect(chinese.get(key), key).toBeTruthy();
      // A plural form may omit the number (“1 run”), so the placeholders of all forms together are compared.
      if (!text.includes(' | ')) expect(places(chinese.get(key) ?? ''), key).toEqual(places(text));
    }
  });

  it('all compile in both languages', () => {
    for (const language of ['en', 'zh'] as const) {
      setLocale(language);
      for (const [key, text] of leaves(language === 'en' ? en : zh)) {
        const written = t(key as MessageKey, { n: 3 }, text.includes(' | ') ? 3 : undefined);
        expect(written, key).not.toBe(key);
        expect(written, key).not.toBe('');
      }
    }
  });

  it('count', () => {
    expect(t('common.runs', {}, 0)).toBe('no runs');
    expect(t('common.runs', {}, 1)).toBe('1 run');
    expect(t('common.runs', {}, 1200)).toBe('1,200 runs');
    setLocale('zh');
    expect(t('common.runs', {}, 1)).toBe('1 个运行');
  });

  it('follow the first language of the browser that is there', () => {
    expect(resolveLanguage('system', ['fr-FR', 'zh-TW', 'en'])).toBe('zh');
    expect(resolveLanguage('system', ['de', 'en-US', 'zh'])).toBe('en');
    expect(resolveLanguage('system', ['fr'])).toBe('en');
    expect(resolveLanguage('zh', ['en'])).toBe('zh');
  });

  it('fall back to the words of the field itself', () => {
    setLocale('zh');
    const field: Field = { kind: 'int', label: 'Brand new', help: '', default: 1, min: 1, max: 2 };
    expect(fieldLabel('nobody', 'brandNew', field)).toBe('Brand new');
  });
});
