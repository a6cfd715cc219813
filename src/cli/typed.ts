// What the command line takes, as data: each option and argument is one record from which its type, its reading, its help and its refusal follow.
// Texts become values here and nowhere else. Independent of commands.
import { asIs, type Message, say } from '../engine/core/say.ts';
import { rangeOf } from '../engine/spec/field-check.ts';
import type { FloatField, IntField } from '../engine/spec/fields.ts';
import { allows } from '../engine/spec/limits.ts';
import { nearest } from '../engine/spec/nearest.ts';
import { numberWords, readNumber } from '../engine/spec/number-text.ts';

/** The value, or why the text is none: a sentence that begins with the name. */
export type Read<T> = { readonly value: T } | { readonly problem: Message };

/** An option or an argument whose value is a T. */
export interface Typed<T> {
  /** How the help writes its value: `<n>`, `<run...>` = several; null = a switch. */
  readonly value: string | null;
  readonly help: string;
  readonly choices: readonly string[];
  /** Shown in the help; what `read` makes of nothing. */
  readonly usual: string | number | null;
  readonly needed: boolean;
  /** The switch `gate` is on, and `--no-gate` turns it off. */
  readonly off: boolean;
  /** `typed` is what the person wrote after `name`: undefined = nothing. */
  readonly read: (typed: unknown, name: string) => Read<T>;
}

export type Options = Readonly<Record<string, Typed<unknown>>>;
export type ValueOf<D> = D extends Typed<infer T> ? T : never;
/** What a command gets. */
export type Values<O> = { readonly [K in keyof O]: ValueOf<O[K]> };

const base = { choices: [], usual: null, needed: false, off: false } as const;

/** A text that `parse` makes a value of; undefined if it is not given. */
export const parsed = <T>(
  value: string,
  help: string,
  parse: (text: string, name: string) => Read<T>,
): Typed<T | undefined> => ({
  ...base,
  value,
  help,
  read: (typed, name) => (typeof typed === 'string' ? parse(typed, name) : { value: undefined }),
});

export const text = (value: string, help: string): Typed<string | undefined> =>
  parsed(value, help, (typed) => ({ value: typed }));

/** A number that its field allows. */
export const number = (value: string, help: string, field: IntField | FloatField): Typed<number | undefined> =>
  parsed(value, help, (typed, name) => {
    const read = readNumber(typed);
    if ('problem' in read && read.problem.kind !== 'form') return { problem: numberWords(name, read.problem, '') };
    if ('value' in read && allows(field, read.value)) return read;
    return { problem: say`${asIs(name)} must be ${rangeOf(field)}, got "${asIs(typed)}".` };
  });

const chosen = <C extends string>(typed: string, name: string, choices: readonly C[]): Read<C> => {
  const found = choices.find((choice) => choice === typed);
  if (found !== undefined) return { value: found };
  const guess = nearest(typed, choices);
  const must = say`${asIs(name)} must be one of ${asIs(choices.join(', '))}, got "${asIs(typed)}".`;
  return { problem: guess === null ? must : say`${must} Did you mean ${asIs(guess)}?` };
};

export const choice = <const C extends string>(
  value: string,
  help: string,
  choices: readonly C[],
): Typed<C | undefined> => ({
  ...parsed(value, help, (typed, name) => chosen(typed, name, choices)),
  choices,
});

/** One or more texts: `<run...>`. */
export const several = (value: string, help: string): Typed<readonly string[] | undefined> => ({
  ...base,
  value,
  help,
  read: (typed) => ({ value: Array.isArray(typed) ? typed.map(String) : undefined }),
});

export const severalOf = <const C extends string>(
  value: string,
  help: string,
  choices: readonly C[],
): Typed<readonly C[] | undefined> => ({
  ...base,
  value,
  help,
  choices,
  read: (typed, name) => {
    if (!Array.isArray(typed)) return { value: undefined };
    const values: C[] = [];
    for (const one of typed) {
      const read = chosen(String(one), name, choices);
      if ('problem' in read) return read;
      values.push(read.value);
    }
    return { value: values };
  },
});

export const flag = (help: string): Typed<boolean> => ({
  ...base,
  value: null,
  help,
  read: (typed) => ({ value: typed === true }),
});

/** On unless `--no-…` turns it off. */
export const unless = (help: string): Typed<boolean> => ({
  ...flag(help),
  off: true,
  read: (typed) => ({ value: typed !== false }),
});

/** With a value when none is given. */
export const usually = <T extends string | number>(option: Typed<T | undefined>, usual: T): Typed<T> => ({
  ...option,
  usual,
  read: (typed, name) => {
    const read = option.read(typed, name);
    return 'problem' in read ? read : { value: read.value ?? usual };
  },
});

/** No values if none is given. */
export const noneOr = (option: Typed<readonly string[] | undefined>): Typed<readonly string[]> => ({
  ...option,
  read: (typed, name) => {
    const read = option.read(typed, name);
    return 'problem' in read ? read : { value: read.value ?? [] };
  },
});

/** The command cannot do without it. */
export const needed = <T>(option: Typed<T | undefined>): Typed<T> => ({
  ...option,
  needed: true,
  read: (typed, name) => {
    const read = option.read(typed, name);
    if ('problem' in read) return read;
    if (read.value !== undefined) return { value: read.value };
    const what = name === option.value ? name : `${name} ${option.value ?? ''}`;
    return { problem: say`${asIs(what)} is required, got none.` };
  },
});
