// Names of files and of texts: legal everywhere, easy to type, and unique.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { foldName } from '../engine/spec/nearest.ts';
import { fileName, fileNames, freeFileName, longestFileName, shorten, textId } from './file-name.ts';

const bytesOf = (text: string): number => Buffer.byteLength(text);
const seeded = { seed: 11, numRuns: 500 };
const anyName = fc.string({ unit: 'binary', maxLength: 300 });

describe('the id of a text', () => {
  it.each([
    ['My Book.txt', 'my-book'],
    ['한국어.txt', '한국어'],
    ['Über naïve Größe.txt', 'über-naïve-größe'],
    ['Война и мир.txt', 'война-и-мир'],
    ['ガラス.txt', 'ガラス'],
    ['हिन्दी.txt', 'हिन्दी'],
    ['Tiếng Việt.txt', 'tiếng-việt'],
    ['archive.tar.gz', 'archive-tar'],
    ['input', 'input'],
    ['.txt', 'txt'],
    ['🚀.txt', 'text'],
    ['', 'text'],
  ])('%j is %j, however its marks are written', (name, id) => {
    for (const form of ['NFC', 'NFD'] as const) expect(textId(name.normalize(form))).toBe(id.normalize('NFC'));
  });

  it('keeps every letter and mark, is short, and stays itself when it is typed', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', maxLength: 20 }), (name) => {
        const id = textId(name);
        expect(id).toBe(id.normalize('NFC'));
        expect(textId(`${id}.txt`)).toBe(id);
        expect(bytesOf(id)).toBeLessThanOrEqual(100);
        const lettersOf = (text: string): string => [...text.matchAll(/[\p{L}\p{M}\p{N}]/gu)].join('');
        const whole = lettersOf(
          name
            .replace(/(?<=.)\.[^.]*$/s, '')
            .normalize('NFC')
            .toLowerCase()
            .normalize('NFC'),
        );
        if (whole !== '' && bytesOf(whole) < 50) expect(lettersOf(id)).toBe(lettersOf(whole));
      }),
      seeded,
    );
  });
});

describe('the name of a file', () => {
  it.each([
    ['lr 1/2', 'lr 1-2'],
    ['minGRU (2)', 'minGRU (2)'],
    ['minGRU · d 256 · lr 3e-3', 'minGRU · d 256 · lr 3e-3'],
    ['🚀', '🚀'],
    ['CON', 'CON_'],
    ['nul.txt', 'nul_.txt'],
    ['Com1', 'Com1_'],
    ['console', 'console'],
    ['ends in a dot. ', 'ends in a dot'],
    ['../..', '-'],
    ['..', 'session'],
    ['', 'session'],
    ['a\nb\u0007\u001b[31m', 'a-b--[31m'],
    ['abc\u202etxt.exe', 'abc-txt.exe'],
    ['\ud800', '-'],
  ])('%j becomes %j', (name, file) => expect(fileName(name)).toBe(file));

  it('is legal on every system, with every suffix that comes after it', () => {
    fc.assert(
      fc.property(anyName, (name) => {
        const file = fileName(name, '.safetensors');
        expect(bytesOf(`${file}.safetensors`) + 40).toBeLessThanOrEqual(longestFileName);
        expect(file).not.toMatch(/[<>:"/\\|?*\p{Cc}\p{Cs}]|^[. ]|[. ]$|^$/u);
        expect(file).not.toMatch(/^(con|prn|aux|nul|com[0-9]|lpt[0-9])(\.|$)/i);
        expect(fileName(file, '.safetensors')).toBe(file);
      }),
      seeded,
    );
  });

  it('is shortened between letters as people see them', () => {
    expect(shorten('长'.repeat(100), 100)).toBe('长'.repeat(33));
    expect(shorten('👩‍👩‍👧x', 10)).toBe('');
    expect(shorten('हिन्दी', 7)).toBe('हि');
    expect(bytesOf(fileName('长'.repeat(86), '.safetensors'))).toBeLessThanOrEqual(255 - 40 - 12);
  });
});

describe('names of several files', () => {
  it.each([
    [
      ['lr 1/2', 'lr 1-2'],
      ['lr 1-2 2', 'lr 1-2'],
    ],
    [
      ['🚀', '🎉'],
      ['🚀', '🎉'],
    ],
    [
      ['minGRU (2)', 'minGRU 2'],
      ['minGRU (2)', 'minGRU 2'],
    ],
    [
      ['gru', 'GRU'],
      ['gru', 'GRU 2'],
    ],
    [
      ['é', 'e\u0301'],
      ['é', 'é 2'],
    ],
    [
      ['Straße', 'STRASSE'],
      ['Straße', 'STRASSE 2'],
    ],
    [
      ['NUL', 'NUL_'],
      ['NUL_ 2', 'NUL_'],
    ],
    [
      ['a?', 'a*', 'a- 2'],
      ['a-', 'a- 3', 'a- 2'],
    ],
  ])('%j are %j', (names, files) => expect(fileNames(names)).toEqual(files));

  it('are never the same for two names, also where neither case nor spelling counts', () => {
    const name = fc.oneof(
      anyName,
      fc.constantFrom('a', 'A', 'a 2', 'a/', 'a-', 'a:', 'a- 2', '', 'session', '长'.repeat(90)),
    );
    fc.assert(
      fc.property(fc.uniqueArray(name, { maxLength: 12 }), (names) => {
        const files = fileNames(names, '.safetensors');
        expect(new Set(files.map(foldName)).size).toBe(names.length);
        for (const file of files) expect(bytesOf(`${file}.safetensors`) + 36).toBeLessThanOrEqual(longestFileName);
        expect(fileNames(names, '.safetensors')).toEqual(files);
      }),
      seeded,
    );
  });

  it('counts on where a name is taken', () => {
    expect(freeFileName('Race', [])).toBe('Race');
    expect(freeFileName('Race', ['RACE', 'race 2'])).toBe('Race 3');
  });
});
