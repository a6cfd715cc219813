// Whether bytes can be a text dataset. Pure.
import { fail, ok, type Result } from '../engine/core/result.ts';

const mark = '\uFEFF';

/** The text of UTF-8 bytes without a byte order mark; refuses an empty text and names the byte where UTF-8 ends. */
export function readText(bytes: Uint8Array, name: string): Result<string> {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    const at = firstBadByte(bytes);
    return fail('bad-input', `text "${name}": the file must be UTF-8, got something else at byte ${at}`, {
      field: 'path',
      cure: 'Save the file as UTF-8 in an editor and import it again.',
    });
  }
  const clean = text.startsWith(mark) ? text.slice(1) : text;
  if (clean.length === 0) {
    return fail('bad-input', `text "${name}": the file must hold at least one character, got an empty file`, {
      field: 'path',
    });
  }
  return ok(clean);
}

/**
 * Start of the first sequence that is no UTF-8. Bisection finds where decoding stops (streaming, so that a character cut by the end of
 * the prefix is no error); the sequence that stopped it began at most three bytes before.
 */
function firstBadByte(bytes: Uint8Array): number {
  let [good, bad] = [0, bytes.length + 1];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    if (decodes(bytes.subarray(0, middle), true)) good = middle;
    else bad = middle;
  }
  while (good > 0 && !decodes(bytes.subarray(0, good), false)) good--;
  return good;
}

function decodes(bytes: Uint8Array, stream: boolean): boolean {
  try {
    new TextDecoder('utf-8', { fatal: true }).decode(bytes, { stream });
    return true;
  } catch {
    return false;
  }
}
