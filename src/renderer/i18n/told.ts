// What the lab says, in the words of this window. A message travels as its English pattern filled with values; here the pattern is found
// again, its values are put into the pattern of the chosen language, and the names of the program's own parts are left out.
import { locale } from './index.ts';
import { fileWords } from './zh/told/files.ts';
import { machineWords } from './zh/told/machine.ts';
import { setupWords } from './zh/told/setup.ts';

export const zhTold: Readonly<Record<string, string>> = { ...setupWords, ...fileWords, ...machineWords };

interface Pattern {
  readonly english: string;
  readonly chinese: string;
  readonly shape: RegExp;
}

const quoted = (text: string): string => text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
const fixed = (english: string): number => english.replaceAll(/\{\d\}/g, '').length;

/** The pattern with most fixed letters is tried first: it says most about where a message comes from. */
const patterns: readonly Pattern[] = Object.entries(zhTold)
  .map(([english, chinese]) => {
    const shape = english
      .split(/\{\d\}/)
      .map(quoted)
      .join('([^]*?)');
    return { english, chinese, shape: new RegExp(`^${shape}$`) };
  })
  .sort((a, b) => fixed(b.english) - fixed(a.english));

/** Names of fields, models and tasks by their English ones: a message names them in English. */
let names: ReadonlyMap<string, string> = new Map();

export function useNames(next: ReadonlyMap<string, string>): void {
  names = next;
}

const deepest = 4;

/** The pattern a message was made of; null = none is known. */
export function patternOf(message: string): string | null {
  return patterns.find(({ shape }) => shape.test(message))?.english ?? null;
}

function chinese(message: string, depth = 0): string | null {
  const name = names.get(message);
  if (name !== undefined) return name;
  if (depth > deepest) return null;
  for (const pattern of patterns) {
    const [, ...values] = pattern.shape.exec(message) ?? [];
    if (values.length === 0 && pattern.english !== message) continue;
    return pattern.chinese.replaceAll(/\{(\d)\}/g, (_, at: string) => {
      const value = withoutPart(values[Number(at)] ?? '');
      return chinese(value, depth + 1) ?? value;
    });
  }
  return depth > 0 ? null : besideWho(message);
}

/** `fork: Width must be …`: who says it is the program's own business. */
function besideWho(message: string): string | null {
  const [, who, rest] = /^([\w .·-]{1,80}): ([^]+)$/.exec(message) ?? [];
  const said = rest === undefined ? null : chinese(rest, 1);
  return said === null || who === undefined ? null : isPart(who) ? said : `${who}：${said}`;
}

/** `fork: Width` -> `Width`. */
const withoutPart = (value: string): string => value.replace(/^[a-z][a-z -]*: (?=[A-Z])/, '');

const isPart = (who: string): boolean => /^[a-z][A-Za-z -]*$/.test(who);

/** Without the part of the program that says it, beginning like a sentence and ending like one. */
function sentence(message: string): string {
  const [, who, rest] = /^([^:\n]{1,40}): ([^]+)$/.exec(message) ?? [];
  const said = who !== undefined && rest !== undefined && isPart(who) ? rest : message;
  // A name such as minGRU stays as it is written.
  const begun = said.replace(/^[a-z]+(?![\w·])/, (word) => word.slice(0, 1).toUpperCase() + word.slice(1));
  return /[.!?…”"]$/.test(begun) || begun === '' ? begun : `${begun}.`;
}

/** A message of the lab as a sentence in the language of the window; one that has no words in it is shown as it came. */
export function told(message: string): string {
  return locale() === 'zh' ? (chinese(message) ?? message) : sentence(message);
}
