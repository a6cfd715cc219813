// Results of shape checks as messages: the library's own messages are in English only, so its kinds of issue have messages here.
import * as v from 'valibot';
import { asIs, english, say, type Message, type MessageValue } from '../engine/core/say.ts';
import { show } from '../engine/spec/field-check.ts';

const own = new Map<string, Message>();

/** The requirement of a custom check, as in `must be …`; also the key of its issue. */
export function wanted(what: Message): string {
  own.set(english(what), what);
  return english(what);
}

export const required = <T>(
  holds: (input: unknown) => boolean,
  what: Message,
): v.CustomSchema<T, v.ErrorMessage<v.CustomIssue> | undefined> => v.custom<T>(holds, wanted(what));

const kinds: Readonly<Record<string, Message>> = {
  array: say`a list`,
  boolean: say`true or false`,
  finite: say`a finite number`,
  integer: say`a whole number`,
  loose_object: say`an object`,
  number: say`a number`,
  object: say`an object`,
  record: say`an object`,
  strict_object: say`an object`,
  string: say`text`,
};

function wordsFor({ type, message, requirement, expected }: v.BaseIssue<unknown>): Message {
  const most = typeof requirement === 'number' ? requirement : 0;
  switch (type) {
    case 'min_value':
      return say`at least ${most}`;
    case 'max_value':
      return say`at most ${most}`;
    case 'min_length':
      return say`at least ${most} long`;
    case 'max_length':
      return say`at most ${most} long`;
    default:
      return own.get(message) ?? kinds[type] ?? say`one of ${asIs((expected ?? '').slice(0, 200))}`;
  }
}

const isObject = ({ type }: v.BaseIssue<unknown>): boolean => type.endsWith('object');

/** `race/start: runs must be a list, got 3`. */
export function issueWords(who: MessageValue, at: MessageValue, issue: v.BaseIssue<unknown>): Message {
  if (isObject(issue) && issue.expected === 'never') return say`${who}: "${at}" is not known here`;
  if (isObject(issue) && issue.input === undefined) return say`${who}: "${at}" is missing`;
  return say`${who}: "${at}" must be ${wordsFor(issue)}, got ${show(issue.input)}`;
}
