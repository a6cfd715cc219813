// @vitest-environment happy-dom
// Every message has words in both languages: the patterns are read from the sources, and the Chinese table holds each of them and no other.
import { afterEach, describe, expect, it } from 'vitest';
import { asIs, english, joined, label, say, term, verbatim, type Message } from '../src/engine/core/say.ts';
import { checkField } from '../src/engine/spec/field-check.ts';
import { learningRate } from '../src/engine/spec/limits.ts';
import { setLocale } from '../src/renderer/i18n/index.ts';
import { ownNames, wordNames } from '../src/protocol/told/names.ts';
import { chinesePattern, isWordless, useNames, withoutPart, zhTold } from '../src/protocol/told/told.ts';
import { told } from '../src/renderer/i18n/told.ts';
import { messagesIn, messagesOfTheProgram } from './support/messages.ts';

/** What only a developer meets: a wrong call, not something a person did. And what a terminal says, which speaks English (decision 16). */
const ofDevelopers =
  /^(appendMetrics|addRuns|putText|putCheckpoint|series|Forget the later points|Use a new id|ipc|file\/reveal)|^\{0\}: \{1\} is required, got \{2\}$/;
const ofTerminals = /^src\/(cli\/|server\/server\.ts)/;
const { patterns, loose } = messagesOfTheProgram();
const shown = [...patterns].filter(([text, path]) => !ofDevelopers.test(text) && !ofTerminals.test(path));
const places = (pattern: string): string[] => pattern.match(/\{\d+\}/g) ?? [];
const messageOf = (pattern: string): Message => ({
  pattern,
  values: places(pattern).map((place) => asIs<string>(`V${place[1]}`)),
});

afterEach(() => {
  setLocale('en');
  useNames(new Map());
});

describe('messages', () => {
  it('are found in the sources at all', () => expect(shown.length).toBeGreaterThan(300));

  it('hold no words beside their pattern that nobody could translate', () => expect(loose).toEqual([]));

  it('hold no words that hide: in a choice, a constant, a short function, or a parameter', () => {
    // `$` and `{` apart, as lint takes the pair in a plain text for a slip.
    const hidden = [
      'const who = () => `a fork of §{x}`; say`§{asIs(who())} failed`',
      'const no = one ? "no answer" : "an answer"; say`got §{asIs(no)}`',
      'function refuse(what: string) { return say`§{asIs(what)} is missing`; } refuse("the weights")',
      'const put = (what: string, at: string) => fail(say`§{asIs(at)}`, say`§{asIs(what)}`); put("a copy", "a place");',
      'const nameOf = (n: number) => [kind, `§{n} threads`].join(" "); const all = some.map((one) => `§{nameOf(one)}`); say`§{asIs(all.join())}`',
      'say`one of §{asIs(all.join(" or "))}`',
      'const f = (path: string) => say`§{asIs(path)}`; f("/home/x/a-text.txt")',
    ].map((text) => messagesIn(new Map([['x.ts', text.replaceAll('§', '$')]])).loose.length);
    expect(hidden).toEqual([1, 2, 1, 2, 1, 1, 0]);
  });

  it('have Chinese words each', () => {
    const without = shown.filter(([text]) => chinesePattern(messageOf(text)) === null);
    expect(without.map(([text, path]) => `${path}: ${text}`)).toEqual([]);
  });

  it('are all that the Chinese words are for', () => {
    const used = new Set([...patterns.keys()].flatMap((text) => [text, withoutPart(messageOf(text))]));
    for (const word of [...Object.keys(wordNames), ...Object.keys(ownNames)]) used.add(word);
    expect(Object.keys(zhTold).filter((text) => !used.has(text))).toEqual([]);
  });

  it('keep every value in Chinese', () => {
    const words = Object.entries(zhTold).filter(([english]) => !/^\{0\}: /.test(english));
    for (const [english, chinese] of words) expect(new Set(places(chinese)), english).toEqual(new Set(places(english)));
  });

  it('are Chinese in Chinese', () => {
    const inBoth = Object.keys(wordNames).filter(
      (word) => chinesePattern(term(word as keyof typeof wordNames)) === word,
    );
    expect(inBoth).toEqual(['cpu', 'f16', 'node', 'reference', 'tensorflow', 'wasm', 'webgpu']);
    for (const [english, chinese] of Object.entries(zhTold).filter(([word]) => !inBoth.includes(word)))
      expect(chinese, english).toMatch(
        /\p{Script=Han}|^[^\p{L}]*$|^\{0\} MiB$|^(safetensors|cpu|webgpu|tensorflow)：\{0\}$/u,
      );
  });

  it('are sentences in English, without the name of a part of the program', () => {
    for (const [text] of shown.filter(([one]) => !isWordless(one))) {
      const words = told(messageOf(text));
      expect(words, text).toMatch(/^[^a-z]|^[a-z]+\d/);
      expect(words, text).toMatch(/[.!?…”"]$/);
      expect(words, text).not.toMatch(/^(session|lab|export|fork|saveCopy|undo|settings|device|run|download): /i);
      expect(words, text).not.toMatch(/\b(budget|device|task|variants|training)\.[a-z]/);
    }
  });
});

describe('a message', () => {
  it('is English at the doors that speak it', () => {
    const message = say`fork: ${say`step ${5} is the end`} of "${asIs<string>('a {0} b')}"`;
    expect(message).toEqual({
      pattern: 'fork: {0} of "{1}"',
      values: [{ pattern: 'step {0} is the end', values: [5] }, 'a {0} b'],
    });
    expect(english(message)).toBe('fork: step 5 is the end of "a {0} b"');
    expect(english(JSON.parse(JSON.stringify(message)) as Message)).toBe(english(message));
  });

  it('names fields as the window does, also within other messages', () => {
    setLocale('zh');
    useNames(new Map([['Learning rate', '学习率']]));
    const rate = (text: unknown): Message => checkField(learningRate, text) ?? verbatim('');
    expect(told(rate(0))).toBe('学习率必须是 1e-8 至 10 的数，得到 0。');
    expect(told(say`fork: ${rate('0,003')}`)).toBe(
      '学习率：“0,003”中的小数点要写成“.”。若指 0.003，请这样写；若是两个值，请在逗号后加空格。',
    );
    expect(told(say`something nobody has translated`)).toBe('something nobody has translated');
    expect(told(verbatim('EIO: i/o error'))).toBe('EIO: i/o error');
    expect(told(joined([say`not asked`, say`${asIs<string>('f16')} storage`], '; '))).toBe('尚未询问；f16 存储');
  });

  it('writes amounts the same way in both languages', () => {
    for (const [value, text] of [
      [12_345, '12,345'],
      [0.3, '0.3'],
      [1e-8, '1e-8'],
      [0, '0'],
      [-1234.5, '-1,234.5'],
      [2 ** 31, '2,147,483,648'],
    ] as const) {
      setLocale('en');
      expect(told(say`step ${value} is the end`)).toBe(`Step ${text} is the end.`);
      setLocale('zh');
      expect(told(say`step ${value} is the end`)).toContain(text);
    }
  });

  it('leaves a name as it is, even one that is called like a part of the program', () => {
    const [gru, session, race, loss] = ['gru', 'session: 1', 'race', 'Loss'].map((name) => asIs(name));
    expect(told(say`${gru ?? 0} has finished`)).toBe('gru has finished.');
    expect(told(say`resume: ${session ?? 0} has finished`)).toBe('session: 1 has finished.');
    expect(told(say`${race ?? 0}: it failed`)).toBe('race: it failed.');
    expect(told(say`${term('race')}: it failed`)).toBe('It failed.');
    setLocale('zh');
    useNames(new Map([['Loss', '损失']]));
    expect(told(say`${loss ?? 0} has finished`)).toBe('Loss has finished');
    expect(told(say`${label('Loss')} has finished`)).toBe('损失 has finished');
    setLocale('en');
    expect(told(null)).toBe('');
  });
});
