// Messages to people, as data: a sentence with placeholders, and its values. The sentence is its own translation key, so that each front
// end looks it up in its language; `english` makes the English text, and only front ends call it.
import type { Term } from './terms.ts';

declare const same: unique symbol;

/** A name, a path or a code from a person, a file or the command line. The same in every language. */
export type AsIs = string & { readonly [same]: true };

/** What fills a place. Plain text cannot: `asIs` says that it is no word, `term`, `label` and `say` make messages of words. */
export type MessageValue = number | AsIs | Message;

/** `pattern` is English with {0} {1} … where values go. */
export interface Message {
  readonly pattern: string;
  readonly values: readonly MessageValue[];
}

/** say`The name ${name} is taken.` */
export const say = (parts: TemplateStringsArray, ...values: readonly MessageValue[]): Message => ({
  pattern: parts.reduce((sofar, part, at) => `${sofar}{${at - 1}}${part}`),
  values,
});

/** Text that stays as it is. A literal is refused by its type: it would be a word of ours. `asIs<string>(…)` is for codes of a closed set. */
export const asIs = <Text extends string>(text: string extends Text ? Text : never): AsIs => text as string as AsIs;

/** A word of the program, which each language has. */
export const term = (word: Term): Message => ({ pattern: word, values: [] });

/** What the catalogue calls a field, a choice, a model, a task or a device; languages may have names of their own for it. */
export const label = (name: string): Message => ({ pattern: name, values: [] });

/** Fills a place where nothing is to be said. */
export const unsaid: Message = { pattern: '', values: [] };

/** Text that exists in one language only and is all there is to show: words that a window has made, and those of old files. */
export const verbatim = (text: string): Message => ({ pattern: '{0}', values: [asIs(text)] });

/** `a or b or c`. */
export const either = ([first = unsaid, ...others]: readonly MessageValue[]): MessageValue =>
  others.reduce((sofar, next) => say`${sofar} or ${next}`, first);

/** One after the other, with a mark between two. */
export const joined = (messages: readonly MessageValue[], mark: string): Message => ({
  pattern: messages.map((_, at) => `{${at}}`).join(mark),
  values: messages,
});

/** A pattern with its placeholders filled in. */
export const filled = (pattern: string, words: (at: number) => string): string =>
  pattern.replaceAll(/\{(\d+)\}/g, (_, at: string) => words(Number(at)));

export const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'pattern' in value && 'values' in value && Array.isArray(value.values);

const grouped = new Intl.NumberFormat('en-US', { maximumFractionDigits: 20 });

/**
 * A number in a sentence: `12,345`, `0.3`, `1e-8`. Both languages write it so; what must not be grouped, such as a port, is no amount and
 * travels as text.
 */
export function numberText(value: number): string {
  const size = Math.abs(value);
  if (!Number.isFinite(value) || size >= 1e21) return String(value);
  return size !== 0 && (size < 0.01 || size >= 1e12) ? value.toExponential().replace('e+', 'e') : grouped.format(value);
}

/** A name or a number; nothing for a place that has no value. */
export const plainWords = (value: string | number | undefined): string =>
  typeof value === 'number' ? numberText(value) : (value ?? '');

export const english = ({ pattern, values }: Message): string =>
  filled(pattern, (at) => {
    const value = values[at];
    return isMessage(value) ? english(value) : plainWords(value);
  });

/** Replacer for `JSON.stringify` when a document leaves the program: each message becomes its English sentence. */
export const asEnglish = (_key: string, value: unknown): unknown => (isMessage(value) ? english(value) : value);

const deepest = 8;

function isWhole(value: unknown, levels = deepest): value is Message {
  if (levels === 0 || !isMessage(value) || typeof value.pattern !== 'string') return false;
  return value.values.every((one) => typeof one !== 'object' || isWhole(one, levels - 1));
}

/** A message read from a file; earlier versions wrote a plain sentence, which has no key for a translation and is shown as it is. */
export const messageFrom = (stored: unknown): Message | null =>
  typeof stored === 'string' ? verbatim(stored) : isWhole(stored) ? stored : null;
