// Messages of the program in the language of this window.
import type { Message } from '../../engine/core/say.ts';
import { toldIn } from '../../protocol/told/told.ts';
import { locale } from './index.ts';

/** A message as a sentence; nothing for none. */
export const told = (message: Message | null | undefined): string => toldIn(locale(), message);
