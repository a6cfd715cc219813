// Messages of the program in the language of this window.
import type { Message } from '../../engine/core/say.ts';
import { toldIn, wordsIn } from '../../protocol/told/told.ts';
import { locale } from './index.ts';

/** A message as a sentence; nothing for none. */
export const told = (message: Message | null | undefined): string => toldIn(locale(), message);

/** The same as a name or a part of a sentence: no capital letter, no stop. */
export const named = (message: Message): string => wordsIn(locale(), message);
