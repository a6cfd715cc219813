// What a message says in English, as an expectation: part of the sentence, or a shape it must have.
import { expect } from 'vitest';
import { english, isMessage } from '../../src/engine/core/say.ts';

export const saying = (words: string | RegExp): unknown =>
  expect.toSatisfy(
    (message: unknown) => {
      if (!isMessage(message)) return false;
      const said = english(message);
      return typeof words === 'string' ? said.includes(words) : words.test(said);
    },
    `a message saying ${String(words)}`,
  );
