// Translates messages for windows and dialogs: a message is a pattern and its values; the pattern is looked up in the table of the chosen
// language, and the name of the program's part is left out.
import { english, filled, isMessage, plainWords, type Message, type MessageValue } from '../../engine/core/say.ts';
import type { Part } from '../../engine/core/terms.ts';
import type { UiLanguage } from '../ipc.ts';
import { dataWords } from './data.ts';
import { fileWords } from './files.ts';
import { machineWords } from './machine.ts';
import { ownNames, partNames, wordNames } from './names.ts';
import { reproduceWords } from './reproduce.ts';
import { runtimeWords } from './runtimes.ts';
import { setupWords } from './setup.ts';
import { statisticsWords } from './statistics.ts';
import { sweepWords } from './sweeps.ts';
import { systemWords } from './system.ts';
import { tableWords } from './tables.ts';
import { taskWords } from './tasks.ts';

export const zhTold: Readonly<Record<string, string>> = {
  ...setupWords,
  ...fileWords,
  ...dataWords,
  ...machineWords,
  ...systemWords,
  ...tableWords,
  ...taskWords,
  ...wordNames,
  ...ownNames,
  ...runtimeWords,
  ...statisticsWords,
  ...reproduceWords,
  ...sweepWords,
};

/** Names of fields, models and tasks by their English ones: a message names them in English. */
let names: ReadonlyMap<string, string> = new Map();

export function useNames(next: ReadonlyMap<string, string>): void {
  names = next;
}

const isPart = (name: string): name is Part => Object.hasOwn(partNames, name);

/** The part of the program that a value names; null for anything else. */
function partOf(value: MessageValue | undefined): Part | null {
  if (!isMessage(value) || value.values.length > 0) return null;
  return isPart(value.pattern) ? value.pattern : null;
}

/** `fork: {0}` -> `{0}`; `{0}: {1} must …` -> `{1} must …` when a part of the program is what {0} names. */
export function withoutPart({ pattern, values }: Message): string {
  const [, literal, place, rest = ''] = /^(?:([^:{}]+)|\{(\d)\}): ([^]+)$/.exec(pattern) ?? [];
  const named = place === undefined ? isPart(literal ?? '') : partOf(values[Number(place)]) !== null;
  return named ? rest : pattern;
}

/** A pattern without words is the same in every language. */
export const isWordless = (pattern: string): boolean => !/\p{L}/u.test(pattern.replaceAll(/\{\d+\}/g, ''));

const marks: Readonly<Record<string, string>> = { '; ': '；', ', ': '，', ': ': '：' };

/** Null = not translated. */
export function chinesePattern(message: Message): string | null {
  const bare = withoutPart(message);
  return (
    zhTold[message.pattern] ??
    zhTold[bare] ??
    (isWordless(bare) ? bare.replaceAll(/[;,:] /g, (mark) => marks[mark] ?? mark) : null)
  );
}

function chinese(message: Message): string {
  const own = message.values.length === 0 ? names.get(message.pattern) : undefined;
  const pattern = own ?? chinesePattern(message) ?? message.pattern;
  return filled(pattern, (at) => {
    const value = message.values[at];
    // The name of the part comes first, if there is one.
    const part = at === 0 && /^\{0\}[：:]/.test(pattern) ? partOf(value) : null;
    if (part !== null) return partNames[part];
    return isMessage(value) ? chinese(value) : plainWords(value);
  });
}

/** A name such as minGRU is not translated. */
const capital = (text: string): string =>
  text.replace(/^[a-z]+(?![\w·])/, (word) => word.slice(0, 1).toUpperCase() + word.slice(1));

/** Without the name of the part of the program, and with a capital letter at the start. */
function begun(message: Message): Message {
  const pattern = withoutPart(message);
  const [, at] = /^\{(\d+)\}/.exec(pattern) ?? [];
  const first = at === undefined ? undefined : message.values[Number(at)];
  if (isMessage(first)) return { pattern, values: message.values.with(Number(at), begun(first)) };
  return { pattern: capital(pattern), values: message.values };
}

function sentence(message: Message): string {
  const words = english(begun(message));
  return /[.!?…”"]$/.test(words) || words === '' ? words : `${words}.`;
}

/** A message as a sentence in a language; nothing for none. */
export function toldIn(language: UiLanguage, message: Message | null | undefined): string {
  if (message === null || message === undefined) return '';
  return language === 'zh' ? chinese(message) : sentence(message);
}

/** The same as a part of another sentence: no capital letter, no stop. */
export const wordsIn = (language: UiLanguage, message: Message): string =>
  language === 'zh' ? chinese(message) : english(message);
