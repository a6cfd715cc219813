// What the program says to people, as data: a sentence with places for its values, and the values beside it. The sentence is its own key,
// so that each door finds the words of its language by looking it up; English words are made by `english`, at a door and nowhere else.

/** What fills a place: a name or a number stays as it is, a message keeps its own sentence. */
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

/** What the system or a library says: it comes in one language only. */
export const verbatim = (text: string): Message => ({ pattern: '{0}', values: [text] });

/** Messages one after the other, with a mark between two. */
export const joined = (messages: readonly Message[], mark: string): Message => ({
  pattern: messages.map((_, at) => `{${at}}`).join(mark),
  values: messages,
});

/** A pattern with its places filled in. */
export const filled = (pattern: string, words: (at: number) => string): string =>
  pattern.replaceAll(/\{(\d+)\}/g, (_, at: string) => words(Number(at)));

export const isMessage = (value: unknown): value is Message =>
  typeof value === 'object' && value !== null && 'pattern' in value && 'values' in value && Array.isArray(value.values);

export const english = ({ pattern, values }: Message): string =>
  filled(pattern, (at) => {
    const value = values[at];
    return isMessage(value) ? english(value) : String(value);
  });

/** For `JSON.stringify`, where a document leaves the program: each message as its English sentence. */
export const asEnglish = (_key: string, value: unknown): unknown => (isMessage(value) ? english(value) : value);

const deepest = 8;

function isWhole(value: unknown, levels = deepest): value is Message {
  if (levels === 0 || !isMessage(value) || typeof value.pattern !== 'string') return false;
  return value.values.every((one) => typeof one !== 'object' || isWhole(one, levels - 1));
}

/** What a file holds as a message; an earlier version wrote a sentence, which has no key to find words by and is shown as it is. */
export const messageFrom = (stored: unknown): Message | null =>
  typeof stored === 'string' ? verbatim(stored) : isWhole(stored) ? stored : null;
