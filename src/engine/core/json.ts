// Parses JSON from untrusted sources. Nesting is bounded first, because code that walks a value is recursive and thousands of open brackets
// would crash the process instead of failing the request.
import { fail, ok, type Result } from './result.ts';
import { asIs, type MessageValue, say } from './say.ts';

/** Nesting depth that no file or message of this program comes near. */
export const deepestJson = 100;

/** True when `text` opens more than `deepestJson` brackets within each other, not counting those inside strings. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    const letter = text.charCodeAt(i);
    if (quoted) {
      if (letter === 0x5c) i++;
      else if (letter === 0x22) quoted = false;
    } else if (letter === 0x22) quoted = true;
    else if (letter === 0x5b || letter === 0x7b) {
      if (++depth > deepestJson) return true;
    } else if (letter === 0x5d || letter === 0x7d) depth--;
  }
  return false;
}

/** The value, or `bad-input` with the place of the first mistake. `who` is what the text is, as `experiment`. */
export function parseJson(text: string, who: MessageValue): Result<unknown> {
  if (isTooDeep(text)) {
    return fail('bad-input', say`${who} may have at most ${deepestJson} levels of nesting, got more`);
  }
  try {
    return ok(JSON.parse(text));
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return fail('bad-input', say`${who} is not valid JSON (${asIs(error.message)})`);
  }
}

/** True when `value` holds objects or lists more than `deepestJson` levels deep: for input that arrives as objects. */
export function isDeeperThan(value: unknown, levels = deepestJson): boolean {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return false;
  return levels === 0 || Object.values(value).some((inner) => isDeeperThan(inner, levels - 1));
}
