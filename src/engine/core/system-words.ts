// Errors of the system, a driver or a library as our own messages. A known code has a sentence; an unknown one is quoted in brackets in its
// original language.
import { asIs, say, type Message } from './say.ts';

const full = say`the disk is full`;
const refused = say`the system does not allow it`;
const gone = say`the disk or the connection to it failed`;
const unreachable = say`there is no way to that server`;
const missing = say`there is no such file or folder`;
const cut = say`the connection was cut`;
const nameless = say`the name of the server cannot be found`;

/** By the name of the system's error. */
const sentences: Readonly<Record<string, Message>> = {
  EACCES: refused,
  EADDRINUSE: say`the port is in use`,
  EAI_AGAIN: nameless,
  EBUSY: say`another program is using it`,
  ECONNABORTED: cut,
  ECONNREFUSED: say`nothing answers there`,
  ECONNRESET: cut,
  EDQUOT: say`the space that you may use on this disk is used up`,
  EEXIST: say`something with this name is already there`,
  EFBIG: say`the disk takes no file of this size`,
  EHOSTUNREACH: unreachable,
  EIO: gone,
  EISDIR: say`it is a folder`,
  ELOOP: say`its links lead in a circle`,
  EMFILE: say`too many files are open`,
  ENAMETOOLONG: say`the name is too long`,
  ENETUNREACH: unreachable,
  ENFILE: say`too many files are open`,
  ENODEV: gone,
  ENOENT: missing,
  ENOMEM: say`the memory does not suffice`,
  ENOSPC: full,
  ENOTDIR: missing,
  ENOTEMPTY: say`the folder is not empty`,
  ENOTFOUND: nameless,
  ENXIO: gone,
  EPERM: refused,
  EPIPE: cut,
  EROFS: say`the disk can only be read`,
  ERANGE: gone,
  ESTALE: gone,
  ETIMEDOUT: say`no answer came in time`,
  ETXTBSY: say`another program is using it`,
  EXDEV: say`the two places are on different disks`,
};

/** The message of anything thrown, including objects without a text form. For logs, and for quoting in brackets. */
export function wordsOf(thrown: unknown): string {
  if (thrown instanceof Error) return thrown.message === '' ? thrown.name : thrown.message;
  if (typeof thrown === 'string') return thrown;
  return typeof thrown === 'object' && thrown !== null ? `an object was thrown` : String(thrown);
}

/** The name of the system's error, `ENOSPC`; null if there is none. */
const codeOf = (thrown: unknown): string | null =>
  thrown instanceof Error && 'code' in thrown && typeof thrown.code === 'string' ? thrown.code : null;

/** `the disk is full (ENOSPC)`; `an error (…)` with the original message if the code is unknown. */
export function systemWords(thrown: unknown): Message {
  const code = codeOf(thrown);
  const sentence = code === null || !Object.hasOwn(sentences, code) ? undefined : sentences[code];
  return sentence === undefined || code === null ? foreignWords(wordsOf(thrown)) : say`${sentence} (${asIs(code)})`;
}

/** A message of a driver, a compiler or another library. */
export const foreignWords = (text: string): Message => say`an error (${asIs(text)})`;
