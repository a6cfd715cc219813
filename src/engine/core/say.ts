// Messages to people, as data: a sentence with placeholders, and its values. The sentence is its own translation key, so that each front
// end looks it up in its language; `english` makes the English text, and only front ends call it.

/** A value for a placeholder: a name, a number, or another message. */
export type MessageValue = string | number | Message;

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

/** Text from the system or a library, which exists in one language only. */
export const verbatim = (text: string): Message => ({ pattern: '{0}', values: [text] });

/** Messages in sequence, with a separator between them. */
export const joined = (messages: readonly Message[], mark: string): Message => ({
  pattern: messages.map((_, at) => `{${at}}`).join(mark),
  values: messages,
});

/** A pattern with its placeholders filled in. */
export const filled = (pattern: string, words: (at: number) => string): string =>
  pattern.replaceAll(/\{(\d+)\}/g, (_, at: string) => words(Number(at)));

export const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'pattern' in value && 'values' in value && Array.isArray(value.values);

export const english = ({ pattern, values }: Message): string =>
  filled(pattern, (at) => {
    const value = values[at];
    return isMessage(value) ? english(value) : String(value);
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
