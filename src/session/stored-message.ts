// How a message is stored in a session: as text, in a column or a setting that contained an English sentence in earlier versions.
import { messageFrom, verbatim, type Message } from '../engine/core/say.ts';

export const storedMessage = (message: Message): string => JSON.stringify(message);

export function readMessage(text: string): Message {
  if (!text.startsWith('{')) return verbatim(text);
  try {
    return messageFrom(JSON.parse(text)) ?? verbatim(text);
  } catch {
    return verbatim(text);
  }
}
