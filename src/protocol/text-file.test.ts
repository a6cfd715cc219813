// Text files as other programs write them: accepted unchanged, converted with a note, or refused with the place and the cure.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cleanText, decodeText, readText } from './text-file.ts';
import { saying } from '../../tests/support/saying.ts';

const le = (text: string): Buffer => Buffer.from(text, 'utf16le');
const be = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const languages = {
  English: 'Call me Ishmael. Some years ago,\nnever mind how long.\n',
  German: 'Über naïve Größe läßt sich streiten.\n',
  Russian: 'Все счастливые семьи похожи друг на друга,\nкаждая несчастлива.\n',
  Greek: 'Μῆνιν ἄειδε θεὰ\n',
  Hindi: 'हिन्दी भाषा\n',
  Korean: '한국어 텍스트\n',
  Japanese: 'ガラスの靴\n吾輩は猫である。\n',
  Chinese: '道可道，非常道。\n名可名，非常名。\n',
  emoji: 'to the 🚀 and back 🎉\n',
};

describe.each(Object.entries(languages))('%s', (_name, sentence) => {
  const text = sentence.repeat(20);
  it('is read from UTF-8 as it is', () => {
    expect(decodeText(Buffer.from(text), 't')).toEqual({ ok: true, value: { text, changes: [] } });
    expect(decodeText(Buffer.from(`\uFEFF${text}`), 't')).toEqual({ ok: true, value: { text, changes: ['bom'] } });
  });
  it('is read from UTF-16 of both kinds, with a mark and without, with a word', () => {
    expect(decodeText(le(`\uFEFF${text}`), 't')).toEqual({ ok: true, value: { text, changes: ['utf-16le', 'bom'] } });
    expect(decodeText(be(`\uFEFF${text}`), 't')).toEqual({ ok: true, value: { text, changes: ['utf-16be', 'bom'] } });
    expect(decodeText(le(text), 't')).toEqual({ ok: true, value: { text, changes: ['utf-16le'] } });
    expect(decodeText(be(text), 't')).toEqual({ ok: true, value: { text, changes: ['utf-16be'] } });
  });
});

describe('what is changed and what is refused', () => {
  it('line ends of Windows become those of everybody else', () => {
    expect(decodeText(Buffer.from('a\r\nb\r\n\rc'), 't')).toMatchObject({
      value: { text: 'a\nb\n\rc', changes: ['crlf'] },
    });
    expect(decodeText(le('\uFEFFa\r\nb'), 't')).toMatchObject({
      value: { text: 'a\nb', changes: ['utf-16le', 'bom', 'crlf'] },
    });
    expect(cleanText('\uFEFFa\r\nb', 't')).toMatchObject({ value: { text: 'a\nb', changes: ['bom', 'crlf'] } });
  });

  it.each([
    ['nothing', Buffer.alloc(0), /empty/],
    ['only a mark', Buffer.from('\uFEFF'), /empty/],
    ['only a mark in UTF-16', le('\uFEFF'), /empty/],
    ['a zero byte', Buffer.from('some text\0 and more text'), /zero character.*at character 9/],
    ['a zero byte in an even number of bytes', Buffer.from('abc\0def!'), /zero character/],
    ['zero bytes only', Buffer.alloc(64), /zero character/],
    [
      'UTF-32',
      Buffer.concat([
        Buffer.from([0xff, 0xfe, 0, 0]),
        ...[...'text'].map((c) => Buffer.from([c.charCodeAt(0), 0, 0, 0])),
      ]),
      /UTF-8|zero/,
    ],
    ['UTF-16 cut in a character', le('\uFEFFabc').subarray(0, 7), /UTF-16/],
    ['half a pair in UTF-16', Buffer.from([0xff, 0xfe, 0x00, 0xd8, 0x41, 0x00]), /UTF-16/],
    ['Latin-1', Buffer.from([0x63, 0x61, 0x66, 0xe9, 0x20]), /UTF-8.*byte 3/],
    [
      'a picture',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 0, 0, 0, 0x0d, 0x49, 0x48, 0x44, 0x52]),
      /byte 0/,
    ],
  ])('%s is refused', (_what, bytes, message) => {
    const read = decodeText(bytes, 'file.txt');
    expect(read).toMatchObject({
      ok: false,
      error: { code: 'bad-input', field: 'path', message: saying(message) },
    });
    expect(read).toMatchObject({ error: { message: saying('file.txt') } });
  });

  it('a text from another program must be Unicode', () => {
    expect(cleanText('a\ud800b', 't')).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    expect(cleanText('a\0b', 't')).toMatchObject({ ok: false, error: { code: 'bad-input' } });
    expect(cleanText('', 't')).toMatchObject({ ok: false });
  });

  it('any text comes back from UTF-8, and anything else is refused at the first byte that is none', () => {
    const plain = fc.string({ unit: 'binary', minLength: 1 }).map((text) => text.replaceAll(/[\uFEFF\0\r]/g, 'x'));
    const bad = fc.constantFrom([0xff], [0xc3, 0x28], [0xe2, 0x82], [0x80]);
    fc.assert(
      fc.property(plain, bad, (text, broken) => {
        const good = Buffer.from(text);
        expect(readText(good, 't')).toEqual({ ok: true, value: good.toString() });
        expect(readText(Buffer.concat([good, Buffer.from(broken), Buffer.from('tail')]), 't')).toMatchObject({
          ok: false,
          error: { code: 'bad-input', message: saying(`at byte ${good.length}`) },
        });
      }),
      { seed: 5 },
    );
  });

  it('any bytes are a text or a refusal, never an exception', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => {
        const read = decodeText(bytes, 't');
        if (read.ok)
          expect(cleanText(read.value.text, 't')).toEqual({ ok: true, value: { text: read.value.text, changes: [] } });
      }),
      { seed: 5, numRuns: 2000 },
    );
  });
});
