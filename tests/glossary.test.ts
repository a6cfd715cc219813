// One thing has one name: no text a person sees uses a word that docs/glossary.md rules out.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { presets } from '../src/lab/experiments/presets.ts';
import { desktopText } from '../src/main/desktop-text.ts';
import { zhTold } from '../src/protocol/told/told.ts';
import { en } from '../src/renderer/i18n/en/index.ts';
import { zhCatalogue } from '../src/renderer/i18n/zh/catalogue.ts';
import { zh } from '../src/renderer/i18n/zh/index.ts';

/** All texts in a tree, keys of messages included: a key is an English text. */
function textsOf(tree: unknown): readonly string[] {
  if (typeof tree === 'string') return [tree];
  if (typeof tree !== 'object' || tree === null) return [];
  return Object.entries(tree).flatMap(([key, value]) => [key, ...textsOf(value)]);
}

/** Rows of the table: English, Chinese, meaning, words ruled out. */
function rows(): readonly (readonly string[])[] {
  const lines = readFileSync(new URL('../docs/glossary.md', import.meta.url), 'utf8').split('\n');
  const cells = lines.filter((line) => line.startsWith('|')).map((line) => line.split('|').map((cell) => cell.trim()));
  return cells.slice(2).map((row) => row.slice(1, 5));
}

describe('words', () => {
  const texts = textsOf([en, zh, zhCatalogue, desktopText, zhTold, presets]);

  it('are those of the glossary', () => {
    const wrong = rows().flatMap(([term, , , ruledOut]) =>
      (ruledOut ?? '')
        .split(', ')
        .filter((word) => word !== '')
        .flatMap((word) =>
          texts.filter((text) => text.includes(word)).map((text) => `${term}: “${word}” in “${text}”`),
        ),
    );
    expect(wrong).toEqual([]);
  });

  it('of the glossary are used, in both languages', () => {
    const all = texts.join('\n').toLowerCase();
    const unused = rows().flatMap(([english = '', chinese = '']) =>
      [english, chinese].filter((word) => !all.includes(word.toLowerCase())),
    );
    expect(unused).toEqual([]);
  });

  it('have curly apostrophes and no double spaces', () => {
    const screens = textsOf([en, zh]);
    expect(screens.filter((text) => /\w'\w| {2}/.test(text))).toEqual([]);
  });
});
