// @vitest-environment happy-dom
// Every message of the engine and the lab has words in both languages, and its own ones: a message filled with values is recognised by its
// pattern, keeps every value, and shows no name of the program's parts.
import { afterEach, describe, expect, it } from 'vitest';
import { setLocale } from '../src/renderer/i18n/index.ts';
import { patternOf, told, useNames, zhTold } from '../src/renderer/i18n/told.ts';
import { messagesOfTheLab } from './support/messages.ts';

/** What only a developer meets: a wrong call, not something a person did. */
const ofDevelopers =
  /^(appendMetrics|addRuns|putText|putCheckpoint|series|Forget the later points|Use a new id|Only GET|This page needs|The (origin|host) must)/;
const messages = [...messagesOfTheLab()].filter(([text]) => !ofDevelopers.test(text));
const filled = (text: string): string => text.replaceAll(/\{(\d)\}/g, 'V$1');

afterEach(() => {
  setLocale('en');
  useNames(new Map());
});

describe('what the lab says', () => {
  it('is found in the sources at all', () => expect(messages.length).toBeGreaterThan(150));

  it('has Chinese words for each message', () => {
    setLocale('zh');
    const without = messages.filter(([text]) => !/\p{Script=Han}/u.test(told(filled(text))));
    expect(without.map(([text, path]) => `${path}: ${text}`)).toEqual([]);
  });

  it('keeps every value in both languages', () => {
    for (const language of ['en', 'zh'] as const) {
      setLocale(language);
      for (const [text] of messages) {
        const values = text.match(/\{\d\}/g)?.map((place) => filled(place)) ?? [];
        const who = /^\{0\}: /.test(text) ? ['V0'] : [];
        for (const value of values.filter((one) => !who.includes(one)))
          expect(told(filled(text)), `${language}: ${text}`).toContain(value);
      }
    }
  });

  it('is recognised by its own pattern and not by a more general one', () => {
    for (const english of Object.keys(zhTold)) {
      const found = patternOf(filled(english));
      expect(found?.replaceAll(/\{\d\}/g, '{}'), english).toBe(english.replaceAll(/\{\d\}/g, '{}'));
    }
  });

  it('is a sentence in English, without the name of a part of the program', () => {
    for (const [text] of messages) {
      const words = told(filled(text));
      expect(words, text).toMatch(/^[^a-z]/);
      expect(words, text).toMatch(/[.!?…"”]$/);
      expect(words, text).not.toMatch(/^(session|lab|export|fork|saveCopy|undo|settings|device|run|download): /);
      expect(words, text).not.toMatch(/\b(budget|device|task|variants|training)\.[a-z]/);
    }
  });

  it('names fields as the window does, also within other messages', () => {
    setLocale('zh');
    useNames(new Map([['Learning rate', '学习率']]));
    expect(told('Learning rate must be a number from 1e-8 to 10, got 0.')).toBe(
      '学习率必须是 1e-8 至 10 的数，得到 0。',
    );
    expect(
      told(
        'fork: Learning rate "0,003": a point is the decimal mark here. Write 0.003 if that is meant, or put a space after a comma between two values.',
      ),
    ).toBe('学习率：“0,003”中的小数点要写成“.”。若指 0.003，请这样写；若是两个值，请在逗号后加空格。');
    expect(told('GRU · seed 2: fork: step 5 is the end of the budget of 5 steps')).toContain('第 5 步');
    expect(told('something nobody has translated')).toBe('something nobody has translated');
  });
});
